/** How containers live: a function of their image's tag and the time since they were started. */

import type { Pace } from '../pace.ts';

const behaviours = ['ok', 'crash', 'oom', 'pullfail', 'slow', 'unsched'] as const;

/** What a container does. The tag of its image says so by how it begins; any other tag is fine. */
export type Behaviour = (typeof behaviours)[number];

/** All behaviours. */
export const allBehaviours: readonly Behaviour[] = behaviours;

/** The behaviour that an image's tag asks for. */
export function behaviourOf(image: string): Behaviour {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
  return behaviours.find((each) => each !== 'ok' && tag.startsWith(each)) ?? 'ok';
}

/** How a container ended; times are milliseconds since its pod was given a node. */
export type Ending = {
  readonly from: number;
  readonly to: number;
  readonly reason: 'Error' | 'OOMKilled';
  readonly exitCode: number;
};

/** A container at one moment. */
export type Life = {
  readonly state:
    | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
    | { readonly is: 'running'; readonly from: number };
  readonly ready: boolean;
  readonly restarts: number;
  readonly last: Ending | null;
};

const fine = { restarts: 0, last: null };

function waiting(reason: string, message = ''): Life['state'] {
  return { is: 'waiting', reason, message };
}

/** The n-th pause before a restart: none before the first one. */
function pause(n: number, pace: Pace): number {
  return n === 0 ? 0 : Math.min(pace.backOff * 2 ** (n - 1), pace.longestBackOff);
}

function crashing(behaviour: 'crash' | 'oom', elapsed: number, pace: Pace): Life {
  const how =
    behaviour === 'oom'
      ? ({ reason: 'OOMKilled', exitCode: 137 } as const)
      : ({ reason: 'Error', exitCode: 1 } as const);
  let from = pace.start;
  let last: Ending | null = null;
  for (let restarts = 0; ; restarts += 1) {
    const to = from + pace.crashAfter;
    if (elapsed < to) return { state: { is: 'running', from }, ready: false, restarts, last };
    last = { from, to, ...how };
    const off = pause(restarts, pace);
    if (elapsed < to + off) {
      const message = `back-off ${Math.round(off / 1000)}s restarting failed container`;
      return { state: waiting('CrashLoopBackOff', message), ready: false, restarts, last };
    }
    from = to + off;
  }
}

function unpullable(image: string, elapsed: number, pace: Pace): Life {
  const backingOff = elapsed >= pace.start + 1000;
  const missing = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  const state = backingOff
    ? waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${missing}`)
    : waiting('ErrImagePull', missing);
  return { state, ready: false, ...fine };
}

/** The container `elapsed` milliseconds after its pod was given a node. */
export function lifeAt(behaviour: Behaviour, image: string, elapsed: number, pace: Pace): Life {
  if (elapsed < pace.start) return { state: waiting('ContainerCreating'), ready: false, ...fine };
  if (behaviour === 'crash' || behaviour === 'oom') return crashing(behaviour, elapsed, pace);
  if (behaviour === 'pullfail') return unpullable(image, elapsed, pace);
  const until = behaviour === 'slow' ? pace.slowReady : pace.ready;
  return { state: { is: 'running', from: pace.start }, ready: elapsed >= pace.start + until, ...fine };
}
