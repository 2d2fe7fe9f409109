/** What must hold of answers at steps: those of neighbours count once, those of people are kept, and the card shows the walk. */
import { z } from 'zod';
import { onlyTalks } from '../../src/incident/facts.ts';
import { stepAt } from '../../src/runbook/walk.ts';
import { runbookCardOf } from '../../src/slack/views/runbook.ts';
import type { Violation } from './check-record.ts';
import { interrupted, walksOf } from './check-runbook.ts';
import type { Ended, Walked } from './check-runbook.ts';
import { marked } from './check-slack.ts';
import type { Model, StepDeed } from './model.ts';
import type { Observation, OutboxRow } from './observe.ts';

/** A question that was asked of the neighbour. */
type Asked = OutboxRow & { readonly effect: Extract<OutboxRow['effect'], { type: 'checks.ask' }> };

const isAsked = (row: OutboxRow): row is Asked => row.effect.type === 'checks.ask';

/** Each question is one row, asked once an attempt at most, and its answer is one line; a check ends by its last answer. */
export function answers(observation: Observation): Violation[] {
  const rule = 'every check is answered once';
  const found: Violation[] = [];
  const rows = observation.outbox.filter(isAsked);
  for (const [, same] of Map.groupBy(rows, ({ incident, effect: { visit, attempt, of } }) =>
    [incident, visit, attempt, of].join(' '),
  )) {
    const [{ incident, effectId } = { incident: null, effectId: '' }] = same;
    if (same.length > 1) found.push({ rule, says: `${effectId} is asked ${same.length} times`, incident });
  }
  for (const { incident, timeline } of observation.incidents) {
    const answered = timeline.filter(({ line }) => line.type === 'CheckAnswered');
    for (const { effectId, outcome, effect } of rows.filter((row) => row.incident === incident.number)) {
      const lines = answered.filter(({ cause }) => cause === `effect:${effectId}`);
      const right = lines.every(
        ({ line }) =>
          line.type === 'CheckAnswered' &&
          [line.visit, line.attempt, line.of].join(' ') === [effect.visit, effect.attempt, effect.of].join(' '),
      );
      const wanted = outcome === 'performed' ? 1 : 0;
      if (lines.length === wanted && right) continue;
      const says = `${effectId} is ${outcome ?? 'not settled'}, and ${lines.length} answers tell of it`;
      found.push({ rule, says, incident: incident.number });
    }
  }
  for (const walked of walksOf(observation)) {
    for (const ended of walked.ended) {
      const says = wrongEnd(walked, ended);
      if (says !== null) found.push({ rule, says: `“${ended.title}” ${says}`, incident: walked.incident.number });
    }
  }
  return [...found, ...hits(observation, rows)];
}

/** The neighbour counts on its own side: not more than was claimed, not less than was answered. */
function hits({ asked, incidents }: Observation, rows: readonly Asked[]): Violation[] {
  const byUrl = Map.groupBy(rows, ({ effect: { ask } }) => (ask.type === 'http' ? ask.url : ''));
  const heard = Map.groupBy(asked, (url) => url);
  const says = new Map(
    incidents.flatMap(({ timeline }) =>
      timeline.map(({ cause, line }) => [cause ?? '', line.type === 'CheckAnswered' ? line.says : '']),
    ),
  );
  return [...new Set([...byUrl.keys(), ...heard.keys()])].flatMap((url) => {
    const of = byUrl.get(url) ?? [];
    const is = heard.get(url)?.length ?? 0;
    const most = of.reduce((sum, { attempts }) => sum + attempts, 0);
    const least = of.filter(({ effectId }) => / answered \d/.test(says.get(`effect:${effectId}`) ?? '')).length;
    const wrong = `${url} was asked ${is} times; it was to be asked ${most} times at most, and has answered ${least}`;
    return is > most || is < least ? [{ rule: 'no finished check is asked again', says: wrong }] : [];
  });
}

/** How the end of a visit contradicts its answers; null when it does not. */
function wrongEnd({ walk, lines }: Walked, ended: Ended): string | null {
  const { visit, runbook, step: id, kind, result } = ended;
  const { step } = stepAt(walk, { runbook, step: id });
  const proved = kind === 'instruction' && step.verify !== null;
  if (kind !== 'check' && !proved) return null;
  const check = step.does.kind === 'check' ? step.does.check : (step.verify?.check ?? null);
  const told = lines.filter((line) => line.type === 'CheckAnswered' && line.visit === visit);
  const given = told.flatMap((line) => (line.type === 'CheckAnswered' ? [line] : []));
  if (given.some(({ attempt }, index) => attempt !== index + 1)) return 'has answers that are not in turn';
  if (given.slice(0, -1).some(({ passed }) => passed)) return 'was asked again after it had passed';
  const last = given.at(-1);
  switch (result) {
    case 'passed':
    case 'done':
      return last?.passed === true ? null : `is ${result} without an answer that passed`;
    case 'failed':
      return (last?.passed === false && last.attempt === check?.attempts) || interrupted(ended, lines)
        ? null
        : 'failed before its last attempt';
    case 'skipped':
      return last?.passed === true ? 'passed and is skipped' : null;
  }
}

/** What people were told at a step is so: recorded, or refused because somebody was faster, and then it says who. */
export function toldAtSteps({ steps }: Model, observation: Observation): Violation[] {
  const found: Violation[] = [];
  for (const deed of steps) {
    const { incident, by, answer, told } = deed;
    const entries = observation.incidents.find((shown) => shown.incident.number === incident)?.timeline ?? [];
    const kept = entries.filter(({ cause, line }) => isOf(deed, cause, 'says' in line ? line.says : ''));
    const ends = kept.filter(({ line }) => line.type === 'StepEnded');
    const named = `${by} (${JSON.stringify(deed.mark)})`;
    const says = (rule: string, what: string): void => void found.push({ rule, says: `${named} ${what}`, incident });
    if (answer === 'recorded' && kept.length === 0)
      says('what was answered at a step is recorded', 'was told it is recorded, and the timeline does not have it');
    if (answer === 'refused' && kept.length > 0)
      says('what was answered at a step is recorded', `was told “${told}”, and it is recorded`);
    if (ends.length > 1) says('what was answered at a step is recorded', `ended ${ends.length} steps`);
    // Of what is unknown, the words may belong to an earlier press that was answered late.
    const [, who, how, title] = answer === 'unknown' ? [] : (faster.exec(told) ?? []);
    const so = entries.some(
      ({ line }) =>
        line.type === 'StepEnded' && line.by.name === who && line.title === title && words[line.result] === how,
    );
    if (who !== undefined && !so) says('whoever comes second is told who was first', `was told “${told}”`);
  }
  return found;
}

const isOf = ({ mark }: StepDeed, cause: string | null, says: string): boolean =>
  'cause' in mark ? cause === mark.cause : says.includes(mark.note);

/** How a person is told that somebody was faster. */
export const faster = /^(.+) (finished|skipped|left) "(.+)" already\.$/;

const words = { done: 'finished', passed: 'finished', failed: 'left', skipped: 'skipped' } as const;

/** One runbook card an incident, and it shows the step at hand, with the buttons of this visit. */
export function shownWalks(observation: Observation): Violation[] {
  const cards = marked(observation).filter(({ purpose }) => purpose === 'slack.runbook');
  return observation.incidents.flatMap(({ incident, receipts }) => {
    const { number, walk } = incident;
    const ours = cards.filter((post) => post.incident === number);
    const [card] = ours;
    if (walk === null) return ours.map(() => ({ rule: 'one runbook card an incident', says: 'it has no walk' }));
    const there = card?.post.channel === receipts['channel'] && card?.post.ts === receipts['slack.runbook'];
    if (card === undefined || ours.length > 1 || !there) {
      const says = `it has ${ours.length}, and its receipt says ${receipts['slack.runbook']}`;
      return [{ rule: 'one runbook card an incident', says, incident: number }];
    }
    const scene = { now: observation.at, facts: onlyTalks, stats: [], buttons: true };
    const [is, wanted] = [card.post, runbookCardOf(incident, walk, scene)].map(essence);
    const says = `it shows ${is}\n    and should show ${wanted}`;
    return is === wanted ? [] : [{ rule: 'the runbook card shows the step at hand', says, incident: number }];
  });
}

const titled = z.object({ type: z.literal('header'), text: z.object({ text: z.string() }) });
const pressed = z.object({ type: z.literal('actions'), elements: z.array(z.object({ value: z.string() })) });

/** A card's text, title and buttons; a button's value may also name the version at which the card was drawn. */
const essence = ({ text, blocks }: { readonly text: string; readonly blocks: readonly unknown[] }): string =>
  JSON.stringify([
    text,
    blocks.flatMap((block) => titled.safeParse(block).data?.text.text ?? []),
    blocks.flatMap((block) => pressed.safeParse(block).data?.elements.map(({ value }) => value) ?? []),
  ]).replace(/(:done)-\d+"/g, '$1"');
