/** Diagnoses of a simulated cluster: what is wrong, what changed, and what may not be seen. */
import { describe, expect, it } from 'vitest';
import { actingIn } from '../../sandbox/kubernetes/seed/users.ts';
import { diagnose } from '../../src/kubernetes/diagnose/diagnose.ts';
import { image, linesOf, look, site } from './app.ts';
import { at } from './site.ts';

describe('a diagnosis', () => {
  it('of what is well says so in one line', async () => {
    await using here = await site('v2');
    const found = await look(here);
    expect(found).toMatchObject({ verdict: 'healthy', headline: 'Deployment app: all 3 pods are ready', log: null });
    expect(linesOf(found, 'Pods')).toEqual(['3 of 3 pods: Ready']);
  });

  it('of a crash loop has the exit, the restarts, and the last words', async () => {
    await using here = await site('crash-v2');
    const found = await look(here);
    expect(found.verdict).toBe('unhealthy');
    expect(found.headline).toBe('Deployment app: 1 of 4 pods: CrashLoopBackOff (Error, exit 1); 3 of 3 available');
    expect(linesOf(found, 'Pods')[0]).toMatch(
      /^1 of 4 pods: CrashLoopBackOff \(Error, exit 1\), \d+ restarts, last \d+ (s|min) ago$/,
    );
    expect(found.log).toMatch(/^app-\w+-\w+, app:\n[^]*FATAL start-up failed: TypeError/);
    expect(linesOf(found, 'Warnings')[0]).toMatch(/^BackOff/);
  });

  it('of a lack of memory has the limit', async () => {
    await using here = await site('oom-v2');
    expect(linesOf(await look(here), 'Pods')[0]).toMatch(/CrashLoopBackOff \(OOMKilled, exit 137\), .*, limit 512Mi$/);
  });

  it('of an image that is not there has what the kubelet says', async () => {
    await using here = await site('pullfail-v2');
    const found = await look(here);
    expect(found.headline).toContain('1 of 4 pods: ImagePullBackOff');
    expect(linesOf(found, 'Pods')[1]).toContain(`Back-off pulling image "${image('pullfail-v2')}"`);
    expect(found.log).toBeNull();
  });

  it('of pods that no node takes has what the scheduler says', async () => {
    await using here = await site('unsched-v2');
    const found = await look(here);
    expect(found.headline).toContain('1 of 4 pods: Unschedulable');
    expect(linesOf(found, 'Pods')[1]).toMatch(/^ {2}0\/3 nodes are available/);
  });

  it('has what changed, of the environment only the keys', async () => {
    await using here = await site('crash-v2');
    const found = await look(here);
    const [first, ...rest] = linesOf(found, 'Last change');
    expect(first).toMatch(/^Revision 2 came 6 min ago\. Against revision 1, which was live for 24 h:$/);
    expect(rest).toEqual([
      `  image of app: ${image('v1')} → ${image('crash-v2')}`,
      '  CACHE in the environment of app: another value',
      '  PLAIN in the environment of app: gone',
      '  DB_URL in the environment of app: new',
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('looks behind restarts for what really changed', async () => {
    await using here = await site('v2');
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T03:12:00Z' };
    here.sandbox.change('Deployment', 'shop', 'app', { spec: { template: { metadata: { annotations } } } });
    await here.sandbox.clock.advance(30_000);
    const lines = linesOf(await look(here), 'Last change');
    expect(lines[0]).toMatch(/^Revision 2 came 7 min ago\. Against revision 1/);
    expect(lines.at(-1)).toBe('It was only restarted since then, last 30 s ago');
  });

  it('has autoscaler, disruption budget and quota', async () => {
    await using here = await site('v2');
    here.sandbox.create({
      ...{ kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', metadata: { name: 'app' } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
        minReplicas: 3,
        maxReplicas: 9,
      },
    });
    here.sandbox.create({
      ...{ kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', metadata: { name: 'app' } },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'app' } } },
    });
    here.sandbox.create({
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'small' },
      spec: { hard: { pods: '3' } },
    });
    await here.sandbox.clock.advance(20_000);
    const found = await look(here);
    expect(linesOf(found, 'Autoscaler')[0]).toBe('app: minimum 3, maximum 9, now 3, wants 3');
    expect(linesOf(found, 'Disruption budget')).toEqual([
      'app: at least available 2; 3 healthy, 2 wanted, 1 may be evicted',
    ]);
    expect(linesOf(found, 'Quota')).toEqual(['small: pods 3 of 3 used: nothing is left']);
  });

  it('of something scaled to 0 says that nothing runs', async () => {
    await using here = await site('v2');
    here.sandbox.change('Deployment', 'shop', 'app', { spec: { replicas: 0 } });
    await here.sandbox.clock.advance(10_000);
    expect(await look(here)).toMatchObject({
      verdict: 'unhealthy',
      headline: 'Deployment app: it is scaled to 0, so nothing runs',
    });
  });

  it('of what does not exist says so', async () => {
    await using here = await site('v2');
    const found = await diagnose(here.cluster, at('StatefulSet', 'nothing'), { now: here.now() });
    expect(found).toMatchObject({
      verdict: 'unhealthy',
      headline: 'eu-1/shop/StatefulSet/nothing does not exist',
    });
  });
});

describe('a diagnosis that may not see everything', () => {
  it('names the missing rule of each part, and goes on', async () => {
    const hidden = ['pods', 'events', 'horizontalpodautoscalers', 'replicasets'];
    const rules = actingIn('shop').filter(({ resources }) => !resources.some((one) => hidden.includes(one)));
    await using here = await site('v2', { users: [{ token: 'bot-token', name: 'bot', rules }] });
    const found = await look(here);
    expect(found).toMatchObject({
      verdict: 'unknown',
      headline: 'Deployment app: 3 of 3 pods are available, but its pods could not be looked at',
    });
    const missing = (rule: string): readonly string[] => [
      `No permission. Add this rule to Vigie's Role in namespace shop: {${rule}}`,
    ];
    expect(linesOf(found, 'Pods')).toEqual(missing('apiGroups: [""], resources: [pods], verbs: [list]'));
    expect(linesOf(found, 'Warnings')).toEqual(missing('apiGroups: [""], resources: [events], verbs: [list]'));
    expect(linesOf(found, 'Last change')).toEqual(
      missing('apiGroups: [apps], resources: [replicasets], verbs: [list]'),
    );
    expect(linesOf(found, 'Autoscaler')).toEqual(
      missing('apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list]'),
    );
  });

  it('says when it may read no logs', async () => {
    const rules = actingIn('shop').filter(({ resources }) => !resources.includes('pods/log'));
    await using here = await site('crash-v2', { users: [{ token: 'bot-token', name: 'bot', rules }] });
    const found = await look(here);
    expect(found.log).toBeNull();
    expect(linesOf(found, 'Log')[0]).toContain('{apiGroups: [""], resources: [pods/log], verbs: [get]}');
  });

  it('does not wait for what hangs', async () => {
    await using here = await site('crash-v2');
    here.sandbox.fault({ resource: 'events', fault: 'hang', times: null });
    const started = performance.now();
    const found = await look(here, { within: 400 });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(linesOf(found, 'Warnings')).toEqual(['No answer within 0.4 seconds']);
    expect(found.headline).toContain('1 of 4 pods: CrashLoopBackOff');
  });

  it('of a cluster that can not be reached is unknown', async () => {
    await using here = await site('v2');
    here.sandbox.fault({ fault: { status: 503 }, times: null });
    const found = await look(here);
    expect(found).toMatchObject({ verdict: 'unknown', headline: 'eu-1/shop/Deployment/app could not be looked at' });
    expect(found.sections[0]?.lines[0]).toContain('503');
  });
});
