/** What keeps new pods from becoming available, long before any deadline. */
import type { Duration, Instant } from '../../incident/incident.ts';
import { type Condition, conditionOf, isReady, type Pod, spokenExit } from '../diagnose/pods.ts';
import { line } from '../words.ts';

/** A fresh image may be refused once before its registry knows it. */
const settling: Duration = 20_000;

/** An autoscaler of nodes needs this long at least. */
const scheduling: Duration = 60_000;

/** One crash may be bad luck; two are a pattern. */
const crashes = 2;

const pulling = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName']);
const starting = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/**
 * Why a pod won't get ready by itself, in words that stay the same from one look to the next; null when nothing is known
 * against it. Kubelets say `ErrImagePull` and `ImagePullBackOff` in turn, so neither is quoted.
 */
export function troubleOf(pod: Pod, now: Instant): string | null {
  if (pod.deletedAt !== null || isReady(pod)) return null;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.holds === false) {
    const waits = now - (scheduled.changedAt ?? pod.createdAt ?? now);
    return waits > scheduling ? `no node takes it: ${said(scheduled.message || scheduled.reason)}` : null;
  }
  const begun = scheduled?.changedAt ?? pod.createdAt ?? now;
  for (const { image, last, exit, message, ready, reason, restarts, state } of pod.containers) {
    const waits = state === 'waiting' && now - begun > settling;
    if (waits && pulling.has(reason)) return `image ${line(image, 160)} can't be pulled`;
    if (waits && starting.has(reason)) return `can't start (${reason}): ${said(message)}`;
    const ended = exit ?? last;
    // Between two crashes it runs for a while, so the state alone says little.
    if (restarts < crashes || ready || ended === null) continue;
    return ended.code === 0 ? 'ends again and again' : `crash loop (${line(spokenExit(ended), 60)})`;
  }
  return null;
}

/** What a kubelet or scheduler says, as a part of a sentence. */
const said = (message: string): string => line(message, 160).replace(/\.$/, '');

/** The most frequent trouble: `2 of 3 new pods: crash loop (Error, exit 1)`; empty for none. */
export function worstTrouble(pods: readonly Pod[], what: string, now: Instant): string {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const trouble = troubleOf(pod, now);
    if (trouble !== null) counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  }
  const [worst] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (worst === undefined) return '';
  const [trouble, count] = worst;
  return `${count} of ${pods.length} ${what}: ${trouble}`;
}

/** Why the cluster makes no pods, without the pod's name, which is another one at each attempt. */
export const refusalOf = ({ message, reason }: Condition): string =>
  line(message.replace(/^pods "[^"]*" is forbidden: /, '') || reason, 300);
