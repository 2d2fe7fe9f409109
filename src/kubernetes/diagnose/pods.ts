/** Pods as an API server describes them, read without trusting their shape. */
import type { Instant } from '../../incident/incident.ts';
import { dig, instant, isObject, type Json, list, number, object, text, texts } from '../json.ts';

/** Something that an object says about itself. */
export interface Condition {
  readonly type: string;
  /** Null for `Unknown`. */
  readonly holds: boolean | null;
  readonly reason: string;
  readonly message: string;
  /** When it was last said, or last changed when the kind does not keep the other. */
  readonly at: Instant | null;
  readonly changedAt: Instant | null;
}

/** How a container ended. */
export interface Exit {
  /** `OOMKilled`, `Error`, `Completed`. */
  readonly reason: string;
  readonly code: number | null;
  readonly at: Instant | null;
  readonly message: string;
}

/** A container of a pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  /** A sidecar is an init container that goes on running. */
  readonly kind: 'main' | 'init' | 'sidecar';
  readonly ready: boolean;
  readonly restarts: number;
  readonly state: 'waiting' | 'running' | 'terminated' | 'unknown';
  /** Why it waits or ended. */
  readonly reason: string;
  readonly message: string;
  /** How it ended, when it is terminated. */
  readonly exit: Exit | null;
  /** How it ended before it was started again. */
  readonly last: Exit | null;
  /** Its limit of memory; empty without one. */
  readonly memory: string;
}

/** A pod. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Uid of the object that controls it; empty when none does. */
  readonly owner: string;
  readonly createdAt: Instant | null;
  /** When it is to be gone; null when it may stay. */
  readonly deletedAt: Instant | null;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly conditions: readonly Condition[];
  readonly containers: readonly Container[];
}

/** The conditions of any object. */
export function readConditions(value: Json): readonly Condition[] {
  return list(value, 'status', 'conditions').map((condition) => {
    const status = text(condition, 'status');
    const changedAt = instant(condition, 'lastTransitionTime') ?? null;
    return {
      type: text(condition, 'type'),
      holds: status === 'True' || (status === 'False' ? false : null),
      reason: text(condition, 'reason'),
      message: text(condition, 'message'),
      at: instant(condition, 'lastUpdateTime') ?? changedAt,
      changedAt,
    };
  });
}

/** Uid of the object that controls another; empty when none does. */
export function controllerOf(value: Json): string {
  const owner = list(value, 'metadata', 'ownerReferences').find((one) => dig(one, 'controller') === true);
  return text(owner, 'uid');
}

/** Reads a pod. */
export function readPod(value: Json): Pod {
  return {
    name: text(value, 'metadata', 'name'),
    uid: text(value, 'metadata', 'uid'),
    labels: texts(value, 'metadata', 'labels'),
    owner: controllerOf(value),
    createdAt: instant(value, 'metadata', 'creationTimestamp') ?? null,
    deletedAt: instant(value, 'metadata', 'deletionTimestamp') ?? null,
    phase: text(value, 'status', 'phase'),
    reason: text(value, 'status', 'reason'),
    message: text(value, 'status', 'message'),
    conditions: readConditions(value),
    containers: [
      ...readContainers(value, 'initContainers', 'initContainerStatuses'),
      ...readContainers(value, 'containers', 'containerStatuses'),
    ],
  };
}

function readContainers(pod: Json, specs: string, statuses: string): readonly Container[] {
  const known = list(pod, 'status', statuses);
  return list(pod, 'spec', specs).map((spec) => {
    const name = text(spec, 'name');
    const status = known.find((one) => text(one, 'name') === name);
    const always = text(spec, 'restartPolicy') === 'Always';
    return {
      name,
      image: text(spec, 'image') || text(status, 'image'),
      kind: specs === 'containers' ? 'main' : always ? 'sidecar' : 'init',
      ready: dig(status, 'ready') === true,
      restarts: number(status, 'restartCount') ?? 0,
      memory: text(spec, 'resources', 'limits', 'memory'),
      last: readExit(dig(status, 'lastState', 'terminated')),
      ...readState(status),
    };
  });
}

function readState(status: Json | undefined): Pick<Container, 'state' | 'reason' | 'message' | 'exit'> {
  const states = object(status, 'state');
  const state = (['waiting', 'terminated', 'running'] as const).find((name) => isObject(states[name])) ?? 'unknown';
  const about = states[state];
  const exit = state === 'terminated' ? readExit(about) : null;
  return { state, reason: exit?.reason ?? text(about, 'reason'), message: text(about, 'message'), exit };
}

function readExit(value: Json | undefined): Exit | null {
  if (!isObject(value)) return null;
  const code = number(value, 'exitCode') ?? null;
  return {
    reason: text(value, 'reason') || (code === 0 ? 'Completed' : 'Error'),
    code,
    at: instant(value, 'finishedAt') ?? null,
    message: text(value, 'message'),
  };
}

/** A condition of a pod, by its type. */
export const conditionOf = (
  { conditions }: { readonly conditions: readonly Condition[] },
  type: string,
): Condition | null => conditions.find((condition) => condition.type === type) ?? null;

/** Whether a pod takes traffic. */
export const isReady = (pod: Pod): boolean => pod.deletedAt === null && conditionOf(pod, 'Ready')?.holds === true;

/** Containers that ought to run for as long as the pod does. */
export const lasting = ({ containers }: Pod): readonly Container[] => containers.filter(({ kind }) => kind !== 'init');

/** `OOMKilled, exit 137`, `Error, exit 143 (SIGTERM)`. */
export function spokenExit({ reason, code }: Exit): string {
  if (code === null) return reason;
  // 137 alone does not prove a lack of memory: only the reason does.
  const signal = code === 143 ? ' (SIGTERM)' : code === 137 && reason !== 'OOMKilled' ? ' (SIGKILL)' : '';
  return `${reason}, exit ${code}${signal}`;
}
