/** Two walks as they should have gone, made with the pure rule book and the runbooks of a run: an incident's, and a checklist's. */
import { readRunbook } from '../../src/config/runbooks/library.ts';
import { shippedService } from '../../src/access/rules.ts';
import type { Effect } from '../../src/incident/effect.ts';
import type { AlertsReported, Event } from '../../src/incident/event.ts';
import { vigie } from '../../src/incident/incident.ts';
import { openChecklist, openForAlerts } from '../../src/incident/opening.ts';
import type { Rules } from '../../src/incident/rules.ts';
import type { StepDeed } from './model.ts';
import type { OutboxRow } from './observe.ts';
import { checklist, runbookFiles } from './runbooks.ts';
import { lifeOf, start } from './sound-life.ts';
import type { Life } from './sound-life.ts';

/** Where the checks of a sound run ask. */
const neighbour = 'http://127.0.0.1:9';

/** The runbooks of a run. */
export const library = Object.entries(runbookFiles(neighbour)).map(([file, text]) => {
  const { runbook, faults } = readRunbook(file, text);
  if (runbook === null) throw new Error(`reading ${file}: ${JSON.stringify(faults)}`);
  return runbook;
});

/** The service of the family that is walked through a runbook. */
export const service = (name: string): Rules['services'][number] => {
  const test = (value: string): boolean => value === name;
  const match = [{ label: 'family', sign: '=', text: `family="${name}"`, test } as const];
  const facts = { name, health_url: `${neighbour}/${name}` };
  return { name, match, facts, environment: null, slack: { channel: null, group: null }, ...shippedService };
};

const ana = { id: 'U0ANA', name: 'ana' };

/** What people at the steps of the walk were told. */
export const deeds: readonly StepDeed[] = [
  { incident: 3, by: ana.id, mark: { note: '[note 1]' }, answer: 'recorded', told: '', raced: false },
  { incident: 3, by: ana.id, mark: { cause: 'step:3:3:answer-1:U0ANA' }, answer: 'recorded', told: '', raced: true },
  {
    ...{ incident: 3, by: 'U0BEN', mark: { cause: 'step:3:3:answer-1:U0BEN' }, answer: 'refused', raced: true },
    told: 'ana finished "What is wrong?" already.',
  },
];

/** From a check that fails through an instruction, a decision, a proof, a check that is asked twice, and back. */
export function walked(reported: AlertsReported, rules: Rules): Life {
  const life = lifeOf(openForAlerts(3, 'alert', reported, rules), null, rules);
  life.meet(answered(1, false, 1_000), life.causeOf(isAsked));
  life.meet({ type: 'StepDone', at: start + 1_100, by: ana, visit: 2, note: '[note 1]' }, 'command:1');
  life.meet({ type: 'StepAnswered', at: start + 1_200, by: ana, visit: 3, option: 1 }, 'step:3:3:answer-1:U0ANA');
  life.meet({ type: 'StepDone', at: start + 1_300, by: ana, visit: 4, note: '' }, 'command:2');
  life.meet({ ...answered(4, true, 1_400), of: 'verify' }, life.causeOf(isAsked));
  life.meet({ type: 'StepBegun', at: start + 1_500, by: ana, visit: 5 }, 'step:3:5:run:U0ANA');
  life.meet(answered(5, false, 1_600), life.causeOf(isAsked));
  life.meet({ type: 'AskAgain', at: start + 2_600, visit: 5, attempt: 2 }, life.causeOf(isTimer));
  life.meet({ ...answered(5, true, 2_700), attempt: 2 }, life.causeOf(isAsked));
  life.meet({ type: 'StepAnswered', at: start + 2_800, by: ana, visit: 6, option: 0 }, 'step:3:6:answer-0:U0ANA');
  return life;
}

const isAsked = ({ type }: Effect): boolean => type === 'checks.ask';
const isTimer = (effect: Effect): boolean => effect.type === 'clock.wake' && effect.wake.type === 'AskAgain';

type Answered = Extract<Event, { type: 'CheckAnswered' }>;

function answered(visit: number, passed: boolean, after: number): Answered {
  const says = `GET ${neighbour} answered ${passed ? 200 : 503} in 5 ms`;
  return { type: 'CheckAnswered', at: start + after, visit, attempt: 1, of: 'step', passed, says };
}

/** A checklist that was due when the run began. */
export function opened(rules: Rules): Life {
  const rounds = library.find(({ id }) => id === checklist);
  if (rounds === undefined) throw new Error('the library has no checklist');
  const at = start + 20;
  const life = lifeOf(
    openChecklist(4, rounds, { by: vigie, at }, rules),
    `effect:checklist-${checklist}-${start}`,
    rules,
  );
  life.meet(answered(1, true, 1_000), life.causeOf(isAsked));
  return life;
}

/** Its timers: the one that was due, and the next. */
export const timers: readonly OutboxRow[] = [start, start + 60_000].map((due, index) => ({
  ...{ id: 0, effectId: `checklist-${checklist}-${due}`, incident: null, due, settled: index === 0 },
  ...{ effect: { type: 'clock.wake', at: due, wake: { type: 'ChecklistDue', runbook: checklist, due } } },
  ...{ outcome: index === 0 ? 'performed' : null, running: false, leaseUntil: null },
  ...{ attempts: index === 0 ? 1 : 0, crashes: 0, fault: null },
}));
