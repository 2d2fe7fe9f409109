/** The ways through runbooks: steps that nothing leads to, and loops that never end. */
import type { Complaint } from '../fault.ts';
import { complain } from '../complain.ts';
import { stepsOf, textOf } from './plain.ts';
import type { Path, PlainStep } from './plain.ts';
import { linksOf } from './links.ts';

/** A way from one step to another. */
interface Edge {
  /** Key of the step it leads to. */
  readonly to: string;
  /** Where it is written; null for the next step in order. */
  readonly path: Path | null;
  /** Taken without a person. */
  readonly alone: boolean;
}

/** A step as a point of the graph. */
export interface Point {
  readonly key: string;
  /** Of the runbook that it belongs to. */
  readonly runbook: string;
  readonly id: string;
  readonly path: Path;
  readonly edges: readonly Edge[];
  /** The runbook ends here, or a person decides how it goes on. */
  readonly out: boolean;
}

/** A loop, beginning anywhere: each point with the edge that leads on. */
type Loop = readonly { readonly point: Point; readonly edge: Edge }[];

const keyOf = (runbook: string, index: number): string => `${runbook}/${index}`;

/** The points of a runbook. Its links are known to be sound: names that are not are passed over. */
export function pointsOf(runbook: string, root: unknown): readonly Point[] {
  const steps = stepsOf(root);
  const places = new Map(steps.map(({ id }, index) => [id, keyOf(runbook, index)]));
  return steps.map((step, index) => {
    const { id, path, kind, written } = step;
    const after = index + 1 < steps.length ? keyOf(runbook, index + 1) : null;
    const edges: Edge[] = [];
    const lead = (to: string | null | undefined, where: Path | null, alone: boolean): boolean => {
      if (typeof to === 'string') edges.push({ to, path: where, alone });
      return typeof to !== 'string';
    };
    const alone = kind === 'wait' || (written['auto'] === true && (kind === 'check' || kind === 'action'));
    const passes = written['when'] !== undefined && lead(after, null, true);
    if (kind === 'runbook') {
      lead(keyOf(textOf(written['runbook']), 0), [...path, 'runbook'], true);
      return { key: keyOf(runbook, index), runbook, id, path, edges, out: passes };
    }
    const ends = waysOf(step).map(({ name, path: where }) =>
      name === null ? lead(after, null, alone) : lead(places.get(name), where, alone),
    );
    const out = kind === 'decision' || stops(step) || passes || ends.includes(true);
    return { key: keyOf(runbook, index), runbook, id, path, edges, out };
  });
}

/** A step that may follow by what is written; a name of null is the next in order, and `end` is no step's name. */
interface Way {
  readonly name: string | null;
  readonly path: Path;
}

function waysOf(step: PlainStep): readonly Way[] {
  const { kind, written } = step;
  const failure = written['on_failure'] ?? (kind === 'check' ? 'next' : 'stop');
  return linksOf(step).flatMap(({ path, name }): readonly Way[] => {
    if (path.at(-1) !== 'on_failure') {
      if (name === undefined) return kind === 'decision' ? [] : [{ name: null, path }];
      return [{ name: textOf(name), path }];
    }
    if (failure === 'next') return [{ name: null, path }];
    return failure === 'stop' || failure === 'escalate' ? [] : [{ name: textOf(failure), path }];
  });
}

/** Whether the step can fail and then stands still until a person decides. */
function stops({ kind, written }: PlainStep): boolean {
  const failure = written['on_failure'] ?? (kind === 'check' ? 'next' : 'stop');
  const fails = kind === 'check' || kind === 'action' || kind === 'escalate' || written['verify'] !== undefined;
  return fails && (failure === 'stop' || failure === 'escalate');
}

/** What is wrong with the ways through one runbook. */
export function checkFlow(points: readonly Point[]): readonly Complaint[] {
  const order = new Map(points.map(({ key }, index) => [key, index]));
  return [
    ...unreachable(points),
    ...endless(points).map(({ loop, alone }) => {
      const back = loop.find(({ point, edge }) => (order.get(edge.to) ?? 0) <= (order.get(point.key) ?? 0));
      const path = back?.edge.path ?? loop[0]?.point.path ?? [];
      const shown = around(loop.map(({ point }) => point.id));
      return alone
        ? complain(
            path,
            `nobody can stop this loop: ${shown}`,
            'let a person decide in it, or use `attempts` of a check',
          )
        : complain(
            path,
            `this loop leads nowhere else: ${shown}`,
            'let one of its steps lead to `end`, or to a decision',
          );
    }),
  ];
}

/** The names of a loop; of a long one, where it begins. */
export function around(names: readonly string[]): string {
  const shown = names.length > 6 ? [...names.slice(0, 6), '…'] : [...names, ...names.slice(0, 1)];
  return shown.map((name) => `\`${JSON.stringify(name).slice(1, -1)}\``).join(' → ');
}

function unreachable(points: readonly Point[]): readonly Complaint[] {
  const met = new Set<string>();
  const meet = (point: Point | undefined): void => {
    const open = point === undefined ? [] : [point];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (met.has(one.key)) continue;
      met.add(one.key);
      const { edges } = one;
      open.push(...points.filter(({ key }) => edges.some(({ to }) => to === key)));
    }
  };
  meet(points[0]);
  return points.flatMap((point) => {
    if (met.has(point.key)) return [];
    // What only this one leads to is reached once it is.
    meet(point);
    const remedy = 'let `next`, `on_failure` or an option lead to it, or remove it';
    return [complain([...point.path, 'id'], 'no step leads here', remedy)];
  });
}

/** The loops that run without a person, and those that nothing leads out of. */
export function endless(points: readonly Point[]): readonly { readonly loop: Loop; readonly alone: boolean }[] {
  const alone = loopsOf(points, (edge) => edge.alone);
  const told = new Set(alone.flatMap((loop) => loop.map(({ point }) => point.key)));
  const lost = loopsOf(lostOf(points), () => true).filter((loop) => !loop.some(({ point }) => told.has(point.key)));
  return [...alone.map((loop) => ({ loop, alone: true })), ...lost.map((loop) => ({ loop, alone: false }))];
}

/** The points from which no way leads out. An edge to a point that is not there leads out. */
function lostOf(points: readonly Point[]): readonly Point[] {
  const there = new Set(points.map(({ key }) => key));
  const saved = new Set<string>();
  for (let before = -1; before < saved.size;) {
    before = saved.size;
    for (const { key, out, edges } of points.toReversed()) {
      if (out || edges.some(({ to }) => saved.has(to) || !there.has(to))) saved.add(key);
    }
  }
  return points.filter(({ key }) => !saved.has(key));
}

/** Loops along some of the edges; no two share a point. */
function loopsOf(points: readonly Point[], follows: (edge: Edge) => boolean): readonly Loop[] {
  const left = new Map(points.map((point) => [point.key, point]));
  const onward = (point: Point): Edge | undefined => point.edges.find((edge) => follows(edge) && left.has(edge.to));
  const loops: Loop[] = [];
  for (;;) {
    // What leads nowhere is no part of a loop; when it is gone, what led only there leads nowhere.
    for (let before = -1; before !== left.size;) {
      before = left.size;
      for (const point of points.toReversed()) if (onward(point) === undefined) left.delete(point.key);
    }
    const trail = new Map<string, { readonly point: Point; readonly edge: Edge }>();
    let [point] = left.values();
    for (; point !== undefined && !trail.has(point.key);) {
      const edge = onward(point);
      if (edge === undefined) break;
      trail.set(point.key, { point, edge });
      point = left.get(edge.to);
    }
    if (point === undefined) return loops;
    const all = [...trail.values()];
    const loop = all.slice(all.findIndex((passed) => passed.point === point));
    loops.push(loop);
    for (const passed of loop) left.delete(passed.point.key);
  }
}
