/** Polls each source for what silences and inhibition hide: one poll an interval, never two at a time, a fault told once. */
import type { Duration, Instant } from '../incident/incident.ts';
import type { Api } from './api.ts';
import { AlertmanagerError } from './api-error.ts';
import type { Answer, BeliefRules } from './reconcile-absence.ts';
import { type Fact, type Held, noMemory, reconcile } from './reconcile.ts';

/** A source that can be asked. */
export interface PolledSource {
  readonly name: string;
  readonly api: Pick<Api, 'alerts' | 'silences' | 'status'>;
  readonly rules: BeliefRules;
  /** Clusters that must have a heartbeat. */
  readonly expected: readonly string[];
}

/** What the poller is handed. */
export interface PollerParts {
  readonly sources: readonly PolledSource[];
  /** The alerts of the source's incidents that are open, or ended not long ago: those may have fired again unheard. */
  readonly held: (source: string) => Promise<readonly Held[]>;
  /** Records what was found. Resolves after the commit; when it throws, the next poll finds the same again. */
  readonly tell: (source: string, facts: readonly Fact[], at: Instant) => Promise<void>;
  /** Between two polls of a source, a tenth more or less. */
  readonly interval: Duration;
  readonly clock: () => Instant;
  readonly random: () => number;
  /** Told of the first of a row of faults, and that the row is over. */
  readonly troubled: (source: string, fault: unknown) => void;
  readonly recovered: (source: string) => void;
  /** Told of every poll, for the metrics. */
  readonly polled?: (source: string, ended: 'answered' | 'faulted', took: Duration, facts: number) => void;
}

/** A poller that is running. Disposing of it gives up what is under way. */
export interface Poller extends AsyncDisposable {
  /** Polls soon: something about the source changed. During a poll it asks for one more after it. */
  poke(source: string): void;
}

/** Starts polling. */
export function startPoller(parts: PollerParts): Poller {
  const stopped = new AbortController();
  const loops = new Map(parts.sources.map((source) => [source.name, startLoop(parts, source, stopped.signal)]));
  return {
    poke: (source) => loops.get(source)?.poke(),
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await Promise.all([...loops.values()].map(({ done }) => done));
    },
  };
}

/** The first polls of all sources come within this time after the start, not at once. */
const firstWithin: Duration = 5_000;

function startLoop(parts: PollerParts, source: PolledSource, stopped: AbortSignal) {
  const { interval, random } = parts;
  let wake = (): void => undefined;
  let poked = false;
  const sleep = (time: Duration): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => wake(), poked || stopped.aborted ? 0 : time);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  stopped.addEventListener('abort', () => wake(), { once: true });
  const run = async (): Promise<void> => {
    const poll = openPoll(parts, source, stopped);
    await sleep(random() * Math.min(firstWithin, interval));
    while (!stopped.aborted) {
      poked = false;
      const pause = await poll();
      await sleep(Math.max(interval * (0.9 + random() / 5), pause));
    }
  };
  return {
    poke: () => {
      poked = true;
      wake();
    },
    done: run(),
  };
}

/** Polls one source once a call, and remembers from call to call. Resolves to a pause that Alertmanager asked for; never rejects. */
function openPoll(parts: PollerParts, source: PolledSource, stopped: AbortSignal): () => Promise<Duration> {
  const { clock, polled, recovered, tell, troubled } = parts;
  const { name, rules, expected } = source;
  let memory = noMemory(expected);
  let isTroubled = false;
  return async () => {
    const began = clock();
    try {
      const { answer, held } = await ask(parts, source, stopped);
      const found = reconcile(memory, held, answer, rules);
      if (found.facts.length > 0) await tell(name, found.facts, answer.at);
      // Only now: facts that were not recorded must be found again.
      memory = found.memory;
      if (isTroubled) recovered(name);
      isTroubled = false;
      polled?.(name, 'answered', clock() - began, found.facts.length);
      return 0;
    } catch (error) {
      if (stopped.aborted) return 0;
      if (!isTroubled) troubled(name, error);
      isTroubled = true;
      polled?.(name, 'faulted', clock() - began, 0);
      return error instanceof AlertmanagerError ? Math.min(error.retryAfter ?? 0, longestPause) : 0;
    }
  };
}

/** Whatever a proxy asks for, alerts are looked after. */
const longestPause: Duration = 300_000;

async function ask({ clock, held: readHeld }: PollerParts, { name, api }: PolledSource, stopped: AbortSignal) {
  const asked = clock();
  const { now, startedAt, settling } = await api.status(stopped);
  // Before the question: what a webhook tells while it is answered is newer.
  const at = clock();
  const alerts = await api.alerts(stopped);
  const held = await readHeld(name);
  const isSilenced =
    alerts.some(({ silencedBy }) => silencedBy.length > 0) || held.some(({ muted }) => muted?.is === 'silenced');
  const silences = isSilenced ? await api.silences(stopped) : [];
  const answer: Answer = { at, age: (now ?? asked) - startedAt, settling, alerts, silences };
  return { answer, held };
}
