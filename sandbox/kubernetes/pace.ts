/** How fast the simulated cluster is. All times are milliseconds on the sandbox's clock. */

/** Every duration that the simulation has. */
export type Pace = {
  /** Between two steps of the controllers. */
  readonly tick: number;
  /** Until a controller has seen a new generation. */
  readonly observe: number;
  /** From a pod's creation until its containers run. */
  readonly start: number;
  /** From running until ready, of a pod that is fine. */
  readonly ready: number;
  /** The same for an image tagged `slow`. */
  readonly slowReady: number;
  /** How long a crashing container runs. */
  readonly crashAfter: number;
  /** The first pause before a crashed container starts again; it doubles each time. */
  readonly backOff: number;
  readonly longestBackOff: number;
  /** How long a pod takes to end. */
  readonly terminate: number;
  /** Between two looks of an autoscaler. */
  readonly autoscale: number;
  /** Between two bookmarks of a watch. */
  readonly bookmark: number;
  /** How long events are kept. */
  readonly keepEvents: number;
};

/** A small cluster in a hurry: a rollout of three pods takes some ten seconds. */
export const defaultPace: Pace = {
  tick: 250,
  observe: 0,
  start: 800,
  ready: 700,
  slowReady: 20_000,
  crashAfter: 1500,
  backOff: 5000,
  longestBackOff: 300_000,
  terminate: 1000,
  autoscale: 15_000,
  bookmark: 60_000,
  keepEvents: 3_600_000,
};
