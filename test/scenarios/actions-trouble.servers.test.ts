/** Evenings in which the cluster, or Redis, makes trouble of its own: a pod that is stuck, and an hour without a bell. */
import { expect, test, vi } from 'vitest';
import { postgres } from '../servers/postgres.ts';
import { startRedis } from '../servers/redis.ts';
import { startShop } from './actions-shop.ts';
import { storyOf } from './actions-story.ts';
import { productionSize } from './size.ts';

/** All clocks of this process are an hour ahead from now on: those of Vigie, of Slack and of the cluster. */
function letAnHourPass(): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
}

test('a StatefulSet waits for a pod that can not get ready: it is deleted, and the rollout goes on', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  const channel = '#inc-1-ledgerdown-ledger';
  const press = (who: string, action: string) => slack.click(who, channel, 'newest', action);
  shop.cluster.deploy('StatefulSet', 'shop', 'ledger', 'registry.example.com/shop/ledger:crash-v6');
  await shop.cluster.until(() => shop.cluster.glance().includes('CrashLoopBackOff'), 20_000);
  await story.beat('The ledger is down', () => shop.alert('LedgerDown', 'firing', 'ledger'));
  slack.join('ana', channel);
  await story.beat('Ana asks for the version before', () => slack.command('ana', channel, '/incident do rollback'));
  await story.beat('Ben agrees, but a pod of the bad version is stuck', () => press('ben', 'vigie.run.approve'));
  await story.beat('Ana asks to delete it', () => press('ana', 'vigie.run.delete-pod'));
  await story.beat('Ben agrees', () => press('ben', 'vigie.run.approve'));
  await expect(story.text()).toMatchFileSnapshot('golden/actions-stuck-pod.txt');
  await shop.cluster.until(() => /ledger.*3\/3/.test(shop.cluster.glance()), 20_000);
  expect(shop.writes()).toEqual(['PATCH statefulsets/ledger', 'DELETE pods/ledger-2']);
  slack.assertClean();
}, 120_000);

test('a restart that was approved before Redis went away for long is not done late', async () => {
  const database = await postgres.createDatabase();
  const bell = await startRedis();
  await using servers = new AsyncDisposableStack();
  servers.defer(() => database.drop());
  servers.defer(() => bell.stop());
  await using shop = await startShop({ env: { DATABASE_URL: database.url, REDIS_URL: bell.url } });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  const channel = '#inc-1-servicedown-checkout';
  await story.beat('The shop is down', () => shop.alert('ServiceDown', 'firing'));
  await story.beat('Chloé asks for a restart', () => slack.command('chloe', channel, '/incident do restart'));
  await story.beat('She runs it, but Redis is away for an hour', async () => {
    await bell.kill();
    await slack.click('chloe', channel, 'newest', 'vigie.run.approve');
    letAnHourPass();
    await bell.restart();
  });
  await expect(story.text()).toMatchFileSnapshot('golden/actions-redis-away.txt');
  expect(shop.writes()).toEqual([]);
  slack.assertClean();
}, 120_000);
