/** Which runbook an incident gets: the most specific one whose matchers accept one of its firing alerts. */
import { matches } from '../incident/rules.ts';
import type { Runbook } from './runbook.ts';

type Labels = Readonly<Record<string, string>>;

/** The runbook for alerts with these labels (`severity` is the incident's) and this service; undefined when none fits. */
export function runbookFor(
  labelSets: readonly Labels[],
  service: string | null,
  library: readonly Runbook[],
): Runbook | undefined {
  return library
    .filter(({ match, services, kind }) => {
      const meant = services.length === 0 || (service !== null && services.includes(service));
      return kind === 'incident' && meant && match.length > 0 && labelSets.some((labels) => matches(match, labels));
    })
    .toSorted((a, b) => compare(rank(b), rank(a)) || (a.id < b.id ? -1 : 1))[0];
}

/** Named services count most, then the number of matchers, then how many of them are exact. */
const rank = ({ services, match }: Runbook): readonly number[] => [
  services.length > 0 ? 1 : 0,
  match.length,
  match.filter(({ sign }) => sign === '=' || sign === '!=').length,
];

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
