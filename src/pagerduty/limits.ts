/** PagerDuty's limits, and texts cut to them: what is too long is shortened, never refused at three in the morning. */
import type { PageLink, PageText, PagerSeverity } from '../incident/pager.ts';
import type { Instant } from '../incident/incident.ts';
import { clip, line } from './words.ts';

/** Characters, unless said otherwise (https://developer.pagerduty.com/docs/events-api-v2). */
export const limits = {
  summary: 1024,
  source: 255,
  dedupKey: 255,
  /** Not documented; more of them are not read at night. */
  links: 20,
  linkText: 255,
  /** Not documented. */
  message: 1000,
  note: 25_000,
  /** Bytes of a whole event: 512 kB, whichever kB is meant, with some room. */
  event: 500_000,
} as const;

/** The part of an event that PagerDuty shows. */
export interface Payload {
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: PagerSeverity;
    readonly timestamp: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly links: readonly PageLink[];
}

/** A page cut to the limits; `at` is when it is sent. */
export function fitPage({ summary, severity, source, links, details }: PageText, at: Instant): Payload {
  const fitting: Payload = {
    payload: {
      // Neither may be empty.
      summary: line(summary, limits.summary) || 'Vigie pages without a summary',
      source: line(source, limits.source) || 'vigie',
      severity,
      timestamp: new Date(at).toISOString(),
      custom_details: {},
    },
    links: links.flatMap(fitLink).slice(0, limits.links),
  };
  const room = limits.event - bytesOf(fitting);
  return { ...fitting, payload: { ...fitting.payload, custom_details: fitDetails(details, room) } };
}

/** A link that PagerDuty would refuse would take the page with it. */
function fitLink({ href, text }: PageLink): readonly PageLink[] {
  const url = URL.parse(href);
  if (url === null || !/^https?:$/.test(url.protocol) || url.href.length > 2_000) return [];
  return [{ href: url.href, text: line(text, limits.linkText) || url.host }];
}

/** Details of at most so many bytes as JSON: the longest are cut first, to one length. */
function fitDetails(details: Readonly<Record<string, string>>, room: number): Readonly<Record<string, string>> {
  const named = Object.entries(details).map(([name, text]): [string, string] => [line(name, 255), text.toWellFormed()]);
  let fitting = Object.fromEntries(named);
  for (let most = 200_000; bytesOf(fitting) > room && most > 8; most = Math.floor(most / 2)) {
    fitting = Object.fromEntries(named.map(([name, text]) => [name, clip(text, most)]));
  }
  return bytesOf(fitting) > room ? { cut: 'The details were too many to be sent' } : fitting;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What a text of ours carries, so that it is found again: PagerDuty has no ids for what one sends. */
export const markOf = (effectId: string): string => `[vigie ${effectId}]`;

/** Whether a text carries any mark of ours. */
export const isMarked = (text: string): boolean => /\[vigie [\w-]{1,80}\]\s*$/.test(text);

/** A text of at most `max` characters, with the mark at its end. */
export function marked(text: string, effectId: string, max: number): string {
  const mark = markOf(effectId);
  return `${clip(text, max - mark.length - 1)}\n${mark}`;
}
