/** A runbook: steps as data. What `config/` reads from `runbooks/*.yaml`, and what is frozen into an incident. */
import type { Duration, Instant } from '../incident/incident.ts';
import type { Matcher } from '../incident/rules.ts';

/** Text with `{{labels.x}}`, `{{annotations.x}}`, `{{service.x}}` or `{{incident.x}}` in it, expanded once, when it is used. */
export type Template = string;

/** What an HTTP check asks. */
export interface HttpAsk {
  readonly type: 'http';
  readonly method: 'GET' | 'HEAD';
  /** `{{service.*}}` only. */
  readonly url: Template;
  /** Accepted statuses. */
  readonly expect: readonly number[];
  /** The body must contain this text; null when it is not read. */
  readonly contains: string | null;
  readonly timeout: Duration;
}

/** A comparison that every sample must satisfy. */
export interface Comparison {
  readonly sign: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly value: number;
}

/** What a PromQL check asks. */
export interface PromqlAsk {
  readonly type: 'promql';
  /** A label may stand only as a whole quoted matcher value: `instance="{{labels.instance}}"`. */
  readonly query: Template;
  /** Look at a range that ends now, every `step`; null for an instant query. */
  readonly range: { readonly over: Duration; readonly step: Duration } | null;
  readonly expect: Comparison;
  /** What an empty answer means. */
  readonly noData: 'fail' | 'pass';
  readonly timeout: Duration;
}

/** What a Kubernetes check asks: the diagnosis of a workload. */
export interface KubernetesAsk {
  readonly type: 'kubernetes';
  /** `{{service.target}}`. */
  readonly diagnose: Template;
}

/** One question to a neighbour. */
export type Ask = HttpAsk | PromqlAsk | KubernetesAsk;

/** A question, and how often it may be asked until it passes. */
export interface Check {
  readonly ask: Ask;
  readonly attempts: number;
  /** Between two attempts. */
  readonly every: Duration;
}

/** What a step does to a workload. `target` accepts `{{service.*}}` only. */
export type Action =
  | { readonly type: 'restart' | 'pause' | 'resume'; readonly target: Template }
  | { readonly type: 'scale'; readonly target: Template; readonly to: number }
  | { readonly type: 'rollback'; readonly target: Template; readonly to: 'previous' | number };

/** How it is proved that a step did what it was for: everything named must hold. */
export interface Verify {
  /** The rollout is complete within. */
  readonly rollout: Duration | null;
  /** All alerts of the incident clear within. */
  readonly alertClears: Duration | null;
  readonly check: Check | null;
}

/** Where to go: the id of a step of the same runbook, or the end. */
export type Next = { readonly to: 'step'; readonly id: string } | { readonly to: 'end' };

/** What follows a failure: the next step in order, a named one, a page, or standing still until a person decides. */
export type OnFailure = 'next' | 'escalate' | 'stop' | { readonly step: string };

/** A condition on earlier steps: the last result of each named step is the given one. */
export type After = Readonly<Record<string, Result>>;

/** How a step ended. */
export type Result = 'done' | 'passed' | 'failed' | 'skipped';

/** What a step does. */
export type Does =
  | { readonly kind: 'instruction'; readonly text: Template }
  | { readonly kind: 'check'; readonly check: Check }
  | {
      readonly kind: 'decision';
      readonly question: Template;
      readonly options: readonly { readonly label: string; readonly next: Next }[];
    }
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'wait'; readonly duration: Duration }
  /** `next`, or the id of a level of the incident's policy. */
  | { readonly kind: 'escalate'; readonly level: string; readonly note: Template }
  | { readonly kind: 'runbook'; readonly runbook: string };

/** The kinds of step. */
export type StepKind = Does['kind'];

/** A step as it is frozen. */
export interface Step {
  readonly id: string;
  readonly title: Template;
  readonly does: Does;
  /** Decided when the runbook was chosen; a step that does not apply is passed over. */
  readonly applies: boolean;
  readonly after: After;
  /** After success; null means the next step in order. */
  readonly next: Next | null;
  readonly onFailure: OnFailure;
  /** Runs without a click, within the guard rails. */
  readonly auto: boolean;
  /** Approvals that this step asks for besides those of the configuration; null leaves it to the configuration. */
  readonly approvals: number | null;
  readonly verify: Verify | null;
  /** Slack id of the user or group it is assigned to. */
  readonly assign: string | null;
  /** A step that waits for a person is said again after so long. */
  readonly remind: Duration | null;
}

/** A step as the library holds it: its label conditions are not decided yet. */
export type WrittenStep = Omit<Step, 'applies'> & { readonly match: readonly Matcher[] };

/** When a runbook opens an incident by itself. */
export interface Schedule {
  /** As written: `0 9 * * MON`. */
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  /** The first time after an instant; null when there is none any more. Given by `config/`, which knows calendars. */
  readonly next: (after: Instant) => Instant | null;
}

/** A runbook of the library. */
export interface Runbook {
  readonly id: string;
  readonly title: string;
  /** What it is for, in a sentence or two; empty when nothing was written. */
  readonly about: string;
  /** All must accept one firing alert. Empty: it is only started by hand, by a schedule or by another runbook. */
  readonly match: readonly Matcher[];
  /** Only for incidents of these services; empty for all. */
  readonly services: readonly string[];
  /** `incident` walks responders through an incident; `checklist` is work that is planned. */
  readonly kind: 'incident' | 'checklist';
  readonly schedule: Schedule | null;
  readonly steps: readonly WrittenStep[];
  /** SHA-256 of the file, in hex. */
  readonly hash: string;
}

/** A runbook with frozen steps. */
export interface Book {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

/** What an incident keeps: the runbook as it was when it was chosen, with every other one that it may continue in. Plain JSON. */
export interface Frozen {
  /** Of the runbook that it begins with. */
  readonly id: string;
  readonly title: string;
  /** Names the contents: the same frozen runbook has the same name, and the store keeps it once. */
  readonly hash: string;
  readonly books: Readonly<Record<string, Book>>;
}
