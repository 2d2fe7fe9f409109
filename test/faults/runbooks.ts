/** The runbooks of a run: what incidents of alerts are walked through, what follows at the end, and planned work for every minute. */
import type { Family } from './family.ts';

/** Every kind of step that needs no cluster and no pager; its decisions lead back, so that a walk is long. */
const trouble = `id: trouble
title: Trouble
match: ['alertname=~"Trouble of .+"']
steps:
  - id: health
    title: Does {{service.name}} answer?
    check: {http: {url: '{{service.health_url}}/health', timeout: 1s}}
    auto: true
    next: cause
    on_failure: look
  - id: look
    title: Look at it
    instruction: Look at it.
  - id: cause
    title: What is wrong?
    decision:
      question: What is wrong?
      options: [{label: The network, next: breathe}, {label: The disk, next: mend}, {label: Nothing, next: steady}]
  - id: breathe
    title: Wait a moment
    wait: 1s
    next: steady
  - id: mend
    title: Mend it
    instruction: Mend it.
    verify: {http: {url: '{{service.health_url}}/mended', timeout: 1s, attempts: 2, every: 1s}}
  - id: steady
    title: Is it steady?
    check: {http: {url: '{{service.health_url}}/steady', timeout: 1s, attempts: 3, every: 1s}}
    on_failure: stop
  - id: over
    title: Is it over?
    decision:
      question: Is it over?
      options: [{label: Look again, next: look}, {label: Ask again, next: health}, {label: It is, next: rest}]
  - id: rest
    title: What remains
    runbook: aftercare
`;

const aftercare = `id: aftercare
title: Aftercare
steps:
  - id: tidy
    title: Tidy up
    instruction: Tidy up.
  - id: after
    title: Does {{service.name}} answer afterwards?
    check: {http: {url: '{{service.health_url}}/after', timeout: 1s}}
    auto: true
  - id: learnt
    title: Was anything learnt?
    decision:
      question: Was anything learnt?
      options: [{label: Much, next: write}, {label: Nothing, next: end}]
  - id: write
    title: Write it down
    instruction: Write it down.
`;

/** The id of the checklist, which is due at every full minute. */
export const checklist = 'rounds';

const rounds = (neighbour: string): string => `id: ${checklist}
title: Rounds
kind: checklist
schedule: {cron: '* * * * *', timezone: UTC}
steps:
  - id: ask
    title: Does everything answer?
    check: {http: {url: '${neighbour}/rounds', timeout: 1s}}
    auto: true
  - id: walk
    title: Walk around
    instruction: Walk around.
`;

/** The files of the folder, by name. */
export const runbookFiles = (neighbour: string): Readonly<Record<string, string>> => {
  return { 'trouble.yaml': trouble, 'aftercare.yaml': aftercare, [`${checklist}.yaml`]: rounds(neighbour) };
};

/** The part of the configuration that they need: each family is a service with a health endpoint of its own. */
export const servicesOf = (families: readonly Family[], neighbour: string): string =>
  [
    `checks: {hosts: ['${new URL(neighbour).host}']}`,
    'services:',
    ...families.map(({ name }) => `  ${name}: {match: ['family="${name}"'], health_url: '${neighbour}/${name}'}`),
    '',
  ].join('\n');
