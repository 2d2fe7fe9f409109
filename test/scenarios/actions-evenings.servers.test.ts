/** Evenings in which something is done to a workload, word for word: the real app, a simulated Slack, a simulated cluster. */
import { expect, test } from 'vitest';
import { startShop } from './actions-shop.ts';
import type { Shop } from './actions-shop.ts';
import { storyOf } from './actions-story.ts';
import { productionSize } from './size.ts';

/** Alerts clear, and stay so until the incident is resolved. */
const clears = async (shop: Shop, alertname: string, service?: 'search' | 'ledger'): Promise<void> => {
  await shop.alert(alertname, 'resolved', service);
  await shop.vigie.slack.until(() => shop.vigie.slack.transcript().includes('Resolved: all alerts stayed'), 20_000);
};

test('an error spike after a deploy is rolled back by itself, and the alerts prove it', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env, automation: 'on' });
  const story = storyOf(shop);
  await story.beat('Errors rise six minutes after a deploy', () => shop.alert('HighErrorRate', 'firing'));
  await story.beat('The errors are over', () => clears(shop, 'HighErrorRate'));
  await expect(story.text()).toMatchFileSnapshot('golden/actions-error-spike.txt');
  expect(shop.image('Deployment', 'checkout')).toMatch(/:v2$/);
  expect(shop.writes()).toEqual(['PATCH deployments/checkout']);
  shop.vigie.slack.assertClean();
}, 90_000);

test('what is down is restarted, which does not help, rolled back by two people, and kept so', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  const press = (who: string, action: string) => slack.click(who, '#inc-1-servicedown-checkout', 'newest', action);
  await story.beat('The shop is down', () => shop.alert('ServiceDown', 'firing'));
  await story.beat('Chloé, who responds, plans the restart', () => press('chloe', 'vigie.step.run'));
  await story.beat('She runs it; the new version still crashes', () => press('chloe', 'vigie.run.approve'));
  await story.beat('She may not roll back', () => press('chloe', 'vigie.step.run'));
  await story.beat('Ana may, and plans it', () => press('ana', 'vigie.step.run'));
  await story.beat('Her own yes does not count', () => press('ana', 'vigie.run.approve'));
  await story.beat('Ben agrees', () => press('ben', 'vigie.run.approve'));
  await story.beat('The shop is back', () => clears(shop, 'ServiceDown'));
  await story.beat('It can not be closed yet, not even by a command', () =>
    slack.command('ana', '#inc-1-servicedown-checkout', '/incident resolve'),
  );
  await story.beat('The change is kept', async () => {
    const asked = await press('ana', 'vigie.run.keep');
    const form = await slack.until(() => asked.view);
    await slack.submit('ana', form.id, { 'vigie.reason': 'Version 3 is being mended' });
  });
  await story.beat('The incident is closed', async () => {
    const asked = await press('ana', 'vigie.resolve');
    const form = await slack.until(() => asked.view);
    await slack.submit('ana', form.id, { 'vigie.reason': 'Version 3 crashes at its start' });
  });
  await expect(story.text()).toMatchFileSnapshot('golden/actions-service-down.txt');
  expect(shop.image('Deployment', 'checkout')).toMatch(/:v2$/);
  expect(shop.writes()).toEqual(['PATCH deployments/checkout', 'PATCH deployments/checkout']);
  slack.assertClean();
}, 120_000);

test('a slow search is scaled out, its autoscaler takes that back, and then its bounds are moved', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  const channel = '#inc-1-highlatency-search';
  const press = (who: string, action: string) => slack.click(who, channel, 'newest', action);
  shop.cluster.demand('shop', 'search', 2);
  await story.beat('Search answers slowly', () => shop.alert('HighLatency', 'firing', 'search'));
  await story.beat('Chloé plans six pods', () => press('chloe', 'vigie.step.run'));
  await story.beat('She runs it, and the autoscaler takes it back', () => press('chloe', 'vigie.run.approve'));
  slack.join('ana', channel);
  await story.beat('More than the autoscaler allows', () => slack.command('ana', channel, '/incident do scale 8'));
  await story.beat('Ana asks for at least six', () => slack.command('ana', channel, '/incident do bounds 6-8'));
  await story.beat('Ben agrees', () => press('ben', 'vigie.run.approve'));
  await shop.cluster.until(() => /search +6\/6|search.*6/.exec(shop.cluster.glance()), 30_000);
  await story.beat('Search is fast again', () => clears(shop, 'HighLatency', 'search'));
  await story.beat('The bounds go back', () => press('ana', 'vigie.run.revert'));
  await story.beat('Ben agrees to that, too', () => press('ben', 'vigie.run.approve'));
  await expect(story.text()).toMatchFileSnapshot('golden/actions-autoscaler.txt');
  slack.assertClean();
}, 150_000);
