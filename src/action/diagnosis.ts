/** A diagnosis that somebody asks for: what is asked, what is found, and how the timeline says it. */
import { fullStop } from '../access/spoken.ts';
import type { Instant, Person } from '../incident/incident.ts';

/** What is asked for; the target is `cluster/namespace/kind/name`. */
export interface DiagnosisDeed {
  readonly type: 'DiagnosisAsked';
  readonly at: Instant;
  readonly by: Person;
  readonly target: string;
}

/** What the worker found. */
export interface Diagnosed {
  readonly type: 'Diagnosed';
  readonly at: Instant;
  readonly by: Person;
  readonly target: string;
  readonly says: string;
}

/** Effect of the Kubernetes room. */
export interface DiagnosisEffect {
  readonly type: 'kubernetes.examine';
  readonly target: string;
  readonly by: Person;
}

/** A line about a diagnosis as a sentence. Texts from the cluster are hostile until a room escapes them. */
export const diagnosisSentence = (line: DiagnosisDeed | Diagnosed): string =>
  line.type === 'DiagnosisAsked'
    ? `${line.by.name} asked for a diagnosis of ${line.target}.`
    : `Diagnosis of ${line.target}, asked for by ${line.by.name}: ${fullStop(line.says)}`;
