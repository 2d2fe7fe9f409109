/** A real Alertmanager, the webhooks it sends, a poller on it, and what Vigie would hold by the facts that it tells. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { type Api, openApi } from '../../src/alertmanager/api.ts';
import { startPoller } from '../../src/alertmanager/poller.ts';
import type { BeliefRules } from '../../src/alertmanager/reconcile-absence.ts';
import type { Fact, Held } from '../../src/alertmanager/reconcile.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { held, recorded, rules } from './reconcile-world.ts';

/** Believes quickly, so that a test need not last for minutes; the Alertmanager of a test has only just started. */
const quickly: BeliefRules = { ...rules, polls: 2, emptyPolls: 4, absentFor: 200, warmUp: 0 };

const config = (webhook: string): string => `
route: {receiver: vigie, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h}
receivers:
- name: vigie
  webhook_configs: [{url: ${webhook}, send_resolved: true}]
inhibit_rules:
- {source_matchers: ['alertname="NodeDown"'], target_matchers: ['severity="warning"'], equal: [node]}
`;

/** Labels of an alert. */
export type Labels = Readonly<Record<string, string>>;

/** Opens all of it; poll by poll five times a second. */
export async function openReal(belief: BeliefRules = quickly) {
  const stack = new AsyncDisposableStack();
  const bodies: string[] = [];
  const receiver = createServer((request, response) => {
    const keep = (chunks: unknown[]): void => {
      bodies.push(Buffer.concat(chunks as Buffer[]).toString());
      response.end();
    };
    void request.toArray().then(keep);
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  stack.defer(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const { port } = receiver.address() as AddressInfo;
  const alertmanager = stack.adopt(await startAlertmanager({ config: config(`http://127.0.0.1:${port}/`) }), (server) =>
    server.stop(),
  );
  const open = (): Api => stack.use(openApi({ source: 'main', url: alertmanager.url, auth: null }));
  const api = open();
  const facts: Fact[] = [];
  const troubles: string[] = [];
  let holds: readonly Held[] = [];
  let polls = 0;
  const watch = (): void => {
    stack.use(
      startPoller({
        sources: [{ name: 'main', api: open(), rules: belief, expected: [] }],
        held: async () => holds,
        tell: async (_source, told, at) => {
          facts.push(...told);
          for (const fact of told) holds = holds.map((one) => recorded(one, fact, at));
        },
        ...{ interval: 200, clock: Date.now, random: () => 0.5 },
        troubled: (_source, fault) => troubles.push(String(fault)),
        recovered: () => troubles.push('recovered'),
        polled: (_source, ended) => (polls += ended === 'answered' ? 1 : 0),
      }),
    );
  };
  const post = async (labels: Labels, startsAt: number, endsAt?: number): Promise<void> => {
    const time = (at: number): string => new Date(at).toISOString();
    const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        { labels, startsAt: time(startsAt), ...(endsAt === undefined ? {} : { endsAt: time(endsAt) }) },
      ]),
    });
    expect(answer.status).toBe(200);
  };
  return {
    ...{ alertmanager, api, bodies, facts, post, troubles, watch },
    /** Fires an alert and holds it, as after its webhook. */
    fire: async (labels: Labels): Promise<string> => {
      const startsAt = Date.now() - 60_000;
      await post(labels, startsAt);
      const listed = (await api.alerts(new AbortController().signal)).find((one) => same(one.labels, labels));
      const fingerprint = listed?.fingerprint ?? '';
      expect(fingerprint).not.toBe('');
      holds = [...holds, held({ alert: { fingerprint, labels, startsAt, changedAt: Date.now() } })];
      return fingerprint;
    },
    /** Waits for that many more polls. */
    polled: async (count: number): Promise<void> => {
      const wanted = polls + count;
      await expect.poll(() => polls >= wanted, { interval: 20, timeout: 15_000 }).toBe(true);
    },
    told: async (is: Fact['is'], fingerprint: string): Promise<Fact> => {
      const find = (): Fact | undefined => facts.findLast((fact) => fact.is === is && fact.fingerprint === fingerprint);
      await expect.poll(() => find() !== undefined, { interval: 20, timeout: 15_000 }).toBe(true);
      return find() as Fact;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const same = (a: Labels, b: Labels): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
