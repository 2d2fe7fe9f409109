/** What scenarios of escalation share: a Vigie between Slack and a PagerDuty that speaks TLS, a second pager, and how it is told. */
import { setTimeout as pause } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, vi } from 'vitest';
import { eventRule } from '../../sandbox/pagerduty/api/schema/events.ts';
import { inspect } from '../../sandbox/pagerduty/api/schema/shape.ts';
import { startPagerDuty } from '../../sandbox/pagerduty/server.ts';
import type { PagerDutySandbox } from '../../sandbox/pagerduty/server.ts';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import { productionSize } from './size.ts';
import { bodiesOf, startVigie } from './vigie.ts';
import type { Vigie } from './vigie.ts';

/** What a scenario may choose. */
interface Choices {
  /** What stands under `policies.default`, indented by four. */
  readonly policy: string;
  /** PagerDuty's names for priorities, by severity. */
  readonly priorities?: string;
  /** Lines added to vigie.yaml. */
  readonly yaml?: string;
  /** Replaces parts of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What the second pager was told. */
interface SecondPage {
  readonly id: string;
  readonly dedup_key: string;
  readonly summary: string;
}

/** A running Vigie with all who page. */
export interface Paged extends AsyncDisposable {
  readonly vigie: Vigie;
  readonly slack: SlackSandbox;
  readonly pd: PagerDutySandbox;
  /** What the webhook of the fallback list got. */
  readonly second: readonly SecondPage[];
  /** Alertmanager tells that checkout fails; resolves when it was answered 200. */
  fire(): Promise<void>;
  /** Alertmanager tells that all of it is over. */
  clear(): Promise<void>;
  /** Starts one more bot on the same database, for the same Slack. */
  another(): Promise<Vigie>;
  /** Resolves when Slack shows these words. */
  says(words: string): Promise<unknown>;
  /** Resolves when nothing is left to be told to PagerDuty, nor to Slack. */
  quiet(): Promise<void>;
  /** The end of every scenario: nobody asked PagerDuty or Slack anything that they refuse, and no record is broken. */
  ends(): Promise<void>;
  /** What the incident's channel and PagerDuty showed, without what chance decides; threads may be left out. */
  told(threads?: boolean): { readonly channel: string; readonly pager: string };
}

/** The channel of the incident that `fire` opens. */
export const channel = 'inc-1-higherrorrate-and-1-more-checkout';

/** The account: checkout has a key of its own, and a second key leads to another service. */
const accountOf = (priorities: string): string => `pagerduty:
  {api_token: env:PD_TOKEN, from: vigie@example.com, webhook_secrets: [env:PD_HOOK], default: {routing_key: env:PD_KEY}, priorities: ${priorities}}
services:
  checkout: {match: ['service="checkout"'], slack: {group: S0ONCALL}, pagerduty: {routing_key: env:PD_KEY, escalation_policy: PSHOP}}
`;

/** Starts all of it, on PostgreSQL and Redis. */
export async function startPaged({ policy, priorities = '{}', yaml = '', env = {} }: Choices): Promise<Paged> {
  await using stack = new AsyncDisposableStack();
  const size = stack.use(await productionSize());
  const pd = stack.use(await startPagerDuty({ https: true }));
  trust(pd, stack);
  const pager = stack.use(await startSecondPager());
  const [key, other] = pd.seed.services.map(({ integration }) => integration.key);
  const settings = {
    yaml: `${accountOf(priorities)}policies:\n  default:\n${policy}\n${yaml}`,
    env: {
      ...size.env,
      ...{ PAGERDUTY_EVENTS_URL: pd.url, PAGERDUTY_API_URL: pd.url, PD_TOKEN: 'sandbox-account-token' },
      ...{ PD_HOOK: pd.seed.webhookSecret, PD_KEY: key ?? '', PD_KEY_2: other ?? '', SECOND_PAGER: pager.url },
      ...env,
    },
  };
  const vigie = stack.use(await startVigie(settings));
  const { slack } = vigie;
  pd.connectApp(`${vigie.app.publicUrl}/pagerduty/webhooks`);
  const [, failing = '', oneBack = '', allClear = ''] = await bodiesOf('checkout-evening');
  const post = async (body: string): Promise<void> => expect((await vigie.post(body)).status).toBe(200);
  const quiet = () => vi.waitUntil(() => isQuiet(vigie), { timeout: 30_000, interval: 50 }).then(() => undefined);
  const running = stack.move();
  return {
    ...{ vigie, slack, pd, second: pager.pages, quiet },
    another: () => startVigie({ ...settings, env: { ...settings.env, SLACK_API_URL: slack.url } }),
    fire: () => post(failing),
    clear: async () => {
      await post(oneBack);
      await vigie.settled();
      // The thread was told a moment after the card, and has to be left alone as long: without this either may come first.
      await pause(500);
      await post(allClear);
    },
    says: (words) => slack.until(() => slack.transcript().includes(words), 15_000),
    ends: async () => {
      await pd.idle();
      await quiet();
      slack.assertClean();
      pd.assertClean();
      expect(misshapen(pd)).toEqual([]);
      for (const { number } of await vigie.list()) expect((await vigie.show(number)).brokenAt).toBeNull();
    },
    told: (threads = true) => ({
      // What comes last may be a card drawn again, which is left out, or not.
      channel: `${said(timeless(slack.transcript({ channel })), threads).trimEnd()}\n`,
      pager: timeless(pd.transcript()),
    }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Makes this process believe the sandbox's certificate, as NODE_EXTRA_CA_CERTS would. */
function trust({ ca = '' }: PagerDutySandbox, stack: AsyncDisposableStack): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ca]);
  stack.defer(() => setDefaultCACertificates(before));
}

/** A pager of another make: it takes every page in. */
async function startSecondPager(): Promise<AsyncDisposable & { readonly url: string; readonly pages: SecondPage[] }> {
  const pages: SecondPage[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      // The expectations are what checks it.
      pages.push(JSON.parse(body) as SecondPage);
      return response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}/pages?key=a-secret-of-the-second-pager`, pages },
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function isQuiet({ app }: Vigie): Promise<boolean> {
  const metrics = await (await fetch(`${app.privateUrl}/metrics`)).text();
  const waits = /^vigie_outbox_pending\{room="(?:slack|pagerduty)"\} [1-9]/m;
  return /^vigie_inbox_waiting 0$/m.test(metrics) && !waits.test(metrics);
}

/** Events that a fault met before PagerDuty looked at them must have fitted its schema all the same. */
const misshapen = (pd: PagerDutySandbox): readonly string[] =>
  pd
    .calls()
    .filter(({ api, status, fault }) => api === 'events' && (status !== 202 || fault !== null))
    .flatMap(({ body }) => {
      const { wrong, ignored } = inspect(eventRule((body as { event_action?: unknown } | null)?.event_action), body);
      return [...wrong.map(({ path }) => path), ...ignored];
    });

/** Times, and names with chance in them, differ from run to run; everything else must not. */
const timeless = (told: string): string =>
  told
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>')
    .replace(/\d\d:\d\d UTC/g, '<time>')
    .replace(/(after|lasted) \d+ (?:s|min)/g, '$1 <duration>')
    .replace(/\[vigie [\d-]+\]/g, '[vigie <effect>]')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');

/** What was said, without the card and the topic: how often they are drawn is chance. What is typed comes in between. */
const said = (told: string, threads: boolean): string =>
  told
    .split(/\n(?=\S)/)
    .filter((entry) => !/ (?:topic|purpose): | types \/|\(only \w+ sees\)/.test(entry) && !/^.*:\n {4}# /.test(entry))
    .filter((entry) => threads || !entry.includes(' ↳ '))
    .join('\n');
