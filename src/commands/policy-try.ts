/** Tries a policy without doing anything: `npm run vigie -- policy try <capture.json>` prints route, policy and timeline. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { translate } from '../alertmanager/payload.ts';
import { loadConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { automationFor } from '../escalation/automation.ts';
import type { AlertsReported } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';
import { openForAlerts } from '../incident/opening.ts';
import { matches } from '../incident/rules.ts';
import { clock, outlinePolicy } from './policy-outline.ts';

/** What the command line is surrounded by. */
export interface Around {
  readonly env: NodeJS.ProcessEnv;
  readonly print: (text: string) => void;
}

const shell: Around = { env: process.env, print: (text) => void process.stdout.write(text) };

/** Adds `policy try` to the command line. */
export function policyCommand(program: Command, { env, print }: Around = shell): Command {
  const policy = program.command('policy').description('look at escalation policies');
  policy
    .command('try')
    .argument('<file>', 'a recorded capture, such as test/fixtures/alertmanager/flapping.json, or one webhook body')
    .option('--at <time>', 'when it would arrive, such as 2026-11-21T02:00Z (default: now)', readInstant)
    .description('print which route and policy a body would take, and who would be called when')
    .action((file: string, { at = Date.now() }: { at?: Instant }) => {
      const { config: path } = program.opts<{ config?: string }>();
      const config = loadConfig({ env, ...(path === undefined ? {} : { path }) });
      print(tryPolicies(config, file, readFileSync(file, 'utf8'), at));
    });
  return policy;
}

function readInstant(text: string): Instant {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new Error(`reading --at: ${JSON.stringify(text)} is not a time; write it as 2026-11-21T02:00Z`);
}

/** What each body of a file would do that arrived at `at`; a body that would do the same as one before is left out. */
export function tryPolicies(config: Config, file: string, text: string, at: Instant): string {
  const shown = new Map<string, string>();
  for (const [index, body] of bodiesOf(file, text).entries()) {
    const part = tryBody(config, translate(file, { seq: index + 1, at, body }, config.rules.severities));
    if (part !== null && !shown.has(part.does)) shown.set(part.does, `${part.title}\n${part.does}`);
  }
  const nothing = `Nothing in ${file} opens an incident: no alert fires with a severity above info.\n`;
  return safe(shown.size === 0 ? nothing : [...shown.values()].join('\n'));
}

/** A capture file, as test/fixtures/alertmanager/README.md describes it, as far as it is needed here. */
const capture = z.object({ requests: z.array(z.object({ body: z.string() })) });

/** Captures also hold what other programs sent. */
const likeWebhook = z.object({ groupKey: z.string(), alerts: z.array(z.unknown()) });

function bodiesOf(file: string, text: string): readonly string[] {
  const read = capture.safeParse(parse(text));
  const bodies = read.success ? read.data.requests.map(({ body }) => body) : [text];
  const found = bodies.filter((body) => likeWebhook.safeParse(parse(body)).success);
  if (found.length > 0) return found;
  throw new Error(`reading ${file}: it is neither a webhook body of Alertmanager nor a capture of some`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null when the body opens nothing. */
function tryBody(config: Config, event: AlertsReported): { readonly title: string; readonly does: string } | null {
  const { rules } = config;
  const firing = event.alerts.filter(({ status, severity }) => status === 'firing' && severity !== 'info');
  if (firing.length === 0) return null;
  const { incident } = openForAlerts(1, 'alert', event, rules);
  const { severity, openedAt: at } = incident;
  const worst = firing.find((alert) => alert.severity === severity);
  const labels = { ...worst?.labels, severity };
  const index = rules.routes.findIndex(({ match }) => matches(match, labels));
  const match = rules.routes[index]?.match.map(({ text }) => text) ?? [];
  const service = rules.services.find(({ name }) => name === incident.service) ?? null;
  const { policy } = incident;
  const automation = automationFor(incident, rules);
  const calendar = rules.calendarOf(policy, severity);
  const setting = { policy, severity, calendar, automated: automation.is };
  const lines = [
    `  arrives     ${clock(policy.timezone)(at)} (${policy.timezone})`,
    `  severity    ${severity}`,
    `  service     ${incident.service ?? 'none'}`,
    `  route       ${index + 1} of ${rules.routes.length}: ${match.length > 0 ? match.join(' and ') : index > 0 ? 'every other alert' : 'every alert'}`,
    `  policy      ${policy.name}`,
    `  runbook     ${incident.walk?.runbook.title ?? 'none'}`,
    `  automation  ${automation.is ? '' : 'none: '}${automation.says}`,
    '',
    ...outlinePolicy({ setting, service, at }, config).map((line) => (line === '' ? '' : `  ${line}`)),
  ];
  return { title: incident.title, does: lines.map((line) => `${line}\n`).join('') };
}

/** Text from labels may hold control characters; they must not reach the terminal. */
// oxlint-disable-next-line no-control-regex -- these are what is replaced
const safe = (text: string): string => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
