/** What can't be asked of a cluster, and clusters that can't be asked: a clear sentence each time, and nothing half done. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../servers/child.ts';
import { startShop } from './actions-shop.ts';
import type { Shop } from './actions-shop.ts';
import { storyOf } from './actions-story.ts';
import { productionSize } from './size.ts';

const channel = '#inc-1-servicedown-checkout';

/** Types, and waits until no plan is being made any more. */
async function asks(shop: Shop, who: string, text: string): Promise<void> {
  const { slack, show } = shop.vigie;
  await slack.command(who, channel, `/incident do ${text}`);
  await expect
    .poll(async () => Object.values((await show(1)).incident.runs).some(({ stand }) => stand.is === 'planning'), {
      timeout: 60_000,
      interval: 50,
    })
    .toBe(false);
}

test('what makes no sense, or must not be, is refused with the reason', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env, checkout: '    limits: {max_replicas: 9}' });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  await shop.alert('ServiceDown', 'firing');
  await shop.quiet();
  slack.join('ana', channel);
  await story.beat('The shop is down', () => Promise.resolve());
  const nonsense = [
    'restart chekout',
    'restart eu-1/shop/Deployment/nothing',
    'restart eu-9/shop/Deployment/checkout',
    'restart eu-1/shop/Pod/checkout',
    'restart eu-1/shop/Deployment/../secrets',
    'restart eu-1/kube-system/Deployment/coredns',
    'scale checkout -1',
    'scale checkout 1000000000',
    'scale checkout 999999',
    'scale checkout 10',
    'scale eu-1/shop/DaemonSet/log-agent 2',
    'pause ledger',
    'rollback checkout 99',
    'delete-pod ledger ledger-99',
    'delete-pod checkout ledger-0',
    'bounds search 9-2',
    'bounds checkout 1-2',
    'explode checkout',
  ];
  await story.beat('Ana asks for what can not be', async () => {
    for (const text of nonsense) await asks(shop, 'ana', text);
  });
  await story.beat('Chloé may not name any workload', () =>
    asks(shop, 'chloe', 'restart eu-1/shop/DaemonSet/log-agent'),
  );
  await expect(story.text()).toMatchFileSnapshot('golden/actions-refused.txt');
  expect(shop.writes()).toEqual([]);
  slack.assertClean();
}, 120_000);

test('a cluster that does not let Vigie in, is away or hangs is said to be so, and nothing is done', async () => {
  await using size = await productionSize();
  await using stack = new AsyncDisposableStack();
  const [away, hanging] = [await freePort(), await freePort()];
  const silent = createServer(() => undefined).listen(hanging, '127.0.0.1');
  await once(silent, 'listening');
  stack.defer(() => void silent.close());
  const at = (port: number) => (text: string) => text.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`);
  await using shop = await startShop({
    env: size.env,
    clusters: {
      'eu-old': (text) => text.replace('bot-token', 'expired-token'),
      'eu-view': (text) => text.replace('bot-token', 'viewer-token'),
      'eu-away': at(away),
      'eu-hang': at(hanging),
    },
  });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  await story.beat('The shop is down', () => shop.alert('ServiceDown', 'firing'));
  slack.join('ana', channel);
  await story.beat('Ana asks for restarts in clusters that are not well', async () => {
    for (const name of ['eu-old', 'eu-view', 'eu-away', 'eu-hang']) {
      await asks(shop, 'ana', `restart ${name}/shop/Deployment/checkout`);
    }
  });
  await expect(story.text()).toMatchFileSnapshot('golden/actions-clusters-unwell.txt');
  expect(shop.writes()).toEqual([]);
  slack.assertClean();
}, 150_000);
