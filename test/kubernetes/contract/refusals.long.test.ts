/** What a cluster refuses, and in which words: rights, quotas, the wrong pod; and the bounds of an autoscaler. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig, list, number, text } from '../../../src/kubernetes/json.ts';
import { ask, create, expectStatus, get, patch, until } from './api.ts';
import { openPlace, type Place, strangerOf, targetAt } from './place.ts';
import { plan, refusal } from './product.ts';
import { conditionOf, ownedBy, pathIn, rolledOut, start, templateOf } from './workloads.ts';

let place: Place;
let path: string;
beforeAll(async () => {
  place = await openPlace();
  path = await start(place, 'Deployment', 'web');
});
afterAll(() => place?.[Symbol.asyncDispose]());

describe('a pod is deleted', () => {
  it('only by its own uid; a dry run is asked for in the body, and deletes nothing', async () => {
    await start(place, 'StatefulSet', 'db', { replicas: 1 });
    const pod = pathIn(place, 'pods/db-0');
    const uid = text(await get(place, pod), 'metadata', 'uid');
    const remove = (body: object) =>
      ask(place.config, 'DELETE', pod, { body: { apiVersion: 'v1', kind: 'DeleteOptions', ...body } });
    const other = '00000000-0000-4000-8000-000000000000';
    const wrong = await remove({ preconditions: { uid: other } });
    expect([wrong.status, wrong.body]).toEqual([
      409,
      {
        ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 409, reason: 'Conflict' },
        message: `Operation cannot be fulfilled on Pod "db-0": the UID in the precondition (${other}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
        details: { name: 'db-0', kind: 'Pod' },
      },
    ]);
    expectStatus(200, await remove({ preconditions: { uid }, dryRun: ['All'] }));
    const still = await get(place, pod);
    expect([text(still, 'metadata', 'uid'), dig(still, 'metadata', 'deletionTimestamp')]).toEqual([uid, undefined]);
    const gone = expectStatus(200, await remove({ preconditions: { uid } }));
    expect(gone).toMatchObject({ kind: 'Pod', metadata: { uid, deletionGracePeriodSeconds: 1 } });
    await until(place, pod, 'a new pod', (found) => found !== null && text(found, 'metadata', 'uid') !== uid);
    await rolledOut(place, 'StatefulSet', 'db');
    expect((await remove({ preconditions: { uid } })).status).toBe(409);
  });

  it('for good, when a dry run is asked for beside a body and not in it', async () => {
    const [pod] = await ownedBy(
      place,
      'pods',
      (await ownedBy(place, 'apps/v1 replicasets', await get(place, path)))[0] ?? {},
    );
    const at = pathIn(place, `pods/${text(pod, 'metadata', 'name')}`);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions' };
    expectStatus(200, await ask(place.config, 'DELETE', `${at}?dryRun=All`, { body }));
    await until(place, at, 'the end of the pod', (found) => found === null);
    await rolledOut(place, 'Deployment', 'web');
  });
});

describe('a stranger', () => {
  it('is told what is not allowed, and where', async (context) => {
    const { config } = strangerOf(place, context);
    const { body, status } = await ask(config, 'PATCH', path, {
      ...{ type: 'application/merge-patch+json', body: { spec: { replicas: 3 } } },
    });
    expect([status, body]).toEqual([
      403,
      {
        ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 403, reason: 'Forbidden' },
        message: expect.stringMatching(
          new RegExp(
            `^deployments\\.apps "web" is forbidden: User "[^"]+" cannot patch resource "deployments" in API group "apps" in the namespace "${place.namespace}"`,
          ),
        ),
        details: { name: 'web', group: 'apps', kind: 'deployments' },
      },
    ]);
  });

  it('can ask beforehand', async (context) => {
    const { config } = strangerOf(place, context);
    const resourceAttributes = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: place.namespace };
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    };
    const asked = async (by: typeof config): Promise<unknown> => {
      const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      return dig(expectStatus(201, await ask(by, 'POST', reviews, { body: review })), 'status', 'allowed');
    };
    expect([await asked(config), await asked(place.config)]).toEqual([false, true]);
  });

  it('gets no plan from Vigie, but the rule that is missing', async (context) => {
    const { clusters } = strangerOf(place, context);
    const says = await refusal({ clusters, now: place.now }, targetAt(place, 'Deployment', 'web'), { verb: 'restart' });
    expect(says).toMatch(
      /Add this rule to its Role: \{apiGroups: \[apps\], resources: \[deployments\], verbs: \[(get|patch)\]\}/,
    );
    expect(says).toContain(place.namespace);
  });
});

describe('an autoscaler', () => {
  const collection = (): string => pathIn(place, 'autoscaling/v2 horizontalpodautoscalers');
  const draft = (bounds: object) => ({
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' } },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, ...bounds },
  });

  it('is made with bounds that fit each other', async () => {
    const upside = await ask(place.config, 'POST', collection(), { body: draft({ minReplicas: 4, maxReplicas: 3 }) });
    expect([upside.status, text(upside.body, 'reason')]).toEqual([422, 'Invalid']);
    expect(list(upside.body, 'details', 'causes')).toContainEqual({
      ...{ reason: 'FieldValueInvalid', field: 'spec.maxReplicas' },
      message: 'Invalid value: 3: must be greater than or equal to `minReplicas`',
    });
    const none = await ask(place.config, 'POST', collection(), { body: draft({}) });
    expect(list(none.body, 'details', 'causes')).toContainEqual({
      ...{ reason: 'FieldValueRequired', field: 'spec.maxReplicas' },
      message: 'Required value: must be set and greater than 0',
    });
    const made = await create(place, collection(), draft({ maxReplicas: 4 }));
    expect(made).toMatchObject({
      spec: { minReplicas: 1, maxReplicas: 4, metrics: [{ type: 'Resource', resource: { name: 'cpu' } }] },
    });
  });

  it('takes new bounds in a merge patch, bound by its version', async () => {
    const at = `${collection()}/web`;
    const metadata = { resourceVersion: '1' };
    expect((await patch(place, at, 'merge', { metadata, spec: { maxReplicas: 5 } })).status).toBe(409);
    const after = expectStatus(200, await patch(place, at, 'merge', { spec: { minReplicas: 2, maxReplicas: 5 } }));
    expect(after).toMatchObject({ spec: { minReplicas: 2, maxReplicas: 5 } });
    const upside = await patch(place, `${at}?dryRun=All`, 'merge', { spec: { minReplicas: 6 } });
    expect([upside.status, text(upside.body, 'details', 'kind')]).toEqual([422, 'HorizontalPodAutoscaler']);
    expect((await patch(place, at, 'merge', { spec: { maxReplicas: 0 } })).status).toBe(422);
    expectStatus(200, await ask(place.config, 'DELETE', at));
  });
});

describe('a quota', () => {
  it('refuses the pods that are too many: directly, to their ReplicaSet, and so to the Deployment', async () => {
    const pods = list(await get(place, pathIn(place, 'pods')), 'items').length;
    const hard = { pods: String(pods) };
    await create(place, pathIn(place, 'resourcequotas'), {
      ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' }, spec: { hard } },
    });
    const quota = pathIn(place, 'resourcequotas/small');
    const counted = await until(
      place,
      quota,
      'the count',
      (found) => text(found ?? {}, 'status', 'used', 'pods') !== '',
    );
    expect(counted).toMatchObject({ status: { hard, used: hard } });
    const sentence = `exceeded quota: small, requested: pods=1, used: pods=${pods}, limited: pods=${pods}`;
    const body = { ...templateOf(place, 'lone', 'v1'), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone' } };
    const lone = await ask(place.config, 'POST', pathIn(place, 'pods'), { body });
    expect([lone.status, lone.body]).toMatchObject([
      403,
      {
        reason: 'Forbidden',
        message: `pods "lone" is forbidden: ${sentence}`,
        details: { name: 'lone', kind: 'pods' },
      },
    ]);
    expectStatus(200, await patch(place, path, 'merge', { spec: { replicas: 3 } }));
    const refused = await until(
      ...([place, path, 'the refusal'] as const),
      (found) => text(conditionOf(found ?? {}, 'ReplicaFailure'), 'status') === 'True',
    );
    expect(conditionOf(refused, 'ReplicaFailure')).toMatchObject({
      reason: 'FailedCreate',
      message: expect.stringMatching(/^pods "web-\w+-\w+" is forbidden: exceeded quota: small, requested: pods=1/),
    });
    expect(number(refused, 'status', 'availableReplicas')).toBe(2);
    const events = `${pathIn(place, 'events')}?fieldSelector=reason%3DFailedCreate`;
    expect(list(await get(place, events), 'items').map((event) => text(event, 'message'))).toContainEqual(
      expect.stringMatching(/^Error creating: pods "web-\w+-\w+" is forbidden: exceeded quota: small/),
    );
    // A dry run can't know: the quota speaks when the pods are made.
    const made = await plan(place, targetAt(place, 'Deployment', 'web'), { verb: 'scale', to: 4 });
    expect(made.replicas).toBe(3);
    expectStatus(200, await patch(place, path, 'merge', { spec: { replicas: 2 } }));
    await until(
      ...([place, path, 'the refusal to be over'] as const),
      (found) => found !== null && conditionOf(found, 'ReplicaFailure') === undefined,
    );
    expectStatus(200, await ask(place.config, 'DELETE', quota));
  });
});
