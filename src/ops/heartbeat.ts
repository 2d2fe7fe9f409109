/** Vigie's own heartbeat: tells a monitor outside, again and again, that it is well. When it stops, somebody else must notice. */
import type { Dispatcher } from 'undici';
import { explain } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';

/** How to tell the monitor. */
export interface HeartbeatSettings {
  /** Its address is a secret: whoever knows it can beat in our place. `reveal` throws when it can't be read. */
  readonly url: { readonly ref: string; readonly reveal: () => string };
  readonly method: 'GET' | 'POST';
  readonly interval: Duration;
  /** For a whole beat; less than the interval. */
  readonly deadline: Duration;
}

/** What one beat came to. `failures` counts those in a row; 0 after one that arrived. */
export type Beat =
  | { readonly is: 'heard'; readonly failures: 0 }
  /** Vigie is not well, so it kept still on purpose. */
  | { readonly is: 'held back'; readonly failures: number; readonly says: string }
  | { readonly is: 'failed'; readonly failures: number; readonly says: string };

/** What the heart is handed. */
export interface HeartbeatParts {
  readonly settings: HeartbeatSettings;
  /** Whether Vigie can do its work now; a fault counts as no. */
  readonly isWell: () => Promise<boolean>;
  /** Told of every beat, for the metrics and, at the first failure of a row, the log. What it throws is lost. */
  readonly beaten: (beat: Beat) => void;
}

/** Starts beating, at once and then at every interval. Disposing of it stops it; nothing ever throws. */
export function startHeartbeat({ settings, isWell, beaten }: HeartbeatParts): AsyncDisposable {
  const stopped = new AbortController();
  let failures = 0;
  let beating: Promise<void> | null = null;
  const beat = async (): Promise<void> => {
    const trouble = await troubleOf(settings, isWell, stopped.signal);
    if (stopped.signal.aborted) return;
    failures = trouble === null ? 0 : failures + 1;
    try {
      beaten(trouble === null ? { is: 'heard', failures: 0 } : { ...trouble, failures });
    } catch {
      // Whoever listens must not stop the heart.
    }
  };
  const turn = (): void => {
    // A beat that is under way is not joined by another.
    beating ??= beat().finally(() => {
      beating = null;
    });
  };
  turn();
  const timer = setInterval(turn, settings.interval);
  return {
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      clearInterval(timer);
      await beating;
    },
  };
}

type Trouble = { readonly is: 'held back' | 'failed'; readonly says: string };

async function troubleOf(
  settings: HeartbeatSettings,
  isWell: () => Promise<boolean>,
  stopped: AbortSignal,
): Promise<Trouble | null> {
  const { deadline } = settings;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadline);
  const signal = AbortSignal.any([stopped, late.signal]);
  try {
    const well = await until(
      isWell().catch(() => false),
      signal,
    ).catch(() => false);
    if (!well) return { is: 'held back', says: 'Vigie is not well, so it sends no heartbeat: look at /ready' };
    return await send(settings, signal, () => late.signal.aborted);
  } catch (error) {
    return { is: 'failed', says: `the heartbeat was not sent: ${explain(error)}` };
  } finally {
    clearTimeout(timer);
  }
}

/** Sends one beat; the answer's status is all that counts, and no text of it is shown: the address must not come back in it. */
async function send(
  { url: secret, method, deadline }: HeartbeatSettings,
  signal: AbortSignal,
  isLate: () => boolean,
): Promise<Trouble | null> {
  const url = URL.parse(secret.reveal().trim());
  if (url === null || !/^https?:$/.test(url.protocol))
    return { is: 'failed', says: `${secret.ref} holds no address of http or https: put the monitor's there` };
  const { Agent, request } = await import('undici');
  // One connection a beat: a kept one could be dead, and the beat with it.
  const agent: Dispatcher = new Agent({ connect: { timeout: deadline }, allowH2: false });
  try {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      method,
      headers: { 'user-agent': 'vigie' },
      signal,
    });
    body.on('error', () => undefined).destroy();
    if (statusCode >= 200 && statusCode < 300) return null;
    return { is: 'failed', says: `${url.host} answered the heartbeat with ${statusCode}: look at ${secret.ref}` };
  } catch (error) {
    const why = isLate() ? `did not answer within ${deadline} ms` : `could not be reached (${codeOf(error)})`;
    return { is: 'failed', says: `${url.host} ${why}` };
  } finally {
    await agent.destroy();
  }
}

/** What a promise gives, unless the signal aborts before. */
function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('it took too long'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
