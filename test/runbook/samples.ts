/** Small runbooks, a Vigie that can do everything, and a walk to press through. */
import type { Actor } from '../../src/access/actor.ts';
import type { Order, Plan, RunOutcome } from '../../src/action/action.ts';
import type { Person } from '../../src/incident/incident.ts';
import type { Decision } from '../../src/incident/draft.ts';
import type { Effect } from '../../src/incident/effect.ts';
import type { Event, Refusal } from '../../src/incident/event.ts';
import type { StepDeed } from '../../src/runbook/events.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { sentence } from '../../src/incident/timeline.ts';
import type { Check, Runbook, WrittenStep } from '../../src/runbook/runbook.ts';
import { openMemory } from '../incident/memory.ts';
import { alert, ana, at, bo, body, climbing, rules } from '../incident/samples.ts';

/** A step that nothing is said about but what is given. */
export const step = (given: Partial<WrittenStep> & Pick<WrittenStep, 'id' | 'does'>): WrittenStep => ({
  ...{ title: given.id, match: [], after: {}, next: null, onFailure: 'stop', auto: false },
  ...{ approvals: null, verify: null, assign: null, remind: null },
  ...given,
});

/** A runbook of these steps, for every firing alert that the matchers accept. */
export const runbook = (steps: readonly WrittenStep[], given: Partial<Runbook> = {}): Runbook => ({
  ...{ id: 'restart-it', title: 'Restart it', about: '', services: [], kind: 'incident', schedule: null, hash: 'h' },
  match: [{ label: 'alertname', sign: '=', text: 'alertname="Down"', test: (value) => value === 'Down' }],
  ...given,
  steps,
});

/** An HTTP question of so many attempts, ten seconds apart. */
export const http = (attempts = 1): Check => ({
  ask: { type: 'http', method: 'GET', url: '{{service.health_url}}', expect: [200], contains: null, timeout: 5_000 },
  attempts,
  every: 10_000,
});

/** Rules of a Vigie that can do everything, with this library. */
export const withLibrary = (...runbooks: readonly Runbook[]): Rules => ({
  ...rules,
  policies: {
    ...rules.policies,
    production: { ...climbing, levels: climbing.levels.slice(1), fallback: [], confirm: null },
  },
  services: rules.services.map((service) => ({
    ...service,
    facts: { ...service.facts, target: 'eu-1/shop/Deployment/checkout', health_url: 'https://checkout.example/health' },
  })),
  runbooks,
  access: { ...rules.access, roles: { viewer: 'everyone', responder: 'everyone', admin: 'everyone' } },
  able: { act: true, diagnose: true, page: true, automate: true },
});

/** The event of an answer, or of a press, without its time. */
type Given = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/** Opens an incident whose alert matches, and walks it. */
export function openWalk(all: Rules, labels: Readonly<Record<string, string>> = {}) {
  const memory = openMemory(all);
  const asked: Effect[] = [];
  const keep = (answer: Decision | Refusal): Decision | Refusal => {
    if (!isRefusal(answer)) asked.push(...answer.effects.filter(({ type }) => !/^(?:slack|clock)\./.test(type)));
    return answer;
  };
  for (const decision of memory.report(body(0, [alert('Down', { labels: { service: 'checkout', ...labels } })])))
    keep(decision);
  let minute = 1;
  const walk = {
    memory,
    incident: () => memory.incident(),
    visit: () => memory.incident().walk?.cursor?.visit ?? 0,
    stand: () => memory.incident().walk?.cursor?.stand.is ?? 'over',
    at: () => memory.incident().walk?.cursor?.step ?? 'over',
    /** What was asked of neighbours since this was looked at last. */
    asked: () => asked.splice(0),
    /** Records an event a minute later. Timers that fall due meanwhile are performed first. */
    meet: (given: Given): Decision | Refusal => {
      minute += 1;
      return keep(memory.record(1, { ...given, at: at(minute) }));
    },
    press: (
      given: StepDeed extends infer D ? (D extends StepDeed ? Omit<D, 'at' | 'by' | 'visit'> : never) : never,
      by = ana,
    ) => walk.meet({ ...given, by, visit: walk.visit() }),
    answer: (passed: boolean, says = '', attempt = 1, of: 'step' | 'verify' = 'step') =>
      walk.meet({ type: 'CheckAnswered', visit: walk.visit(), attempt, of, passed, says }),
    /** The worker plans the run at hand, bo agrees, it lands, and ends like this. */
    end: (outcome: RunOutcome, says = ''): void => {
      const run = Object.keys(memory.incident().runs).at(-1) ?? '';
      const { order, target } = memory.incident().runs[run] ?? { order: { verb: 'restart' }, target: '' };
      const plan = planOf(target, order);
      walk.meet({ type: 'PlanMade', run, plan });
      minute += 1;
      keep(
        memory.record(1, { type: 'ActionApproved', at: at(minute), by: bo, run, digest: plan.digest }, asMember(bo)),
      );
      walk.meet({
        type: 'ActionLanded',
        run,
        mark: { uid: 'u', generation: 2, templateHash: 't', serverTime: 0 },
        says: '',
      });
      walk.meet({ type: 'RunEnded', run, outcome, says, stuck: null });
    },
    /** PagerDuty takes the newest page in, or not. */
    page: (good: boolean, says = ''): void => {
      const { pages, dedupKey } = memory.incident().pager;
      const of = { page: pages.at(-1)?.id ?? '', dedupKey, way: 'trigger' } as const;
      walk.meet(good ? { type: 'PageSent', ...of } : { type: 'PageFailed', ...of, says, hopeless: true });
    },
    /** Lets minutes pass, with their timers. */
    wait: (minutes: number): void => {
      const end = at(minute + minutes);
      for (let due = memory.due(end); due !== undefined; due = memory.due(end)) keep(memory.record(due.to, due.event));
      minute += minutes;
    },
    clear: () => {
      minute += 1;
      for (const one of memory.report(
        body(minute, [alert('Down', { until: minute, labels: { service: 'checkout', ...labels } })]),
      ))
        keep(one);
    },
    said: () => memory.lines.map((line) => sentence(line)),
  };
  return walk;
}

/** Somebody of this workspace. */
export const asMember = (person: Person): Actor => ({ person, standing: 'member', groups: [], emails: [] });

/** A plan that a healthy cluster makes. */
export const planOf = (target: string, order: Order): Plan => ({
  ...{ target, order, at: at(0), uid: 'u', generation: 1, templateHash: 't', replicas: 3, paused: false, pinned: null },
  ...{ deployedAt: at(0), object: null, differences: [], notes: [], warnings: [], inverse: null, digest: 'd' },
});

/** Somebody's refusal, or nothing. */
export const refusalOf = (answer: Decision | Refusal): string => (isRefusal(answer) ? answer.refused : '');
