/** One question to the REST API, through pdjs: the body of a good answer, or a PagerError. */
import { api } from '@pagerduty/pdjs';
import type { z } from 'zod';
import type { Duration } from '../incident/incident.ts';
import { PagerError } from './pager-error.ts';
import { errorOfRest } from './rest-error.ts';
import { type Base, reveal, type Setting } from './settings.ts';
import { exchange, NoReply } from './wire.ts';

/** What the REST API is opened with. */
export interface RestSettings {
  readonly base: Base;
  readonly token: Setting;
  /** E-mail address of a user of the account; PagerDuty wants one for every write. */
  readonly from: string;
  readonly deadline: Duration;
}

/** Parameters; a list repeats its name. */
export type Query = Readonly<Record<string, string | string[]>>;

/** What is asked with. */
export type Method = 'GET' | 'POST' | 'PUT';

/** Asks once. A write that has no proof of its end is `ambiguous`. */
export function asking({ base, token, from, deadline }: RestSettings) {
  return async (
    method: Method,
    path: string,
    query: Query,
    body: object | null,
    signal: AbortSignal,
  ): Promise<unknown> => {
    const secret = reveal(token, 'token');
    const isWrite = method !== 'GET';
    const send = async (options: object): Promise<{ data: unknown }> =>
      api({
        ...options,
        ...{ server: base.server, endpoint: path, method, token: secret },
        ...(isWrite ? { headers: { From: from } } : { queryParameters: { ...query } }),
        ...(body === null ? {} : { data: body }),
      });
    try {
      const reply = await exchange({ base, deadline, signal, send });
      const isGood = reply.status >= 200 && reply.status < 300;
      if (isGood && (!isWrite || reply.data !== undefined)) return reply.data;
      if (isGood) throw new PagerError('ambiguous', foreign, { status: reply.status });
      throw errorOfRest(reply, { token, secret, from, isWrite });
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      const says = `PagerDuty's API can't be asked: ${error.message}`;
      throw new PagerError(isWrite && error.sent ? 'ambiguous' : 'network', says, {}, { cause: error.cause });
    }
  };
}

/** Reads a body that must have this shape. */
export function shaped<T>(shape: z.ZodType<T>, data: unknown): T {
  const { data: read } = shape.safeParse(data);
  if (read !== undefined) return read;
  throw new PagerError('network', foreign);
}

const foreign = "PagerDuty's API answered something that is not its own: is a proxy in the way?";
