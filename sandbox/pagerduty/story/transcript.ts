/** What people on call saw, as plain text, in the order in which they saw it. */

import { nameOf } from '../account/account.ts';
import type { Agent } from '../incidents/incident.ts';
import type { World } from '../world.ts';
import type { Happening } from './happening.ts';

/** What to tell. With `times` each line begins with the time since the first one, such as `+1m05s`. */
export type TranscriptOptions = { readonly times?: boolean; /** Only this incident. */ readonly incident?: number };

const verbs = { acknowledged: 'acknowledges', resolved: 'resolves', triggered: 'triggers' } as const;

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');
}

/** A deed as a sentence that begins with who did it. */
function deed(world: World, entry: Happening): string {
  const name = (id: string): string => nameOf(world, id);
  const by = (agent: Agent): string =>
    agent === null ? 'PagerDuty' : agent.kind === 'user' ? name(agent.id) : 'An event';
  switch (entry.kind) {
    case 'opened':
      return `${by(entry.by)} opens it on ${entry.service} (${entry.urgency}): ${entry.title}`;
    case 'paged': {
      const how = entry.urgency === 'high' ? 'is paged' : 'gets a mail';
      const where = entry.level === null ? 'directly' : `level ${entry.level}`;
      return `${name(entry.user)} ${how}${entry.again ? ' again' : ''} (${where}): ${entry.title}`;
    }
    case 'escalated':
      return `${by(entry.by)} escalates it to level ${entry.level}`;
    case 'became':
      return `${by(entry.by)} ${verbs[entry.status]} it${entry.status === 'triggered' ? ' again' : ''}`;
    case 'reassigned':
      return `${by(entry.by)} gives it to ${entry.to.map(name).join(', ')}`;
    case 'delegated':
      return `${by(entry.by)} gives it to the policy ${entry.policy}`;
    case 'prioritised':
      return `${by(entry.by)} ${entry.priority === null ? 'takes its priority away' : `makes it ${entry.priority}`}`;
    case 'changed':
      return `${by(entry.by)} changes its ${entry.what}: ${entry.to}`;
    case 'asked':
      return `${name(entry.user)} is asked by ${name(entry.by)} to help:\n${quoted(entry.text)}`;
    case 'replied':
      return `${name(entry.user)} ${entry.state === 'joined' ? 'will help' : 'will not help'}`;
    case 'noted':
      return `${name(entry.by)} notes:\n${quoted(entry.text)}`;
    case 'published':
      return `${name(entry.by)} tells stakeholders:\n${quoted(entry.text)}`;
  }
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `+${hours > 0 ? `${hours}h${two(minutes)}` : minutes}m${two(rest)}s`;
}

/** The story so far. Empty when nothing has happened. */
export function transcript(world: World, options: TranscriptOptions = {}): string {
  const { entries } = world.journal;
  const start = entries[0]?.at ?? 0;
  const told = entries.filter(({ number }) => (options.incident ?? number) === number);
  const lines = told.map((entry) => {
    const time = options.times ? `${elapsed(entry.at - start)} ` : '';
    return `${time}#${entry.number} ${deed(world, entry)}\n`;
  });
  return lines.join('');
}
