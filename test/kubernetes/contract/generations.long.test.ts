/** What is written through which door, and when the generation of an object rises. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, number, object } from '../../../src/kubernetes/json.ts';
import { ask, expectStatus, get, patch, until } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { apply, isObserved, pathIn, start } from './workloads.ts';

let place: Place;
let path: string;
beforeAll(async () => {
  place = await openPlace();
  path = await start(place, 'Deployment', 'web');
});
afterAll(() => place?.[Symbol.asyncDispose]());

const generationOf = async (at: string): Promise<number> => number(await get(place, at), 'metadata', 'generation') ?? 0;
const change = async (body: Json): Promise<unknown> => expectStatus(200, await patch(place, path, 'merge', body));

describe('a generation', () => {
  it('of a Deployment rises with its spec and its annotations, not with its labels, nor through its status', async () => {
    const before = await generationOf(path);
    await change({ metadata: { labels: { team: 'a' } } });
    expect(await generationOf(path)).toBe(before);
    await change({ metadata: { annotations: { note: 'a' } } });
    expect(await generationOf(path)).toBe(before + 1);
    await change({ spec: { minReadySeconds: 1 } });
    expect(await generationOf(path)).toBe(before + 2);
    const status = { spec: { replicas: 9 }, metadata: { annotations: { through: 'status' } } };
    const { body } = await patch(place, `${path}/status`, 'merge', status);
    expect(body).toMatchObject({ spec: { replicas: 2 }, metadata: { generation: before + 2 } });
    await change({ spec: { minReadySeconds: null } });
    await until(place, path, 'the newest generation to be observed', (found) => found !== null && isObserved(found));
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)('of a %s rises with its spec only', async (kind) => {
    const at = await apply(place, kind, `gen-${kind.toLowerCase()}`, { replicas: 0 });
    expect(await generationOf(at)).toBe(1);
    expectStatus(
      200,
      await patch(place, at, 'merge', { metadata: { annotations: { note: 'a' }, labels: { b: 'c' } } }),
    );
    expect(await generationOf(at)).toBe(1);
    expectStatus(200, await patch(place, at, 'merge', { spec: { minReadySeconds: 1 } }));
    expect(await generationOf(at)).toBe(2);
    await until(place, at, 'the second generation to be observed', (found) => found !== null && isObserved(found));
    expectStatus(200, await ask(place.config, 'DELETE', at));
  });

  it('is not seen where there is none', async () => {
    const body = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'wide' },
      spec: { hard: { pods: '99' } },
    };
    const made = expectStatus(201, await ask(place.config, 'POST', pathIn(place, 'resourcequotas'), { body }));
    expect(object(made, 'metadata')).not.toHaveProperty('generation');
  });
});
