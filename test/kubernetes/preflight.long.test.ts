/** What to know before saying yes: who would fight a change. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/action/action.ts';
import { makePlan } from './acting.ts';
import { checkout, image, minute, seedOf, texts } from './checkout.ts';
import { startSite } from './site.ts';

describe('who would fight a change', () => {
  const rollback: Order = { verb: 'rollback', to: 'previous' };
  const history = [
    { image: image('v1'), ago: 60 * minute },
    { image: image('v2'), ago: 30 * minute },
  ] as const;

  it('Argo CD takes a rollback back, but neither a restart nor what is not in Git', async () => {
    await using site = await startSite(seedOf({ history }));
    const { name, namespace, kind } = checkout;
    site.sandbox.gitops({ kind, namespace, name, by: 'argocd-controller' });
    site.sandbox.tick();
    expect(texts(await makePlan(site, checkout, rollback))).toEqual([
      'blocks: Argo CD application checkout keeps it as it is in Git and takes this back: change it there, or stop its automatic sync first',
    ]);
    const scale = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    expect(texts(scale)).toEqual([]);
    expect(scale.notes).toContain(
      'Argo CD application checkout keeps it as it is in Git, but does not set what is changed here',
    );
    const restart = await makePlan(site, checkout, { verb: 'restart' });
    expect(texts(restart)).toEqual([]);
    expect(restart.notes).toContain('Argo CD application checkout keeps it as it is in Git; this stays all the same');
  });

  it('Flux takes back what it applies, replicas too', async () => {
    await using site = await startSite(seedOf({ history }));
    const { name, namespace, kind } = checkout;
    site.sandbox.gitops({ kind, namespace, name, by: 'kustomize-controller', fields: ['template', 'replicas'] });
    site.sandbox.tick();
    for (const order of [rollback, { verb: 'scale', to: 5 } as const]) {
      expect(texts(await makePlan(site, checkout, order))).toEqual([
        'blocks: Flux Kustomization checkout keeps it as it is in Git and takes this back: change it there, or suspend it first',
      ]);
    }
  });

  it('Helm and operators are named', async () => {
    const annotations = { 'meta.helm.sh/release-name': 'shop' };
    const labels = { 'app.kubernetes.io/managed-by': 'Helm', 'olm.owner': 'shop-operator' };
    await using site = await startSite(seedOf({ history, annotations, labels }));
    const plan = await makePlan(site, checkout, rollback);
    expect(plan.notes).toContain(
      'Helm release shop made it: `helm rollback` is the faithful way, and its next upgrade may undo this',
    );
    expect(texts(plan)).toEqual(['blocks: OLM shop-operator controls it and takes this back: change it there']);
  });

  it('Flagger runs the pods elsewhere: a change here would do nothing', async () => {
    await using site = await startSite(seedOf({ replicas: 0 }));
    const { spec } = site.sandbox.get('Deployment', 'shop', 'checkout');
    const ownerReferences = [
      { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'checkout', uid: 'c', controller: true },
    ];
    site.sandbox.create({
      kind: 'Deployment',
      metadata: { name: 'checkout-primary', ownerReferences },
      spec: spec ?? {},
    });
    expect(texts(await makePlan(site, checkout, { verb: 'scale', to: 2 }))).toEqual([
      "blocks: Flagger's Canary checkout runs its pods: a change here does nothing, make it there",
    ]);
  });
});
