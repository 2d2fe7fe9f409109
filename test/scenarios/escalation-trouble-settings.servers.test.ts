/** A key or a token is wrong: somebody is paged in time all the same, and the channel names the setting to mend, without its secret. */
import { expect, test } from 'vitest';
import { confirm, endsWell, policyOf, took, yaml } from './escalation-outage.ts';
import { startPaged } from './escalation-paged.ts';
import type { Paged } from './escalation-paged.ts';

/** A key as long as they are, of no service. */
const wrong = 'WRONGKEYWRONGKEYWRONGKEYWRONGKEY';

/** Neither people nor the log are shown any of these. */
async function isSecret(paged: Paged, secrets: readonly string[]): Promise<void> {
  const shown = [paged.slack.transcript(), paged.vigie.log(), JSON.stringify(await paged.vigie.show(1))];
  for (const secret of secrets) expect(shown.filter((text) => text.includes(secret))).toEqual([]);
}

test('PagerDuty knows no such routing key: the channel names the setting, and the second key pages in time', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml, env: { PD_KEY: wrong } });
  const { pd, second, says } = paged;
  await paged.fire();
  expect(await took(() => pd.state().incidents.length === 1)).toBeLessThan(confirm);
  await says('routing key of services.checkout.pagerduty.routing_key (env:PD_KEY): put the integration key of an');
  await endsWell(paged, 'wrong-key');
  // What only a person can mend is not tried again.
  const tried = pd.calls().filter(({ body }) => JSON.stringify(body).includes(wrong));
  expect(tried.map(({ status }) => status)).toEqual([400, 400]);
  expect(second).toEqual([]);
  await isSecret(paged, [wrong, 'a-secret-of-the-second-pager']);
}, 60_000);

test('PagerDuty does not accept the token: what it took in is not proved, so the second key pages in time', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, says } = paged;
  pd.expireToken('sandbox-account-token');
  await paged.fire();
  expect(await took(() => pd.state().incidents.length === 2)).toBeLessThan(confirm + 2_000);
  await says('does not accept the token of pagerduty.api_token (env:PD_TOKEN): put a valid API key there');
  await endsWell(paged, null, 2);
  await isSecret(paged, ['sandbox-account-token', 'a-secret-of-the-second-pager']);
}, 60_000);

test('PagerDuty does not accept the token of who asks for more people: the channel names the setting', async () => {
  const levels = `    levels:
      - {id: L1, name: on-call, at: 0s, do: [{pagerduty: {}}]}
      - {id: L2, name: engineering lead, at: 6s, do: [{pagerduty: {responders: [{user: PLEAD}]}}]}
    confirm: {pagerduty: 4s}
    fallback: [{webhook: {url: env:SECOND_PAGER}}]`;
  await using paged = await startPaged({ policy: levels, yaml });
  const { pd, second, says } = paged;
  await paged.fire();
  await says('PagerDuty has it');
  pd.expireToken('sandbox-account-token');
  await says('does not accept the token of pagerduty.api_token (env:PD_TOKEN): put a valid API key there');
  await took(() => second.length === 1);
  expect(pd.incident().responders).toEqual([]);
  await endsWell(paged, 'wrong-token-responders');
  await isSecret(paged, ['sandbox-account-token', 'a-secret-of-the-second-pager']);
}, 60_000);
