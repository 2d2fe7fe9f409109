/** Which silences hide an incident's own alerts and nothing else that fires now: narrow matchers, made of exact labels. */
import type { Refusal } from '../incident/event.ts';
import type { ApiMatcher } from './api-answers.ts';

/** The labels of one alert, whole: as the store keeps them they may be shortened, and would match nothing. */
export type Labels = Readonly<Record<string, string>>;

/** A label must have one of these values. The empty value stands for a label that is not there, as in Alertmanager. */
export interface Exactly {
  readonly name: string;
  readonly values: readonly string[];
}

/** One silence: all must match. */
export interface Cover {
  readonly matchers: readonly Exactly[];
}

/** More silences than this for one incident are too many to look after. */
const mostCovers = 10;

/** More values of one label than this make a silence that nobody can read. */
const mostValues = 20;

/** Whether a silence hides an alert. */
export const hides = ({ matchers }: Cover, labels: Labels): boolean =>
  matchers.every(({ name, values }) => values.includes(labels[name] ?? ''));

/**
 * The silences for these alerts: one an alert name, with the labels that its alerts have in common. Where that would hide one of
 * the others that fire, it is made narrower, down to one an alert.
 */
export function planCovers(ours: readonly Labels[], others: readonly Labels[]): readonly Cover[] | Refusal {
  const covers = [...Map.groupBy(ours, (labels) => labels['alertname'] ?? '').values()].flatMap((alerts) =>
    coversOf(alerts, others),
  );
  if (covers.length > mostCovers) {
    return {
      refused: `These alerts have too little in common: it would take ${covers.length} silences. Silence some of them, or make one silence in Alertmanager.`,
    };
  }
  return covers.map(refuseBroad).find((refusal) => refusal !== null) ?? covers;
}

function coversOf(alerts: readonly Labels[], others: readonly Labels[]): readonly Cover[] {
  const isNarrow = (cover: Cover): boolean => !others.some((labels) => hides(cover, labels));
  const common = { matchers: commonOf(alerts) };
  if (refuseBroad(common) === null && isNarrow(common)) return [common];
  const listing = { matchers: [...common.matchers, ...varyingOf(alerts)] };
  if (refuseBroad(listing) === null && isNarrow(listing)) return [listing];
  return alerts.map((labels) => aloneOf(labels, others));
}

const exactly = (name: string, ...values: readonly string[]): Exactly => ({ name, values });

/** Labels that all have, with one value. */
function commonOf([first = {}, ...rest]: readonly Labels[]): readonly Exactly[] {
  return Object.entries(first)
    .filter(([name, value]) => value !== '' && rest.every((labels) => labels[name] === value))
    .map(([name, value]) => exactly(name, value));
}

/** Labels that all have, with a few values. */
function varyingOf(alerts: readonly Labels[]): readonly Exactly[] {
  return Object.keys(alerts[0] ?? {}).flatMap((name) => {
    const values = [...new Set(alerts.map((labels) => labels[name] ?? ''))];
    return values.length < 2 || values.length > mostValues || values.includes('')
      ? []
      : [exactly(name, ...values.toSorted())];
  });
}

/** All labels of one alert; and none of those that tell it from another one that has these as well. */
function aloneOf(labels: Labels, others: readonly Labels[]): Cover {
  const matchers = commonOf([labels]);
  const more = others.filter((other) => hides({ matchers }, other)).flatMap((other) => Object.keys(other));
  const missing = [...new Set(more)].filter((name) => (labels[name] ?? '') === '');
  return { matchers: [...matchers, ...missing.slice(0, mostValues).map((name) => exactly(name, ''))] };
}

/** No silence without something to hold on to: a name, or two labels. `severity="critical"` alone would hide the world. */
export function refuseBroad({ matchers }: Cover): Refusal | null {
  const firm = matchers.filter(({ values }) => values.length > 0 && !values.includes(''));
  if (firm.some(({ name }) => name === 'alertname') || firm.length >= 2) return null;
  return {
    refused:
      'A silence by these labels could hide alerts of others: the alert has no name and too few labels. Silence it in Alertmanager.',
  };
}

/** As Alertmanager's API takes a silence. */
export const matchersOf = ({ matchers }: Cover): readonly ApiMatcher[] =>
  matchers.map(({ name, values }) => {
    const [value = '', ...more] = values;
    return more.length === 0
      ? { name, value, isRegex: false, isEqual: true }
      : { name, value: values.map(quoted).join('|'), isRegex: true, isEqual: true };
  });

/** Go's `regexp.QuoteMeta`: the text itself, whatever it holds. */
const quoted = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
