/** What is happening at the step at hand: who runs it, what it waits for, why it failed, whose it is, how it went before. */
import type { RichTextElement } from '@slack/types';
import type { Run } from '../../action/run.ts';
import type { StepStats } from '../../incident/contracts.ts';
import type { Able } from '../../incident/facts.ts';
import type { Incident, Instant } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import type { Standing } from '../../runbook/advance.ts';
import { inability } from '../../runbook/begin.ts';
import type { Step } from '../../runbook/runbook.ts';
import { stepKey } from '../../runbook/walk.ts';
import type { Stand } from '../../runbook/walk.ts';
import { bold, person, said, time, words } from './rich.ts';
import { rolloutOf } from './rollout.ts';

/** Lines about the step at hand. */
export function standOf(
  incident: Incident,
  { walk, cursor, step }: Standing,
  able: Able,
  stats: readonly StepStats[],
): RichTextElement[][] {
  const assigned = walk.assigned[stepKey(cursor)];
  const { is } = cursor.stand;
  const unable = is === 'offered' || is === 'failed' ? inability(step, able) : null;
  const run = Object.values(incident.runs).findLast(({ visit }) => visit === cursor.visit);
  return [
    ...happening(cursor.stand, step),
    ...(is === 'running' && run !== undefined ? [acting(run)] : []),
    ...(assigned === undefined ? [] : [[words('Assigned to '), person(assigned)]]),
    ...(unable === null ? [] : [[words(`⚠️ ${unable}`)]]),
    ...record(stats.find((each) => each.runbook === cursor.runbook && each.step === step.id)),
  ];
}

function happening(stand: Stand, { does, verify }: Step): RichTextElement[][] {
  switch (stand.is) {
    case 'offered':
      return [];
    case 'running': {
      const attempts = does.kind === 'check' ? does.check.attempts : 1;
      return [
        [
          ...since('Running', stand.since),
          words(', started by '),
          person(stand.by),
          words(nth(stand.attempt, attempts)),
        ],
      ];
    }
    case 'verifying': {
      const { says, by, until, holds } = stand;
      const checking = verify?.check ?? null;
      const open = [
        ...(verify?.alertClears === null || verify === null ? [] : [alertsRow(holds.alerts, until)]),
        ...(checking === null ? [] : [checkRow(holds.check, stand.attempt, checking.attempts)]),
      ];
      const done = says.trim() === '' ? [words('.')] : [words(': '), said(says, 600)];
      return [[words('Done by '), person(by), ...done], [...since('Verifying', stand.since), words('.')], ...open];
    }
    case 'waiting':
      return [[words('Waiting until '), time(stand.until), words('.')]];
    case 'failed':
      return [
        [bold('✗ Failed:'), words(' '), said(stand.says, 1000)],
        [words('Somebody must decide: try it again, skip it, or go to another step.')],
      ];
  }
}

/** How far the action of the step is; its own card says more. */
function acting({ id, stand }: Run): RichTextElement[] {
  switch (stand.is) {
    case 'planning':
      return [words(`… Its plan is being made (run ${id}).`)];
    case 'planned':
      return [
        words(`⏸ Its plan waits for ${stand.needed === 0 ? 'a confirmation' : 'approval'} below (run ${id}), until `),
        time(stand.until),
        words('.'),
      ];
    case 'running':
      return [words(`… It is approved and being sent to the cluster (run ${id}).`)];
    case 'watching':
      return [words(`… It landed (run ${id}): `), ...rolloutOf(stand.progress)];
    case 'ended':
      return [];
  }
}

const since = (word: string, instant: Instant): RichTextElement[] => [
  words(`${word} since `),
  time(instant, '{time_secs}'),
];

const nth = (attempt: number, of: number): string => (of > 1 ? `, attempt ${attempt} of ${of}` : '');

function alertsRow(holds: boolean, until: Instant | null): RichTextElement[] {
  if (holds) return [words('✓ The alerts cleared.')];
  return until === null
    ? [words('… The alerts must clear.')]
    : [words('… The alerts must clear until '), time(until), words('.')];
}

const checkRow = (holds: boolean, attempt: number, of: number): RichTextElement[] => [
  words(holds ? '✓ The check passed.' : `… The check is asked${nth(attempt, of)}.`),
];

/** How the step went in earlier incidents: `worked 7 of 9 times, median 2 min`. Only what can be measured is said. */
function record(stats: StepStats | undefined): RichTextElement[][] {
  if (stats === undefined || stats.runs <= 0) return [];
  const { kind, runs, helped, failed, median } = stats;
  const times = `${runs} time${runs === 1 ? '' : 's'}`;
  switch (kind) {
    case 'check':
      return [[words(`Until now: passed ${runs - failed} of ${times}.`)]];
    case 'action':
    case 'instruction': {
      // Of planned work no alert can tell whether it helped.
      if (helped === 0 && kind === 'instruction') return [];
      const after = median === null ? '' : `, median ${spoken(median)}`;
      return [[words(`Until now: worked ${helped} of ${times}${after}.`)]];
    }
    case 'decision':
    case 'wait':
    case 'escalate':
    case 'runbook':
      return [];
  }
}
