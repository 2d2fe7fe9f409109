/** The announcement: one compact post an incident, for people who want to know whether it concerns them. */
import type { RichTextElement } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { buttonsOf } from './buttons.ts';
import { headlineOf, isPlanned, phaseWord, signOf, summaryOf } from './headline.ts';
import { outcomeOf } from './outcome.ts';
import { bold, channel, joined, lines, person, rich, time, words } from './rich.ts';
import { lateness } from './scene.ts';
import type { Scene } from './scene.ts';
import type { Message } from './text.ts';

/** Draws an incident in two or three lines. */
export function announcementOf(incident: Incident, scene: Scene): Message {
  const what = isPlanned(incident) ? 'Checklist' : incident.severity;
  const facts = [words(what), words(phaseWord(incident)), time(incident.openedAt, '{date_short_pretty} {time}')];
  const room = scene.channel === undefined ? [] : [channel(scene.channel)];
  const late = lateness(incident, scene);
  const outcome = outcomeOf(incident);
  const rows: RichTextElement[][] = [
    [words(`${signOf(incident)} `), bold(headlineOf(incident))],
    [...joined([...facts, ...room]), words(' · '), ...whoHas(incident)],
    ...(outcome === null ? [] : [outcome]),
    ...(late === '' ? [] : [[words(late)]]),
  ];
  return {
    text: summaryOf(incident),
    blocks: [rich(lines(...rows)), ...buttonsOf(incident, scene.surface, scene.now)],
  };
}

/** Whether somebody is on it: what people look for first. */
function whoHas({ commander, human }: Incident): RichTextElement[] {
  if (commander !== null) return [words('commander '), person(commander)];
  return human.is === 'acknowledged' ? [words('held by '), person(human.by)] : [words('nobody has it yet')];
}
