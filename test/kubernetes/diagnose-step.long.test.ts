/** The diagnosis that a step of a runbook asks for; and whatever a cluster says, it stays plain. */
import { describe, expect, it } from 'vitest';
import { performDiagnose, performExamine } from '../../src/kubernetes/diagnose/perform.ts';
import { longestSection } from '../../src/kubernetes/diagnose/plain.ts';
import { image, linesOf, look, site } from './app.ts';

describe('what a cluster says', () => {
  it('stays plain, secret-free and short, whatever it is', async () => {
    await using here = await site('crash-v2');
    const evil = '<!channel> \u202e<https://evil.example|click>\u0007\n*bold* `code` password=hunter2hunter2';
    here.sandbox.setLog('shop', 'app', [evil, 'x'.repeat(5_000), ...Array.from({ length: 20 }, () => evil)]);
    const [pod] = here.sandbox.list('Pod', 'shop');
    for (let n = 0; n < 60; n += 1) {
      here.sandbox.create({
        ...{ kind: 'Event', apiVersion: 'v1', metadata: { name: `evil-${n}` }, type: 'Warning' },
        ...{
          reason: `Evil${String.fromCodePoint(65 + (n % 26), 65 + Math.floor(n / 26))}`,
          message: evil.repeat(4),
          count: 1,
        },
        involvedObject: { kind: 'Pod', name: pod?.metadata.name ?? '', uid: pod?.metadata.uid ?? '' },
        lastTimestamp: new Date(here.now()).toISOString(),
      });
    }
    const found = await look(here);
    const all = [found.headline, found.log ?? '', ...found.sections.flatMap(({ lines }) => lines)];
    expect(linesOf(found, 'Warnings').length).toBeGreaterThan(5);
    for (const text of all) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
    }
    for (const { lines } of found.sections) {
      expect(lines.join('\n').length).toBeLessThanOrEqual(longestSection);
      expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    }
    expect(found.log?.length).toBeLessThanOrEqual(longestSection);
    expect(found.log).toContain('<!channel> <https://evil.example|click>');
  });
});

it('what a person asks is answered in the same words', async () => {
  await using here = await site('v2');
  const by = { id: 'U0ANA', name: 'ana' };
  const effect = { type: 'kubernetes.examine', by, target: 'eu-1/shop/Deployment/app' } as const;
  const found = await performExamine(here.clusters, here.now)(effect, new AbortController().signal);
  const { target } = effect;
  expect(found).toEqual({
    type: 'Diagnosed',
    at: here.now(),
    by,
    target,
    says: 'Deployment app: all 3 pods are ready',
  });
});

describe('the question of a step', () => {
  const effect = {
    type: 'kubernetes.diagnose',
    visit: 3,
    attempt: 2,
    of: 'step',
    target: 'eu-1/shop/Deployment/app',
  } as const;
  const { signal } = new AbortController();

  it('is passed by what is healthy', async () => {
    await using here = await site('v2');
    const answer = await performDiagnose(here.clusters, here.now)(effect, signal);
    expect(answer).toEqual({
      ...{ type: 'CheckAnswered', at: here.now(), visit: 3, attempt: 2, of: 'step', passed: true },
      says: 'Deployment app: all 3 pods are ready',
    });
  });

  it('is failed by what is not, with what changed', async () => {
    await using here = await site('crash-v2');
    const { passed, says } = await performDiagnose(here.clusters, here.now)(effect, signal);
    expect(passed).toBe(false);
    expect(says).toMatch(/^Deployment app: 1 of 4 pods: CrashLoopBackOff .* Revision 2 came 6 min ago\./);
    expect(says).toContain(`image of app: ${image('v1')} → ${image('crash-v2')}`);
    expect(says.length).toBeLessThanOrEqual(600);
  });

  it('is answered, too, when it makes no sense or nobody can tell', async () => {
    await using here = await site('v2');
    const perform = performDiagnose(here.clusters, here.now);
    const other = await perform({ ...effect, target: 'eu-9/shop/Deployment/app' }, signal);
    expect(other).toMatchObject({ passed: false, says: expect.stringContaining('no cluster eu-9') });
    expect(await perform({ ...effect, target: 'app' }, signal)).toMatchObject({ passed: false });
    here.sandbox.fault({ fault: { cut: 'before' }, times: null });
    expect(await perform(effect, signal)).toMatchObject({
      passed: false,
      says: expect.stringContaining('could not be looked at'),
    });
  });

  it('is not answered by somebody who lost the lane', async () => {
    await using here = await site('v2');
    const lost = AbortSignal.abort(new Error('the lease was lost'));
    await expect(performDiagnose(here.clusters, here.now)(effect, lost)).rejects.toThrow('it was stopped');
  });
});
