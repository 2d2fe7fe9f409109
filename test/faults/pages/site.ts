/** The place where a run happens: two bots on servers of their own, and a PagerDuty that each bot enters by its own door. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSeed } from '../../../sandbox/pagerduty/account/seed.ts';
import { startPagerDuty } from '../../../sandbox/pagerduty/server.ts';
import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { startSlack } from '../../../sandbox/slack/server.ts';
import type { SlackSandbox } from '../../../sandbox/slack/server.ts';
import type { Place } from '../../../src/store/database.ts';
import { freePort } from '../../servers/child.ts';
import { startBot } from '../bot.ts';
import type { Bot } from '../bot.ts';
import type { Chance } from '../chance.ts';
import { allUp } from '../site.ts';
import { openDoor } from './door.ts';
import type { Door, Sent } from './door.ts';
import { policiesYaml } from './families.ts';
import { openGround } from '../ground.ts';
import type { Servers } from '../ground.ts';
import { hirePostman } from './postman.ts';
import type { Postman } from './postman.ts';

/** A bot and the door to PagerDuty that only it uses. */
export interface Paging {
  readonly process: Bot;
  readonly door: Door;
}

/** A running site. Disposing of it ends every process; the folder stays until it is removed. */
export interface Site extends AsyncDisposable {
  readonly pagings: readonly Paging[];
  readonly bots: readonly Bot[];
  readonly servers: Servers;
  readonly place: Place;
  readonly slack: SlackSandbox;
  readonly pagerduty: PagerDutySandbox;
  readonly postman: Postman;
  /** Every write that a bot sent to PagerDuty. */
  readonly audit: readonly Sent[];
  readonly folder: string;
  remove(): Promise<void>;
}

/** What Alertmanager sends. */
export const token = 'the-token-of-the-torture';

/** PagerDuty takes an acknowledgement of the ledger back after so many seconds, by itself. */
const ackTimeout = 12;

/** Seconds behind which a webhook of a run must have found a bot. */
const hookTimeoutMs = 180_000;

const keyOf = (id: string): string => defaultSeed.services.find((each) => each.id === id)?.integration.key ?? '';

/** Starts everything, and resolves when all bots are up. */
export async function openSite(chance: Chance, signal: AbortSignal): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vigie-faults-pages-'));
  const services = defaultSeed.services.map((each) => (each.id === 'PLEDGER' ? { ...each, ackTimeout } : each));
  const incidentKeys = chance.pick(['null', 'shown'] as const);
  const [slack, pagerduty, ground, postman] = await Promise.all([
    startSlack(),
    startPagerDuty({ hookTimeoutMs, seed: { services, incidentKeys } }),
    openGround(),
    hirePostman(chance.of('postman')),
  ]);
  for (const each of [slack, postman, ground, pagerduty]) stack.use(each);
  const runbooks = join(folder, 'runbooks');
  await mkdir(runbooks);
  const audit: Sent[] = [];
  const secrets = {
    ...{ SLACK_BOT_TOKEN: 'xoxb-sandbox', SLACK_SIGNING_SECRET: slack.seed.signingSecret, AM_TOKEN: token },
    ...{ PD_TOKEN: 'sandbox-account-token', PD_HOOK: pagerduty.seed.webhookSecret },
    ...{ PD_KEY: keyOf('PCHECKOUT'), PD_KEY_LEDGER: keyOf('PLEDGER'), PD_KEY_2: keyOf('PCLUSTER') },
  };
  // They start so often that compiling would be most of what they do.
  const files = { VIGIE_RUNBOOKS: runbooks, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const env = { DATABASE_URL: ground.databases.bot, ...ground.env, ...secrets, ...files, SLACK_API_URL: slack.url };
  // Sometimes what fires again is the next episode, and sometimes another incident with the same key.
  const yaml = policiesYaml(chance.pick([5_000, 9_000]));
  const start = async (name: string): Promise<Paging> => {
    const door = stack.use(await openDoor(name, pagerduty.url, audit, chance.of(name)));
    const ports = { public: await freePort(), private: await freePort() };
    const file = join(folder, `${name}.yaml`);
    await writeFile(file, `${headYaml(ports)}${yaml}`);
    const urls = { publicUrl: `http://127.0.0.1:${ports.public}`, privateUrl: `http://127.0.0.1:${ports.private}` };
    const places = { VIGIE_CONFIG: file, PAGERDUTY_EVENTS_URL: door.url, PAGERDUTY_API_URL: door.url };
    const process = startBot({
      ...{ name, part: 'bot', log: join(folder, `${name}.log`), env: { ...env, ...places } },
      ...urls,
    });
    stack.defer(async () => void (await process.stop()));
    return { door, process };
  };
  const pagings = [await start('bot-1'), await start('bot-2')];
  const bots = pagings.map(({ process }) => process);
  await allUp(bots, signal);
  postman.serve(bots);
  pagerduty.connectApp(postman.url);
  const running = stack.move();
  return {
    ...{ pagings, bots, slack, pagerduty, postman, audit, folder },
    ...{ servers: ground.servers, place: ground.place },
    remove: () => rm(folder, { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const headYaml = (ports: { readonly public: number; readonly private: number }): string => `version: 1
http: {public: {host: 127.0.0.1, port: ${ports.public}}, private: {host: 127.0.0.1, port: ${ports.private}}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
`;
