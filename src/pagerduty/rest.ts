/** REST API v2: looks incidents up, and hands them to people. Nothing is retried here: that is the outbox's. */
import type { PagerResponder } from '../incident/pager.ts';
import type { z } from 'zod';
import { answers, type OnCall, type PagerIncident, type PagerUser } from './answers.ts';
import { asking, type Method, type Query, type RestSettings, shaped } from './ask.ts';
import { PagerError } from './pager-error.ts';

/** The REST API. Ids are PagerDuty's. */
export interface Rest {
  /** The incidents with an alert of this dedup key, one a service: those that are open first, then the newest. */
  find(dedupKey: string, signal: AbortSignal): Promise<readonly PagerIncident[]>;
  incident(id: string, signal: AbortSignal): Promise<PagerIncident | null>;
  notes(id: string, signal: AbortSignal): Promise<readonly string[]>;
  addNote(id: string, text: string, signal: AbortSignal): Promise<void>;
  askResponders(id: string, whom: readonly PagerResponder[], message: string, signal: AbortSignal): Promise<void>;
  /** Hands an incident to an escalation policy, from its first level; a person instead would stop the ladder. */
  reassign(id: string, policy: string, signal: AbortSignal): Promise<void>;
  /** Null takes the priority away. */
  prioritise(id: string, priority: string | null, signal: AbortSignal): Promise<void>;
  priorities(signal: AbortSignal): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Who is on call now, of these policies and schedules; lowest level first. */
  onCalls(of: OnCallQuery, signal: AbortSignal): Promise<readonly OnCall[]>;
  /** The user with exactly this e-mail address, whatever its case. */
  userByEmail(email: string, signal: AbortSignal): Promise<PagerUser | null>;
  user(id: string, signal: AbortSignal): Promise<PagerUser | null>;
  /** The user as whom we write: the one of the `from` setting. */
  self(signal: AbortSignal): Promise<PagerUser>;
}

/** Whose turns are asked for; an empty list asks for none of that kind. */
export interface OnCallQuery {
  readonly policies: readonly string[];
  readonly schedules: readonly string[];
}

/** More than this many pages are not read: an address that is not among 500 users was mistyped. */
const mostPages = 5;
const page = 100;

type Read = <T>(path: string, query: Query, shape: z.ZodType<T>, signal: AbortSignal) => Promise<T>;

/** Opens the REST API at a place. Nothing is kept open. */
export function openRest(settings: RestSettings): Rest {
  const ask = asking(settings);
  const read: Read = async (path, query, shape, signal) => shaped(shape, await ask('GET', path, query, null, signal));
  const people = usersOf(read, settings.from);
  const write = async (method: Method, path: string, body: object, signal: AbortSignal): Promise<void> =>
    void (await ask(method, path, {}, body, signal));
  const update = (id: string, change: object, signal: AbortSignal): Promise<void> =>
    write('PUT', incidentPath(id), { incident: { type: 'incident_reference', ...change } }, signal);
  return {
    find: async (dedupKey, signal) => {
      // Without the range, incidents older than a month are left out.
      const query = { incident_key: dedupKey, date_range: 'all', sort_by: 'created_at:desc', limit: '25' };
      const { incidents } = await read('/incidents', query, answers.incidents, signal);
      return incidents.toSorted(
        (a, b) => Number(a.status === 'resolved') - Number(b.status === 'resolved') || b.createdAt - a.createdAt,
      );
    },
    incident: async (id, signal) =>
      (await found(read(incidentPath(id), {}, answers.incident, signal)))?.incident ?? null,
    notes: async (id, signal) =>
      (await read(`${incidentPath(id)}/notes`, {}, answers.notes, signal)).notes.map(({ content }) => content),
    addNote: (id, text, signal) => write('POST', `${incidentPath(id)}/notes`, { note: { content: text } }, signal),
    askResponders: async (id, whom, message, signal) => {
      const requester = await people.self(signal);
      const targets = whom.map((one) => ({
        responder_request_target: { id: one.id, type: `${one.kind}_reference` },
      }));
      const body = { requester_id: requester.id, message, responder_request_targets: targets };
      await write('POST', `${incidentPath(id)}/responder_requests`, body, signal);
    },
    reassign: (id, policy, signal) =>
      update(id, { escalation_policy: { id: policy, type: 'escalation_policy_reference' } }, signal),
    prioritise: (id, priority, signal) =>
      update(id, { priority: priority === null ? null : { id: priority, type: 'priority_reference' } }, signal),
    priorities: async (signal) => {
      const { priorities } = await read('/priorities', {}, answers.priorities, signal);
      return priorities.map((one) => ({ id: one.id, name: one.name ?? one.summary ?? one.id }));
    },
    onCalls: async (of, signal) => {
      if (of.policies.length + of.schedules.length === 0) return [];
      const { oncalls } = await read('/oncalls', queryOf(of), answers.onCalls, signal);
      return oncalls.toSorted((a, b) => a.level - b.level);
    },
    ...people,
  };
}

/** What concerns users. Who we are is asked once. */
function usersOf(read: Read, from: string): Pick<Rest, 'userByEmail' | 'user' | 'self'> {
  const userByEmail: Rest['userByEmail'] = async (email, signal) => {
    const same = (one: PagerUser): boolean => one.email?.toLowerCase() === email.toLowerCase();
    for (let offset = 0; offset < mostPages * page; offset += page) {
      const query = { query: email, limit: `${page}`, offset: `${offset}` };
      const { users, more } = await read('/users', query, answers.users, signal);
      const one = users.find(same);
      if (one !== undefined || more !== true) return one ?? null;
    }
    return null;
  };
  let known: PagerUser | null = null;
  return {
    userByEmail,
    user: async (id, signal) =>
      (await found(read(`/users/${encodeURIComponent(id)}`, {}, answers.user, signal)))?.user ?? null,
    self: async (signal) => {
      known ??= await userByEmail(from, signal);
      if (known !== null) return known;
      const says = `pagerduty.from (${from}) is no user of the account: put the e-mail address of one there`;
      throw new PagerError('invalid', says);
    },
  };
}

/** What is not there is null. */
async function found<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PagerError && error.status === 404) return null;
    throw error;
  }
}

const incidentPath = (id: string): string => `/incidents/${encodeURIComponent(id)}`;

const queryOf = ({ policies, schedules }: OnCallQuery): Query => ({
  // pdjs would send an empty list as nothing, and all turns of the account would be answered.
  ...(policies.length === 0 ? {} : { 'escalation_policy_ids[]': [...policies] }),
  ...(schedules.length === 0 ? {} : { 'schedule_ids[]': [...schedules] }),
  'include[]': ['users'],
  earliest: 'true',
  limit: `${page}`,
});
