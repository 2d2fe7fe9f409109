/** The room of checks: asks Prometheus and HTTP endpoints what a step of a runbook wants to know. */
import { lookup } from 'node:dns/promises';
import type { Perform } from '../incident/contracts.ts';
import type { Effect } from '../incident/effect.ts';
import { explain, Terminal } from '../incident/fault.ts';
import type { Instant } from '../incident/incident.ts';
import type { Fence, Resolve } from './hosts.ts';
import { askHttp, type Verdict } from './http.ts';
import { askPrometheus } from './prometheus.ts';
import { line, longestSaying, masked } from './says.ts';

/** What the room needs. */
export interface ChecksSettings {
  /** The Prometheus that is asked; its address is trusted. */
  readonly prometheus: { readonly url: string } | null;
  /** `host` or `host:port`: HTTP checks go nowhere else. */
  readonly hosts: readonly string[];
  /** Looks names up; the system does it by default. */
  readonly resolve?: Resolve;
  /** Address of the Kubernetes API server; by default the one that KUBERNETES_SERVICE_HOST names. */
  readonly apiServer?: string | null;
  readonly clock: () => Instant;
}

/** The room. */
export interface ChecksRoom {
  /**
   * Performs `checks.ask`. Whatever the neighbour does or fails to do is an answer: a check must not hold its lane up.
   * Throws only when the lease on the lane is lost.
   */
  readonly perform: Perform;
}

/** Opens the room. It keeps nothing open between two questions. */
export function openChecks(settings: ChecksSettings): ChecksRoom {
  const { clock, hosts, resolve = lookUp, apiServer = process.env['KUBERNETES_SERVICE_HOST'] ?? null } = settings;
  const fence: Fence = { hosts, resolve, apiServer };
  return {
    perform: async ({ effect, effectId, signal }) => {
      if (effect.type !== 'checks.ask') throw new Terminal(`performing ${effectId}: ${effect.type} is not a check`);
      const { visit, attempt, of, ask } = effect;
      const { passed, says } = await answerOf(ask, settings.prometheus?.url ?? null, fence, clock, signal);
      if (signal.aborted) throw new Error(`performing ${effectId}: it was stopped`, { cause: signal.reason });
      return { type: 'CheckAnswered', at: clock(), visit, attempt, of, passed, says: line(says, longestSaying) };
    },
  };
}

type AskEffect = Extract<Effect, { type: 'checks.ask' }>;

async function answerOf(
  ask: AskEffect['ask'],
  prometheus: string | null,
  fence: Fence,
  clock: () => Instant,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    switch (ask.type) {
      case 'http':
        return await askHttp(ask, fence, clock, signal);
      case 'promql':
        return await askPrometheus(ask, prometheus, clock, signal);
    }
  } catch (error) {
    // A check that breaks would break each time it is retried; people must hear of it and go on.
    return { passed: false, says: `The check could not be carried out: ${masked(explain(error))}` };
  }
}

const lookUp: Resolve = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};
