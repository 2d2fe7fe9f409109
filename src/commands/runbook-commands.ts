/** The commands around the files of runbooks: `npm run vigie -- runbook <command>`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Fault } from '../config/config.ts';
import { printFault } from '../config/fault.ts';
import { lintRunbooks, readLibrary, readRunbook } from '../config/runbooks/library.ts';
import { schemaText } from '../config/runbooks/published.ts';
import { codeOf } from '../config/secret.ts';
import { outline } from './runbook-outline.ts';

const folder = './runbooks';
const option = ['--folder <folder>', 'where the runbooks are', folder] as const;

/** Adds `runbook lint`, `show`, `new` and `schema` to the command line. Answers the group, for more. */
export function runbookCommands(program: Command): Command {
  const runbook = program.command('runbook').description('write and check runbooks');
  runbook
    .command('lint')
    .argument('[paths...]', `files and folders (default: ${folder})`)
    .description('report every fault with its line and what to do')
    .action((paths: readonly string[]) => {
      const { count, faults } = lintRunbooks(paths.length === 0 ? [folder] : paths);
      print(faults.length > 0 ? faults.map(printFault).join('\n') : praise(count));
      if (faults.length > 0) process.exitCode = 1;
    });
  runbook
    .command('show')
    .argument('<id>')
    .option(...option)
    .description('the steps of one runbook as text')
    .action((id: string, { folder: from }: { folder: string }) => {
      const { runbooks, faults } = readLibrary(from);
      if (faults.length > 0) throw new Error(report(faults));
      const found = runbooks.find((one) => one.id === id);
      if (found === undefined) throw new Error(`there is no runbook ${JSON.stringify(id)} in ${from}`);
      process.stdout.write(outline(found));
    });
  runbook
    .command('new')
    .argument('<id>', 'lower-case letters, digits and `-`')
    .option(...option)
    .description('write a first file to begin with')
    .action((id: string, { folder: into }: { folder: string }) => begin(id, into));
  runbook
    .command('schema')
    .option('--write <file>', 'write it there, such as runbooks/runbook.schema.json')
    .description('the JSON Schema by which editors complete runbooks')
    .action(({ write }: { write?: string }) => {
      if (write === undefined) process.stdout.write(schemaText());
      else writeFileSync(write, schemaText());
    });
  return runbook;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const praise = (count: number): string => {
  if (count === 0) return 'There are no runbooks here.';
  return count === 1 ? '1 runbook has no faults.' : `${count} runbooks have no faults.`;
};

const report = (faults: readonly Fault[]): string =>
  ['the runbooks have faults:', ...faults.map((fault) => `  ${printFault(fault)}`)].join('\n');

/** Writes the first file of a runbook; nothing that exists is touched. */
function begin(id: string, into: string): void {
  const file = join(into, `${id}.yaml`);
  const text = starter(id);
  const [fault] = readRunbook(file, text).faults;
  if (fault !== undefined) throw new Error(`${fault.problem}; ${fault.remedy}`);
  mkdirSync(into, { recursive: true });
  if (!create(file, text)) throw new Error(`${file} exists already, and was left as it is`);
  print(`Wrote ${file}.`);
}

/** Whether there was no such file, and there is now. */
function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const starter = (id: string): string => `# yaml-language-server: $schema=./runbook.schema.json
# docs/runbooks.md explains every key. Check this file with: npm run vigie -- runbook lint
id: ${id}
title: Service unreachable
about: The service does not answer. Find out why, restart it, or hand over.

# Chosen when all of these accept the labels of one firing alert. Without \`match\` it is started by hand.
match: ['alertname="ServiceDown"', 'severity="critical"']

steps:
  # Vigie asks by itself, and shows what was answered.
  - id: health
    title: Does the health endpoint answer?
    check: {http: {url: '{{service.health_url}}', expect: 200, timeout: 5s}}
    auto: true
    next: confirm # it answers
    on_failure: restart # it does not

  # Changes the workload after a preview, and proves that it helped.
  - id: restart
    title: Restart {{service.name}}
    action: {restart: {target: '{{service.target}}'}}
    verify: {rollout: 300s, alert_clears: 5m}
    next: confirm
    on_failure: hand-over

  - id: hand-over
    title: Call the next level
    escalate: {level: next, note: 'The restart of {{service.name}} did not help.'}

  # A person does this and presses Done.
  - id: confirm
    title: Tell what happened
    instruction: |
      Write what caused it into the channel.
`;
