/** Nobody answers in Slack, so PagerDuty pages; somebody acknowledges there, and it is seen here: word for word. */
import { expect, test } from 'vitest';
import { startPaged } from './escalation-paged.ts';

const policy = `    levels:
      - {id: L1, name: first look, at: 0s, do: [{slack: {mention: group}}]}
      - {id: L2, name: on-call, at: 3s, do: [{pagerduty: {}}, {slack: {mention: oncall}}]}
      - {id: L3, name: engineering lead, at: 1h, do: [{pagerduty: {responders: [{user: PLEAD}]}}]}
    confirm: {pagerduty: 30s}`;

test('an alert that nobody answers pages by PagerDuty, where somebody acknowledges it', async () => {
  await using paged = await startPaged({
    policy,
    priorities: '{critical: P1}',
    yaml: 'incidents: {recover_hold: 2s}\n',
  });
  const { pd, says, vigie } = paged;

  await paged.fire();
  await says('Level L1 first look');
  await says('Level L2 on-call: PagerDuty pages checkout');
  await says('PagerDuty has it');
  expect(pd.incident()).toMatchObject({ status: 'triggered' });
  await pd.until(() => pd.transcript().includes('makes it P1'), 5_000);

  pd.acknowledgeAs('Ben Brandt');
  await says('Ben Brandt acknowledged in PagerDuty for 30 min.');
  await says('*Held* by @ben until');
  await vigie.settled();
  expect((await vigie.show(1)).incident).toMatchObject({
    human: { is: 'acknowledged', by: { id: 'U0BEN', name: 'Ben Brandt' } },
    ladder: { is: 'held' },
  });

  await paged.clear();
  await says('Resolved: all alerts stayed clear.');
  await pd.until(() => pd.incident().status === 'resolved', 10_000);
  await paged.ends();

  const { channel, pager } = paged.told();
  await expect(channel).toMatchFileSnapshot('golden/escalation-channel.txt');
  await expect(pager).toMatchFileSnapshot('golden/escalation-pagerduty.txt');
}, 60_000);
