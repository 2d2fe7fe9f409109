/** Asking for a diagnosis: nothing is changed, so there is no plan; what is found is said in the channel. */
import { denied } from '../access/denied.ts';
import { refuseFrozen } from '../access/freeze.ts';
import { mayTarget, refuseNamespace } from '../access/targets.ts';
import { ask, change } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { readTarget } from './action.ts';
import type { Diagnosed, DiagnosisDeed } from './diagnosis.ts';

/** Asks the worker, once nothing stands against it. Who may diagnose at all was asked before. */
export function askDiagnosis(draft: Draft, deed: DiagnosisDeed, facts: Facts): Draft | Refusal {
  const { target: name, by, at } = deed;
  const { able, access, actor, services } = facts;
  if (!able.diagnose) return { refused: "No cluster is configured, so Vigie can't look at pods. Look by hand." };
  const target = readTarget(name);
  if (target === null) return { refused: `"${name}" is not a workload. Write cluster/namespace/kind/name.` };
  const refusal =
    (actor === undefined ? null : mayTarget(actor, target, services, access)) ??
    denied(refuseNamespace(target, services) ?? refuseFrozen('diagnose', at, access.freeze));
  if (refusal !== null) return refusal;
  return ask(change(draft, {}, deed), { type: 'kubernetes.examine', target: name, by });
}

/** Keeps what was found: the line is said in the channel. */
export const diagnosed = (draft: Draft, event: Diagnosed): Draft => change(draft, {}, event);
