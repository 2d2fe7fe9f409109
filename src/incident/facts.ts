/** Facts from outside one incident that its rules need: read in the commit, passed in. */

/** What this Vigie can do at all, by its configuration. What it can't do it refuses; it never pretends. */
export interface Able {
  /** Change workloads: a cluster is configured. */
  readonly act: boolean;
  /** Look at workloads. */
  readonly diagnose: boolean;
  /** Page somebody. */
  readonly page: boolean;
  /** Run actions without a click. */
  readonly automate: boolean;
}

/** Facts for a transition. */
export interface Facts {
  readonly able: Able;
}

/** Of a Vigie that only talks. */
export const onlyTalks: Facts = { able: { act: false, diagnose: false, page: false, automate: false } };
