/** The autoscaler: keeps a workload between its bounds, or where the metrics want it; off while the workload is at 0. */

import { numberAt, sameJson } from '../json.ts';
import type { Autoscaler, Condition } from '../kinds.ts';
import { autoscalers, resourceNamed } from '../store/resources.ts';
import { writeScale } from '../store/scale.ts';
import { update } from '../store/write.ts';
import { timestamp, type World } from '../world.ts';
import { remark } from './events.ts';
import { controller, controllerStatus, withCondition } from './owned.ts';

/** What the autoscaler decides for a workload of this size, and why. */
type Decision = { readonly replicas: number; readonly reason: string; readonly limited: string };

/** Bounds come before metrics: they hold also when no metric can be read. */
function decide({ spec }: Autoscaler, current: number, demand: number | undefined): Decision {
  if (current > spec.maxReplicas) {
    const reason = 'Current number of replicas above Spec.MaxReplicas';
    return { replicas: spec.maxReplicas, reason, limited: 'TooManyReplicas' };
  }
  if (current < spec.minReplicas) {
    const reason = 'Current number of replicas below Spec.MinReplicas';
    return { replicas: spec.minReplicas, reason, limited: 'TooFewReplicas' };
  }
  const wanted = demand ?? current;
  const replicas = Math.min(Math.max(wanted, spec.minReplicas), spec.maxReplicas);
  const limited = wanted > replicas ? 'TooManyReplicas' : wanted < replicas ? 'TooFewReplicas' : '';
  const reason =
    replicas < current ? 'All metrics below target' : 'cpu resource utilization (percentage of request) above target';
  return { replicas, reason, limited };
}

function conditionsOf(world: World, scaler: Autoscaler, off: boolean, limited: string): readonly Condition[] {
  const active = off
    ? ({
        status: 'False',
        reason: 'ScalingDisabled',
        message: 'scaling is disabled since the replica count of the target is zero',
      } as const)
    : ({
        status: 'True',
        reason: 'ValidMetricFound',
        message: 'the HPA was able to successfully calculate a replica count',
      } as const);
  const bounded =
    limited === ''
      ? ({
          status: 'False',
          reason: 'DesiredWithinRange',
          message: 'the desired count is within the acceptable range',
        } as const)
      : ({ status: 'True', reason: limited, message: 'the desired replica count is outside the bounds' } as const);
  const old = scaler.status?.['conditions'];
  const able = {
    status: 'True',
    reason: 'ReadyForNewScale',
    message: 'recommended size matches current size',
  } as const;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this controller alone writes an autoscaler's conditions
  const before = (Array.isArray(old) ? old : []) as readonly Condition[];
  const all = [
    { type: 'AbleToScale', ...able },
    { type: 'ScalingActive', ...active },
  ];
  const now = off ? all : [...all, { type: 'ScalingLimited', ...bounded }];
  return now.reduce((list, each) => withCondition(world, list, each, false), before);
}

function look(world: World, scaler: Autoscaler): void {
  const { name, namespace = '' } = scaler.metadata;
  const { scaleTargetRef, minReplicas } = scaler.spec;
  const resource = resourceNamed(scaleTargetRef.kind);
  const target = world.store.get(resource, namespace, scaleTargetRef.name);
  if (!target) return;
  const current = numberAt(target.spec, 'replicas') ?? 0;
  const off = current === 0 && minReplicas !== 0;
  const { replicas, reason, limited } = off
    ? { replicas: 0, reason: '', limited: '' }
    : decide(scaler, current, world.demand.get(`${namespace}/${name}`));
  const lastScaleTime = replicas === current ? scaler.status?.['lastScaleTime'] : timestamp(world.now());
  if (replicas !== current) {
    writeScale(world, resource, target, { spec: { replicas } }, controller);
    const message = `New size: ${replicas}; reason: ${reason}`;
    remark(world, scaler, { type: 'Normal', reason: 'SuccessfulRescale', message, from: 'horizontal-pod-autoscaler' });
  }
  const status = {
    currentReplicas: current,
    desiredReplicas: replicas,
    currentMetrics: [],
    conditions: conditionsOf(world, scaler, off, limited),
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
  };
  if (!sameJson(status, scaler.status)) update(world, autoscalers, scaler, { ...scaler, status }, controllerStatus);
}

/** All autoscalers look, when it is time. */
export function stepAutoscalers(world: World): void {
  if (world.now() - world.autoscaled.at < world.pace.autoscale) return;
  world.autoscaled.at = world.now();
  for (const scaler of world.store.list(autoscalers)) look(world, scaler);
}
