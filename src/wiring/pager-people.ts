/** People whom PagerDuty names, as people of Slack: whoever acknowledges there is called, invited and reminded here. */
import type { Logger } from 'pino';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant, Person } from '../incident/incident.ts';
import type { PagerReport } from '../incident/pager.ts';
import type { Rest } from '../pagerduty/rest.ts';
import { pagerDutyIdOf } from '../pagerduty/translate.ts';
import { within } from './within.ts';

/** Whose address it is in Slack; null for nobody's. */
export type PersonOf = (email: string) => Promise<Pick<Person, 'id'> | null>;

/** Addresses change seldom. */
const lasts: Duration = 3_600_000;

/** What can't be asked now is asked again after this. */
const pause: Duration = 60_000;

/** A report does not wait longer than this for a name: then it has PagerDuty's. */
const patience: Duration = 3_000;

/** Begins to know people. What it returns never fails: a person who is not known in Slack stays who PagerDuty says. */
export function openPeople(
  { rest }: { readonly rest: Pick<Rest, 'user'> | null },
  personOf: PersonOf,
  clock: () => Instant,
  log: Logger,
): (report: PagerReport) => Promise<PagerReport> {
  const remembered = new Map<string, { readonly id: string | null; readonly until: Instant }>();
  const look = async (theirs: string): Promise<string | null> => {
    const user = rest === null ? null : await rest.user(theirs, AbortSignal.timeout(patience));
    const person = user === null || user.email === null ? null : await personOf(user.email);
    return person?.id ?? null;
  };
  const idOf = async (theirs: string): Promise<string | null> => {
    const kept = remembered.get(theirs);
    if (kept !== undefined && kept.until > clock()) return kept.id;
    const found = await within(look(theirs), patience, 'Slack or PagerDuty').catch((error: unknown) => {
      log.warn({ fault: explain(error) }, 'looking up who PagerDuty names');
      return undefined;
    });
    remembered.set(theirs, { id: found ?? null, until: clock() + (found === undefined ? pause : lasts) });
    return found ?? null;
  };
  const find = async (person: Person): Promise<Person> => {
    const theirs = rest === null ? null : pagerDutyIdOf(person);
    return theirs === null ? person : { ...person, id: (await idOf(theirs)) ?? person.id };
  };
  return async (report) => {
    const by = await find(report.by);
    if ('whom' in report) return { ...report, by, whom: await find(report.whom) };
    return 'to' in report ? { ...report, by, to: await Promise.all(report.to.map(find)) } : { ...report, by };
  };
}
