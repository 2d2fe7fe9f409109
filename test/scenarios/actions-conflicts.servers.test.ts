/** Evenings in which actions get into each other's way, or into trouble of their own. */
import { expect, test } from 'vitest';
import { startShop } from './actions-shop.ts';
import { storyOf } from './actions-story.ts';
import { productionSize } from './size.ts';

test('an admin breaks the glass for a rollback while a restart that does not help is watched', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  const channel = '#inc-1-servicedown-checkout';
  await story.beat('The shop is down', () => shop.alert('ServiceDown', 'firing'));
  await story.beat('Chloé asks for a restart', () => slack.command('chloe', channel, '/incident do restart'));
  await story.beatUntil('She runs it, and it does not get better', 'pods are in trouble', () =>
    slack.click('chloe', channel, 'newest', 'vigie.run.approve'),
  );
  slack.join('ana', channel);
  await story.beat('Ana does not wait', async () => {
    const asked = await slack.command('ana', channel, '/incident do');
    const form = await slack.until(() => asked.view);
    const values = { 'vigie.verb': 'rollback', 'vigie.glass': 'Nobody can pay, and Ben is asleep' };
    await slack.submit('ana', form.id, values);
  });
  await expect(story.text()).toMatchFileSnapshot('golden/actions-break-glass.txt');
  expect(shop.image('Deployment', 'checkout')).toMatch(/:v2$/);
  slack.assertClean();
}, 120_000);

test('two incidents want the same workload: the second is told who has it', async () => {
  await using size = await productionSize();
  await using shop = await startShop({ env: size.env });
  const { slack } = shop.vigie;
  const story = storyOf(shop);
  const [first, second] = ['#inc-1-servicedown-checkout', '#inc-2-paymentsfail-checkout'];
  await story.beat('The shop is down', () => shop.alert('ServiceDown', 'firing'));
  await story.beat('And payments fail', () => shop.alert('PaymentsFail', 'firing'));
  await story.beat('Both want a restart', async () => {
    await slack.command('chloe', first, '/incident do restart');
    await shop.quiet();
    await slack.command('ben', second, '/incident do restart');
  });
  await story.beatUntil('Chloé is first', 'pods are in trouble', () =>
    slack.click('chloe', first, 'newest', 'vigie.run.approve'),
  );
  await story.beatUntil('Ben is told who has it', 'works on', () =>
    slack.click('ben', second, 'newest', 'vigie.run.approve'),
  );
  slack.join('ana', second);
  await story.beatUntil('A rollback goes before it', 'waits for approval', () =>
    slack.command('ana', second, '/incident do rollback'),
  );
  await story.beat('Ben agrees, and the restart of the other incident is over', () =>
    slack.click('ben', second, 'newest', 'vigie.run.approve'),
  );
  await expect(story.text()).toMatchFileSnapshot('golden/actions-same-target.txt');
  expect(shop.image('Deployment', 'checkout')).toMatch(/:v2$/);
  slack.assertClean();
}, 120_000);
