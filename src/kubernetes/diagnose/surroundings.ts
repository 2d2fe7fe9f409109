/** What limits a workload from outside: its autoscaler, disruption budgets, and quotas that are nearly used up. */
import type { Target } from '../../action/action.ts';
import { selects } from '../around.ts';
import { dig, type Json, type JsonObject, list, number, object, text, texts } from '../json.ts';
import { readQuantity } from '../quantity.ts';
import { aimsAt } from '../watch/look.ts';
import { conditionOf, readConditions } from './pods.ts';
import { shown } from './plain.ts';

/** A quota is worth a word from this share on. */
const nearly = 0.8;

/** The autoscalers of a workload, in lines. */
export const autoscalerLines = (listed: JsonObject, target: Target): readonly string[] =>
  list(listed, 'items')
    .filter((autoscaler) => aimsAt(autoscaler, target))
    .flatMap((autoscaler) => [
      `${nameOf(autoscaler)}: minimum ${number(autoscaler, 'spec', 'minReplicas') ?? 1}, maximum ${number(autoscaler, 'spec', 'maxReplicas') ?? 0}, now ${number(autoscaler, 'status', 'currentReplicas') ?? 0}, wants ${number(autoscaler, 'status', 'desiredReplicas') ?? 0}${usageOf(autoscaler)}`,
      ...limitsOf(autoscaler),
    ]);

/** `, cpu 93 % of 80 %`. */
function usageOf(autoscaler: Json): string {
  const uses = list(autoscaler, 'spec', 'metrics').flatMap((metric) => {
    const name = text(metric, 'resource', 'name');
    const wanted = number(metric, 'resource', 'target', 'averageUtilization');
    const current = list(autoscaler, 'status', 'currentMetrics').find((one) => text(one, 'resource', 'name') === name);
    const found = number(current, 'resource', 'current', 'averageUtilization');
    return name === '' || wanted === undefined || found === undefined
      ? []
      : [`, ${shown(name, 40)} ${found} % of ${wanted} %`];
  });
  return uses.join('');
}

/** Conditions that keep it from doing its work. */
function limitsOf(autoscaler: Json): readonly string[] {
  const conditions = { conditions: readConditions(autoscaler) };
  const limited = conditionOf(conditions, 'ScalingLimited');
  const off = ['ScalingActive', 'AbleToScale'].map((type) => conditionOf(conditions, type));
  return [
    ...off.filter((condition) => condition?.holds === false),
    ...(limited?.holds === true ? [limited] : []),
  ].flatMap((condition) =>
    condition === null ? [] : [`  ${shown(condition.reason, 60)}: ${shown(condition.message, 300)}`],
  );
}

/** The disruption budgets that cover a workload's pods, in lines. */
export const budgetLines = (listed: JsonObject, workload: JsonObject): readonly string[] =>
  list(listed, 'items')
    .filter((budget) =>
      selects(object(budget, 'spec', 'selector'), texts(workload, 'spec', 'template', 'metadata', 'labels')),
    )
    .map((budget) => {
      const bound = ['minAvailable', 'maxUnavailable'].flatMap((key) => {
        const value = dig(budget, 'spec', key);
        const words = key === 'minAvailable' ? 'at least available' : 'at most unavailable';
        return typeof value === 'number' || typeof value === 'string' ? [`${words} ${shown(String(value), 20)}`] : [];
      });
      const healthy = number(budget, 'status', 'currentHealthy') ?? 0;
      const wanted = number(budget, 'status', 'desiredHealthy') ?? 0;
      const allowed = number(budget, 'status', 'disruptionsAllowed') ?? 0;
      return `${nameOf(budget)}: ${bound.join(', ')}; ${healthy} healthy, ${wanted} wanted, ${allowed} may be evicted`;
    });

/** Quotas of the namespace that are nearly used up, in lines. */
export const quotaLines = (listed: JsonObject): readonly string[] =>
  list(listed, 'items').flatMap((quota) => {
    const used = texts(quota, 'status', 'used');
    return Object.entries(texts(quota, 'status', 'hard')).flatMap(([resource, hard]) => {
      const share = readQuantity(used[resource] ?? '0') / readQuantity(hard);
      if (!(share >= nearly)) return [];
      const full = share >= 1 ? ': nothing is left' : '';
      return [
        `${nameOf(quota)}: ${shown(resource, 60)} ${shown(used[resource] ?? '0', 20)} of ${shown(hard, 20)} used${full}`,
      ];
    });
  });

const nameOf = (value: Json): string => shown(text(value, 'metadata', 'name'), 80);
