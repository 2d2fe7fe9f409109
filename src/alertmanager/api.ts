/** A client of Alertmanager's API v2: what fires and what hides it, and silences. Nothing is retried here. */
import type { z } from 'zod';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { answers, type ApiAlert, type ApiMatcher, type ApiSilence, type ApiStatus } from './api-answers.ts';
import { AlertmanagerError } from './api-error.ts';
import { type Letter, openWire, type Reply, type Wire } from './api-wire.ts';
import { conceal, line } from './api-words.ts';

/** A secret that is read at the point of use, and the key of vigie.yaml that names it. */
export interface Setting {
  /** `sources.main.api.bearer`. */
  readonly name: string;
  /** `ref` may be shown. `reveal` throws when the secret can't be read. */
  readonly secret: { readonly ref: string; readonly reveal: () => string };
}

/** What opens an Alertmanager, which asks for nothing by itself: a proxy or `--web.config.file` does. */
export type ApiAuth =
  | { readonly kind: 'bearer'; readonly token: Setting }
  | { readonly kind: 'basic'; readonly user: string; readonly password: Setting };

/** What the client is opened with. */
export interface ApiSettings {
  /** Name of the source, for sentences. */
  readonly source: string;
  /** Its address, without a slash at the end and without credentials; with the path of `--web.route-prefix`, if any. */
  readonly url: string;
  readonly auth: ApiAuth | null;
  /** For a whole call; 10 s unless told otherwise. */
  readonly deadline?: Duration;
}

/** A silence to make; or to change, when it has an id. */
export interface SilenceWish {
  /** Null makes a new one. */
  readonly id: string | null;
  readonly matchers: readonly ApiMatcher[];
  /** As it was answered, to change only the end: with anything else Alertmanager makes a new silence. */
  readonly startsAt: string;
  readonly endsAt: Instant;
  readonly createdBy: string;
  readonly comment: string;
}

/** Alertmanager's API v2. Every call throws an AlertmanagerError, or the signal's reason. */
export interface Api extends AsyncDisposable {
  /** `now` is the time by Alertmanager's own clock, so that its age can be told whatever ours says; null when it is not told. */
  status(signal: AbortSignal): Promise<ApiStatus & { readonly now: Instant | null }>;
  /** Everything that fires, whatever hides it. */
  alerts(signal: AbortSignal): Promise<readonly ApiAlert[]>;
  /** All that are kept, expired ones of the last days included. */
  silences(signal: AbortSignal): Promise<readonly ApiSilence[]>;
  /** One; null when it is not known. */
  silence(id: string, signal: AbortSignal): Promise<ApiSilence | null>;
  /** Answers the id, which may be a new one also for a change. */
  postSilence(wish: SilenceWish, signal: AbortSignal): Promise<string>;
  /** False when there is none of that id. One that has expired may be expired again. */
  expireSilence(id: string, signal: AbortSignal): Promise<boolean>;
}

/** Opens a client; it connects when there is something to ask. Its calls wait for each other. */
export function openApi(settings: ApiSettings): Api {
  const { source, url, deadline = 10_000 } = settings;
  const where = `Alertmanager of source ${source} (${line(URL.parse(url)?.host ?? 'no address', 100)})`;
  let wire: Promise<Wire> | null = null;
  const call = async (method: Letter['method'], path: string, body: object | null, signal: AbortSignal) => {
    const { header, secrets } = authorization(settings.auth);
    const isSilence = path.startsWith('/silence/');
    wire ??= openWire(where, deadline);
    const letter = { method, url: `${url}/api/v2${path}`, authorization: header, body, signal };
    const reply = await (await wire).send(letter);
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw errorOf(reply, { where, source, method, secrets, isSilence });
  };
  const read = <T>(shape: z.ZodType<T>, reply: Reply): T => readAnswer(shape, reply, where, source);
  return {
    status: async (signal) => {
      const reply = await call('GET', '/status', null, signal);
      const now = Date.parse(reply.header('date') ?? '');
      return { ...read(answers.status, reply), now: Number.isFinite(now) ? now : null };
    },
    alerts: async (signal) =>
      read(
        answers.alerts,
        await call('GET', '/alerts?active=true&silenced=true&inhibited=true&unprocessed=true', null, signal),
      ),
    silences: async (signal) => read(answers.silences, await call('GET', '/silences', null, signal)),
    silence: async (id, signal) => {
      const reply = await known(call('GET', silencePath(id), null, signal));
      return reply === null ? null : read(answers.silence, reply);
    },
    postSilence: async ({ id, endsAt, ...wish }, signal) => {
      const body = { ...(id === null ? {} : { id }), ...wish, endsAt: new Date(endsAt).toISOString() };
      const reply = await call('POST', '/silences', body, signal);
      try {
        return read(answers.posted, reply).silenceID;
      } catch (cause) {
        const says = `${where} answered ${reply.status} without the id of the silence. It may have been made: look before trying again`;
        throw new AlertmanagerError('ambiguous', says, { status: reply.status }, { cause });
      }
    },
    expireSilence: async (id, signal) => (await known(call('DELETE', silencePath(id), null, signal))) !== null,
    [Symbol.asyncDispose]: async () => (await wire)?.[Symbol.asyncDispose](),
  };
}

const silencePath = (id: string): string => `/silence/${encodeURIComponent(id)}`;

/** What is not there is null. */
async function known(reply: Promise<Reply>): Promise<Reply | null> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof AlertmanagerError && error.kind === 'missing') return null;
    throw error;
  }
}

/** The header, and what must not be shown. Throws an AlertmanagerError that names the setting. */
function authorization(auth: ApiAuth | null): { readonly header: string | null; readonly secrets: readonly string[] } {
  if (auth === null) return { header: null, secrets: [] };
  if (auth.kind === 'bearer') {
    const token = reveal(auth.token).trim();
    if (/^[\x21-\x7E]+$/.test(token)) return { header: `Bearer ${token}`, secrets: [token] };
    const says = `${spoken(auth.token)} is empty, or holds characters that no token has: put the right one there`;
    throw new AlertmanagerError('credentials', says);
  }
  const password = reveal(auth.password);
  const encoded = Buffer.from(`${auth.user}:${password}`).toString('base64');
  return { header: `Basic ${encoded}`, secrets: [encoded, password] };
}

const spoken = ({ name, secret }: Setting): string => `${name} (${secret.ref})`;

function reveal(setting: Setting): string {
  try {
    return setting.secret.reveal();
  } catch (cause) {
    throw new AlertmanagerError('credentials', `${setting.name} can't be read: ${explain(cause)}`, {}, { cause });
  }
}

function readAnswer<T>(shape: z.ZodType<T>, { status, text }: Reply, where: string, source: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { data, error } = shape.safeParse(value);
  if (data !== undefined) return data;
  // A path tells where to look; a value of it could be anything.
  const place =
    value === undefined ? 'it is not JSON' : `at ${line(error?.issues[0]?.path.join('.') ?? '', 80) || 'its top'}`;
  const says = `${where} answered something that is not its API v2 (${place}): look at sources.${source}.api.url, and for a proxy in the way`;
  throw new AlertmanagerError('foreign', says, { status });
}

interface Asked {
  readonly where: string;
  readonly source: string;
  readonly method: Letter['method'];
  readonly secrets: readonly string[];
  /** One silence was asked for by its id. */
  readonly isSilence: boolean;
}

/** The error for an answer that is no success. */
function errorOf(
  { status, text, header }: Reply,
  { where, source, method, secrets, isSilence }: Asked,
): AlertmanagerError {
  const said = line(conceal(saidIn(text), secrets), 200);
  const quoted = said === '' ? `answered ${status} without a word` : `answered ${status}: ${said}`;
  const fail = (kind: AlertmanagerError['kind'], says: string): AlertmanagerError =>
    new AlertmanagerError(kind, `${where} ${says}`, { status, retryAfter: pauseOf(header('retry-after')) });
  // Up to 0.25 an unknown id is a fault of the server.
  if (/silence\b.*\bnot found/i.test(said) || (status === 404 && said === '' && isSilence))
    return fail('missing', `knows no such silence: ${quoted}`);
  if (status === 401 || status === 403)
    return fail('credentials', `does not accept our credentials (${quoted}): look at sources.${source}.api`);
  if (status === 429) return fail('throttled', 'gets too many requests and wants a pause. Trying again later helps');
  if (status === 404 || status === 410 || (status >= 300 && status < 400)) {
    const to = status < 400 ? 'leads somewhere else' : 'has no API v2 there';
    return fail('foreign', `${to} (${quoted}): put its own address in sources.${source}.api.url`);
  }
  if (status >= 500 || status === 408)
    return method === 'POST'
      ? fail('ambiguous', `is in trouble: ${quoted}. It may have been done: look before trying again`)
      : fail('server', `is in trouble: ${quoted}. Trying again may help`);
  return fail('invalid', `does not do this: ${quoted}. Trying again does not help`);
}

/** What an error says: a JSON text, or an object with a message. */
function saidIn(text: string): string {
  const start = text.slice(0, 4_096);
  try {
    const value: unknown = JSON.parse(start);
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // A proxy's page, perhaps.
  }
  return start.replace(/<[^<>]*>/g, ' ');
}

/** Seconds; the other form, a date, is not worth reading. */
const pauseOf = (header: string | null): Duration | null =>
  header !== null && /^\d{1,5}$/.test(header) ? Number(header) * 1_000 : null;
