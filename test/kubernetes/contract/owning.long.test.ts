/** Who owns which field, and the scale of a workload. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig, type Json, list, number, text } from '../../../src/kubernetes/json.ts';
import { ask, expectStatus, get, patch, until } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { pathOf, rolledOut, setImage, start } from './workloads.ts';

let place: Place;
let path: string;
beforeAll(async () => {
  place = await openPlace();
  path = await start(place, 'Deployment', 'web', { replicas: 1 });
});
afterAll(() => place?.[Symbol.asyncDispose]());

const image = ['f:spec', 'f:template', 'f:spec', 'f:containers', 'k:{"name":"app"}', 'f:image'];
const replicas = ['f:spec', 'f:replicas'];

/** Who owns a field: `kubectl-set Update`, `vigie Update scale`. */
async function ownersOf(field: readonly string[]): Promise<readonly string[]> {
  const entries = list(await get(place, path), 'metadata', 'managedFields');
  const owns = (entry: Json): boolean => dig(entry, 'fieldsV1', ...field) !== undefined;
  return entries
    .filter(owns)
    .map((entry) =>
      [text(entry, 'manager'), text(entry, 'operation'), text(entry, 'subresource')].filter(Boolean).join(' '),
    );
}

describe('a field belongs to', () => {
  it('whoever created it, named by the parameter or else by the program', async () => {
    expect(await ownersOf(image)).toEqual(['vigie-contract Update']);
    expect(await ownersOf(replicas)).toEqual(['vigie-contract Update']);
    // Where the controllers have a program of their own, it is kube-controller-manager.
    expect(await ownersOf(['f:status', 'f:observedGeneration'])).toEqual([
      expect.stringMatching(/^\S+ Update status$/),
    ]);
  });

  it('whoever changed it last, and to nobody else; what stays the same stays theirs', async () => {
    await setImage(place, path, 'v2');
    expect(await ownersOf(image)).toEqual(['kubectl-set Update']);
    expect(await ownersOf([...image.slice(0, -1), 'f:name'])).toEqual(['vigie-contract Update']);
    const same = { spec: { template: { spec: { containers: [{ name: 'app', image: place.images('v2') }] } } } };
    expectStatus(200, await patch(place, `${path}?fieldManager=other`, 'strategic', same));
    expect(await ownersOf(image)).toEqual(['kubectl-set Update']);
  });

  it('whoever scales it, with the name of the subresource', async () => {
    expectStatus(200, await patch(place, `${path}/scale?fieldManager=vigie`, 'merge', { spec: { replicas: 2 } }));
    expect(await ownersOf(replicas)).toEqual(['vigie Update scale']);
    expectStatus(200, await patch(place, `${path}?fieldManager=vigie`, 'merge', { spec: { replicas: 1 } }));
    expect(await ownersOf(replicas)).toEqual(['vigie Update']);
  });

  it('nobody when it is gone, and its time is that of the write', async () => {
    const annotate = (note: string | null): Promise<unknown> =>
      patch(place, `${path}?fieldManager=annotator`, 'merge', { metadata: { annotations: { note } } });
    const before = Math.floor(Date.now() / 1000) * 1000;
    await annotate('a');
    expect(await ownersOf(['f:metadata', 'f:annotations', 'f:note'])).toEqual(['annotator Update']);
    const entries = list(await get(place, path), 'metadata', 'managedFields');
    const entry = entries.find((each) => text(each, 'manager') === 'annotator');
    expect(entry).toMatchObject({ apiVersion: 'apps/v1', fieldsType: 'FieldsV1' });
    // The clocks of two machines.
    expect(Date.parse(text(entry, 'time'))).toBeGreaterThan(before - 60_000);
    await annotate(null);
    expect(await ownersOf(['f:metadata', 'f:annotations', 'f:note'])).toEqual([]);
  });
});

describe('a scale', () => {
  it('is the size of the workload, with its uid and version', async () => {
    await rolledOut(place, 'Deployment', 'web');
    const [deployment, scale] = [await get(place, path), await get(place, `${path}/scale`)];
    expect(scale).toMatchObject({
      ...{ kind: 'Scale', apiVersion: 'autoscaling/v1' },
      metadata: {
        ...{ name: 'web', namespace: place.namespace, uid: text(deployment, 'metadata', 'uid') },
        resourceVersion: text(deployment, 'metadata', 'resourceVersion'),
      },
      spec: { replicas: 1 },
      status: { replicas: 1, selector: 'app=web' },
    });
  });

  it('changes the replicas and nothing else', async () => {
    const body = { metadata: { annotations: { marker: 'x' } }, spec: { replicas: 2 } };
    const after = expectStatus(200, await patch(place, `${path}/scale`, 'merge', body));
    expect(number(after, 'spec', 'replicas')).toBe(2);
    await rolledOut(place, 'Deployment', 'web');
    expect(dig(await get(place, path), 'metadata', 'annotations')).not.toHaveProperty('marker');
    const whole = { ...(await get(place, `${path}/scale`)), spec: { replicas: 1 } };
    expectStatus(200, await ask(place.config, 'PUT', `${path}/scale`, { body: whole }));
    await rolledOut(place, 'Deployment', 'web');
    // A whole Scale carries its version, so that it is good once.
    expect((await ask(place.config, 'PUT', `${path}/scale`, { body: whole })).status).toBe(409);
  });

  it('is bound by version and uid when these are given', async () => {
    const scaled = (metadata: Json): ReturnType<typeof patch> =>
      patch(place, `${path}/scale`, 'merge', { metadata, spec: { replicas: 3 } });
    const old = await scaled({ resourceVersion: '1' });
    expect([old.status, text(old.body, 'reason')]).toEqual([409, 'Conflict']);
    expect(text(old.body, 'message')).toContain('the object has been modified');
    const other = await scaled({ uid: 'another' });
    expect([other.status, text(other.body, 'reason')]).toEqual([409, 'Conflict']);
    expect(text(other.body, 'message')).toContain(
      'Precondition failed: UID in precondition: another, UID in object meta:',
    );
  });

  it('below zero is a 422 about a Scale', async () => {
    const { body, status } = await patch(place, `${path}/scale`, 'merge', { spec: { replicas: -1 } });
    expect([status, text(body, 'details', 'kind'), text(body, 'details', 'group')]).toEqual([
      422,
      'Scale',
      'autoscaling',
    ]);
    expect(list(body, 'details', 'causes')).toMatchObject([{ reason: 'FieldValueInvalid', field: 'spec.replicas' }]);
  });

  it('is had by StatefulSets, too, and not by DaemonSets', async () => {
    await start(place, 'StatefulSet', 'db', { replicas: 1 });
    const at = pathOf(place, 'StatefulSet', 'db');
    expectStatus(200, await patch(place, `${at}/scale`, 'merge', { spec: { replicas: 2 } }));
    await rolledOut(place, 'StatefulSet', 'db');
    await start(place, 'DaemonSet', 'agent');
    const none = await patch(place, `${pathOf(place, 'DaemonSet', 'agent')}/scale`, 'merge', { spec: { replicas: 2 } });
    expect([none.status, text(none.body, 'message')]).toEqual([
      404,
      'the server could not find the requested resource',
    ]);
    await until(place, at, 'two pods', (found) => number(found ?? {}, 'status', 'readyReplicas') === 2);
  });
});
