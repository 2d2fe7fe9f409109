/** What scenarios of outages share: a policy with a list of what is tried instead, clocks, and how each of them ends. */
import { expect, vi } from 'vitest';
import type { Paged } from './escalation-paged.ts';

/** A page must be proved within so many milliseconds, and each way of the list has as long. */
export const confirm = 4_000;

/** More of `incidents`, so that scenarios end soon. */
export const yaml = 'incidents: {recover_hold: 1s}\n';

/** A policy that pages at once, and again after each of these times; `list` is what is tried instead. */
export function policyOf(
  times: readonly string[] = [],
  list = '{pagerduty: {routing_key: env:PD_KEY_2}}, {webhook: {url: env:SECOND_PAGER}}',
): string {
  const again = times.map(
    (at, index) => `      - {id: L${index + 2}, name: once more, at: ${at}, do: [{pagerduty: {}}]}\n`,
  );
  return `    levels:
      - {id: L1, name: on-call, at: 0s, do: [{pagerduty: {}}]}
${again.join('')}    confirm: {pagerduty: ${confirm / 1000}s}
    fallback: [${list}]`;
}

/** Milliseconds until a check holds, from now. */
export async function took(check: () => boolean): Promise<number> {
  const began = Date.now();
  await expect.poll(check, { timeout: 20_000, interval: 20 }).toBe(true);
  return Date.now() - began;
}

/** All clocks of this process are ahead by so many milliseconds from now on. */
export function letPass(time: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + time);
}

/** The dedup keys of all events that PagerDuty was sent, each once. */
export const keysOf = ({ pd }: Paged): readonly unknown[] => [
  ...new Set(
    pd.calls().flatMap(({ api, body }) => (api === 'events' ? [(body as { dedup_key: string }).dedup_key] : [])),
  ),
];

/** The alerts clear, what PagerDuty has ends, and it was so many incidents of one dedup key. A named story was told as ever. */
export async function endsWell(paged: Paged, name: string | null, incidents = 1): Promise<void> {
  const { pd, says } = paged;
  await paged.clear();
  await says('Resolved: all alerts stayed clear.');
  await pd.until(() => pd.state().incidents.every(({ status }) => status === 'resolved'), 10_000);
  await paged.ends();
  expect(pd.state().incidents).toHaveLength(incidents);
  expect(keysOf(paged)).toHaveLength(1);
  if (name === null) return;
  const { channel, pager } = paged.told(false);
  await expect(channel).toMatchFileSnapshot(`golden/escalation-trouble-${name}-channel.txt`);
  await expect(pager).toMatchFileSnapshot(`golden/escalation-trouble-${name}-pagerduty.txt`);
}
