/** References in a runbook's texts: `{{labels.job}}` becomes the value, once, and never decides where anything goes. */
import type { Incident } from '../incident/incident.ts';
import type { Ask, Template } from './runbook.ts';

/** What references may stand for. */
export interface Scope {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly service: Readonly<Record<string, string>>;
  readonly incident: Readonly<Record<string, string>>;
}

/** A reference: `{{labels.job}}`. Spaces inside the braces are allowed. */
const reference = /\{\{\s*(labels|annotations|service|incident)\.([^\s{}]+)\s*\}\}/g;

/** What an incident's runbook may refer to: labels and annotations that all its firing alerts share, its service, itself. */
export function scopeOf(incident: Incident): Scope {
  const firing = Object.values(incident.alerts).filter(({ status }) => status === 'firing');
  const alerts = firing.length > 0 ? firing : Object.values(incident.alerts);
  const { number, title, severity } = incident;
  return {
    labels: shared(alerts.map(({ labels }) => labels)),
    annotations: shared(alerts.map(({ annotations }) => annotations)),
    service: incident.facts,
    incident: { number: String(number), title, severity },
  };
}

function shared(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((other) => other[name] === value)),
  );
}

const valueOf = (scope: Scope, kind: string, name: string): string | undefined => {
  const values = kind === 'labels' || kind === 'annotations' || kind === 'service' ? scope[kind] : scope.incident;
  return Object.hasOwn(values, name) ? values[name] : undefined;
};

/** Text for people. What there is no value for is shown as such, never as nothing. */
export const expand = (text: Template, scope: Scope): string =>
  text.replace(reference, (_, kind: string, name: string) => valueOf(scope, kind, name) ?? `(no ${kind}.${name})`);

/** A value that a neighbour is asked with, or the references that have no value. */
export type Expanded = { readonly text: string } | { readonly missing: readonly string[] };

function expandAll(text: Template, scope: Scope, write: (value: string) => string): Expanded {
  const missing: string[] = [];
  const expanded = text.replace(reference, (whole, kind: string, name: string) => {
    const value = valueOf(scope, kind, name);
    if (value === undefined) missing.push(`${kind}.${name}`);
    return value === undefined ? whole : write(value);
  });
  return missing.length > 0 ? { missing } : { text: expanded };
}

/** A target or an address: only the service's own facts are written into it; lint has refused anything else already. */
export const expandPlace = (text: Template, scope: Scope): Expanded =>
  expandAll(text, { ...scope, labels: {}, annotations: {}, incident: {} }, (value) => value);

/**
 * PromQL's double-quoted strings take Go's escapes (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals):
 * escaped so, a value can't end its string, whatever it holds.
 */
const quotedForPromql = (value: string): string =>
  value
    .replace(/["\\]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');

/** A PromQL query. Lint has made sure that each label stands for a whole quoted matcher value. */
export const expandQuery = (text: Template, scope: Scope): Expanded => expandAll(text, scope, quotedForPromql);

/** A question with its references replaced, or those that have no value. */
export function expandAsk(ask: Ask, scope: Scope): Ask | { readonly missing: readonly string[] } {
  switch (ask.type) {
    case 'http': {
      const url = expandPlace(ask.url, scope);
      return 'missing' in url ? url : { ...ask, url: url.text };
    }
    case 'promql': {
      const query = expandQuery(ask.query, scope);
      return 'missing' in query ? query : { ...ask, query: query.text };
    }
    case 'kubernetes': {
      const diagnose = expandPlace(ask.diagnose, scope);
      return 'missing' in diagnose ? diagnose : { ...ask, diagnose: diagnose.text };
    }
  }
}
