/** Random histories of incidents for the property tests: bodies, repeats of bodies, deeds of people, and time that passes. */
import fc from 'fast-check';
import type { AlertsReported, Event } from '../../src/incident/event.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, bo, body } from './samples.ts';

/** What people do in histories. */
const deeds = [
  ...(['Acknowledged', 'Acknowledged', 'CommandTaken', 'Closed', 'Snoozed', 'Unacknowledged'] as const),
  ...(['PeoplePaged', 'LevelAsked', 'HandoffOffered', 'HandoffAccepted'] as const),
];
type Deeds = typeof deeds;

/** One thing that happens. Minutes count from the step's own time; the names of alerts carry their severity. */
type Step =
  | { readonly is: 'body'; readonly group: string; readonly alerts: readonly Reported[]; readonly truncated: number }
  | { readonly is: 'repeat'; readonly of: number }
  | {
      readonly is: 'deed';
      readonly type: Deeds[number];
      readonly by: 'ana' | 'bo';
      readonly on: number;
    }
  | { readonly is: 'wait'; readonly minutes: number };

interface Reported {
  readonly name: keyof typeof severityOf;
  /** Minutes ago; null stands for the first minute of the history, which makes repeats and late copies. */
  readonly started: number | null;
  readonly ended: boolean;
}

const severityOf = { A: 'critical', B: 'high', C: 'warning', D: 'warning', E: 'info' } as const;

const reported: fc.Arbitrary<Reported> = fc.record({
  name: fc.constantFrom('A', 'A', 'B', 'C', 'D', 'E'),
  started: fc.constantFrom(null, 0, 0, 0, 1, 7),
  ended: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('body' as const),
      group: fc.constantFrom('one', 'two'),
      alerts: fc.uniqueArray(reported, { selector: ({ name }) => name, minLength: 1, maxLength: 3 }),
      truncated: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('repeat' as const), of: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('deed' as const),
      type: fc.constantFrom(...deeds),
      by: fc.constantFrom('ana', 'bo'),
      on: fc.nat(5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constant('wait' as const), minutes: fc.constantFrom(0.5, 2, 6, 26, 45) }),
  },
);

/** Up to thirty steps. */
export const histories = fc.array(step, { minLength: 1, maxLength: 30, size: 'max' });

/** What a step became: events that can be delivered to the memory, at a given time. */
export type Delivery =
  | { readonly to: 'source'; readonly event: AlertsReported }
  | { readonly to: number; readonly event: Event };

/** Plays a history. Between two steps lie ten seconds at least; timers are performed when they are due. */
export function play(
  history: readonly Step[],
  memory: Memory,
  deliver: (delivery: Delivery) => void,
  after: () => void,
): void {
  const bodies: AlertsReported[] = [];
  let now = 0;
  for (const taken of history) {
    now += 1 / 6 + (taken.is === 'wait' ? taken.minutes : 0);
    for (let timer = memory.due(at(now)); timer !== undefined; timer = memory.due(at(now))) deliver(timer);
    if (taken.is === 'body') {
      const alerts = taken.alerts.map(({ name, started, ended }) => {
        const since = started === null ? 0 : Math.floor(now) - started;
        return alert(name, { severity: severityOf[name], since, ...(ended ? { until: now } : {}) });
      });
      bodies.push(body(now, alerts, taken));
    }
    const event =
      taken.is === 'body' ? bodies.at(-1) : taken.is === 'repeat' ? bodies[taken.of % bodies.length] : undefined;
    if (event !== undefined) deliver({ to: 'source', event: { ...event, at: at(now) } });
    const count = memory.incidents().length;
    if (taken.is === 'deed' && count > 0) {
      const [by, other] = taken.by === 'ana' ? [ana, bo] : [bo, ana];
      const whom = { is: 'person', person: other, email: null } as const;
      const more = { reason: 'enough', level: 'next', whom, to: other, note: 'yours', for: 3_600_000 };
      deliver({ to: (taken.on % count) + 1, event: { ...more, type: taken.type, at: at(now), by } });
    }
    after();
  }
}
