/** Success and failure of a step: what is proved after the deed, and where a failure leads. */
import { fullStop } from '../access/spoken.ts';
import { ask, change, wakeAt } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Facts } from '../incident/facts.ts';
import type { Instant } from '../incident/incident.ts';
import { spoken } from '../incident/timeline.ts';
import { fail, leave, placeOf, stand, standingOf } from './advance.ts';
import type { Said, Standing } from './advance.ts';
import { askOf } from './begin.ts';
import { scopeOf } from './expand.ts';
import type { Step } from './runbook.ts';

/** The step did what it was for: proves it where the runbook asks for proof, and goes on. */
export function succeed(draft: Draft, standing: Standing, said: Said, facts: Facts): Draft {
  const { verify } = standing.step;
  if (verify === null || (verify.alertClears === null && verify.check === null))
    return pass(draft, standing, said, facts);
  const { signal, alerts } = draft.incident;
  // What was declared by a person has no alerts that could clear.
  const none = Object.keys(alerts).length === 0;
  const cleared = none || signal.is === 'clear' || signal.is === 'clearing';
  const holds = { alerts: verify.alertClears === null || cleared, check: verify.check === null };
  const until = holds.alerts || verify.alertClears === null ? null : said.at + verify.alertClears;
  const { at, by, says } = said;
  const proving = change(
    stand(draft, standing, { is: 'verifying', by, attempt: 1, since: at, until, says, holds }),
    {},
    { type: 'ProofBegun', says, ...placeOf(draft, standing, at) },
  );
  const timed = until === null ? proving : wakeAt(proving, until, { type: 'ProofEnded', visit: standing.cursor.visit });
  if (holds.alerts && holds.check) return pass(timed, standing, said, facts);
  if (verify.check === null) return timed;
  const asking = askOf(verify.check, standing.cursor.visit, 1, 'verify', scopeOf(draft.incident));
  if ('effect' in asking) return ask(timed, asking.effect);
  const now = standingOf(timed.incident.walk);
  return now === null ? timed : fail(timed, now, { ...said, says: asking.says }, facts);
}

/** Part of the proof holds now; all of it lets the step pass. */
export function prove(
  draft: Draft,
  part: 'alerts' | 'check',
  said: { readonly at: Instant; readonly says: string },
  facts: Facts,
): Draft {
  const standing = standingOf(draft.incident.walk);
  if (standing === null || standing.cursor.stand.is !== 'verifying') return draft;
  const { stand: verifying } = standing.cursor;
  const holds = { ...verifying.holds, [part]: true };
  const says = [verifying.says, said.says]
    .filter((text) => text !== '')
    .map(fullStop)
    .join(' ');
  if (holds.alerts && holds.check) return pass(draft, standing, { at: said.at, by: verifying.by, says }, facts);
  return stand(draft, standing, { ...verifying, holds, says });
}

const pass = (draft: Draft, standing: Standing, said: Said, facts: Facts): Draft =>
  leave(draft, standing, { ...said, result: resultOf(standing.step) }, standing.step.next, facts);

const resultOf = ({ does }: Step): 'passed' | 'done' => (does.kind === 'check' ? 'passed' : 'done');

/** The proof had its time. */
export function outOfTime(draft: Draft, standing: Standing, at: Instant, facts: Facts): Draft {
  const { cursor, step } = standing;
  if (cursor.stand.is !== 'verifying') return draft;
  const waited = spoken(step.verify?.alertClears ?? 0);
  const says = `${fullStop(cursor.stand.says)} The alerts did not clear within ${waited}.`.trim();
  return fail(draft, standing, { at, by: cursor.stand.by, says }, facts);
}

/** What a step asked for was given up: nothing will answer any more, so the step failed. */
export function abandoned(
  draft: Draft,
  visit: number | null,
  said: { readonly at: Instant; readonly says: string },
  facts: Facts,
): Draft {
  const standing = standingOf(draft.incident.walk);
  if (standing === null || standing.cursor.visit !== visit) return draft;
  const { stand: now } = standing.cursor;
  return now.is === 'running' || now.is === 'verifying' ? fail(draft, standing, { ...said, by: now.by }, facts) : draft;
}
