/** Which incident a command means: the one that is named, or that of the channel. */
import type { Refusal } from '../../incident/event.ts';
import { command } from '../ids.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import type { Named } from './reading.ts';

/** The number that is meant; `example` is what to type where no incident is at hand. */
export async function numberOf(
  { read }: Desk,
  { channel }: Typed,
  incident: Named | null,
  example: string,
): Promise<number | Refusal> {
  if (incident !== null) return incident.number;
  const refused = `Which incident? This is not an incident's channel, so say its number: ${command} ${example}`;
  return (await read.incidentOfChannel(channel)) ?? { refused };
}

/** `resolve 3 pods were stuck`, typed in the channel of incident 12, must not close incident 3. Null when it is clear. */
export async function ambiguous(
  { read }: Desk,
  { channel }: Typed,
  incident: Named | null,
  reason: string,
  word: string,
): Promise<Refusal | null> {
  if (incident === null || incident.marked || reason === '') return null;
  const here = await read.incidentOfChannel(channel);
  if (here === undefined || here === incident.number) return null;
  const { number } = incident;
  const either = `${command} ${word} #${number} <reason>`;
  const or = `${command} ${word} ${here} ${number} <reason>`;
  return { refused: `Is ${number} an incident, or a part of the reason? Write ${either}, or ${or}` };
}
