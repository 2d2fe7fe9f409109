/** Walks a runbook without any neighbour and prints what people would see: `npm run vigie -- runbook simulate <file>`. */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { printFault } from '../config/fault.ts';
import { readLibrary } from '../config/runbooks/library.ts';
import { phaseOf } from '../incident/incident.ts';
import { standingOf } from '../runbook/advance.ts';
import { readAnswers } from './answers.ts';
import type { Answers } from './answers.ts';
import { begin, factsOf } from './opening.ts';
import type { Simulation } from './opening.ts';
import { advance, say, take } from './stage.ts';
import type { Stage } from './stage.ts';
import { turn } from './turn.ts';

/** Steps after which a walk is taken for endless. */
const mostSteps = 300;

/** The transcript of a walk to its end. Throws an error that says what to do when an answer does not fit. */
export function simulate(given: Simulation, answers: Answers): string {
  const { decision, at, about } = begin(given);
  const stage: Stage = {
    incident: decision.incident,
    now: at,
    started: at,
    wakes: [],
    asks: [],
    visit: { number: 0, answer: null },
    answers: new Map(answers),
    facts: factsOf(given),
    lines: [...about, ''],
  };
  take(stage, decision, '');
  while (standingOf(stage.incident.walk) !== null) {
    if ((stage.incident.walk?.visits ?? 0) >= mostSteps) {
      say(stage, `Stopped after ${mostSteps} steps: this walk does not end.`);
      break;
    }
    turn(stage);
  }
  const held = stage.wakes.filter(({ wake }) => wake.type === 'HoldEnded');
  for (const { at: due } of held) advance(stage, due);
  return `${[...stage.lines, '', ...summary(stage)].map(shown).join('\n')}\n`;
}

/** A label may hold control characters, which must not reach a terminal. */
// oxlint-disable-next-line no-control-regex -- these are what is replaced
const shown = (line: string): string => line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD').trimEnd();

function summary({ incident, answers }: Stage): readonly string[] {
  const past = incident.walk?.past ?? [];
  const counts = (['passed', 'done', 'failed', 'skipped'] as const).flatMap((result) => {
    const count = past.filter((visit) => visit.result === result).length;
    return count === 0 ? [] : [`${count} ${result}`];
  });
  const unused = [...answers].flatMap(([step, left]) => (left.length === 0 ? [] : [step]));
  return [
    `Steps: ${counts.join(', ')}. The incident is ${phaseOf(incident)}.`,
    ...(unused.length === 0 ? [] : [`Answers that were not needed: ${unused.join(', ')}.`]),
  ];
}

/** Adds `simulate` to the group of commands around runbooks. */
export function simulateCommand(group: Command): void {
  group
    .command('simulate')
    .argument('<file>', 'a runbook, such as runbooks/service-unreachable.yaml')
    .option('--labels <pairs>', 'labels of the alert, `name=value,…`; may be repeated', pairs, {})
    .option('--annotations <pairs>', 'annotations of the alert', pairs, {})
    .option(
      '--service <pairs>',
      'what the configuration says of the service: name, environment, target, health_url',
      pairs,
      {},
    )
    .option('--answers <file>', 'what each step meets; without it everything goes well')
    .description('walk a runbook without any neighbour and print what people would see')
    .action((file: string, options: Options) => {
      const { labels, annotations, service } = options;
      const answers = options.answers === undefined ? new Map() : readAnswers(options.answers, read(options.answers));
      const { runbooks, faults } = readLibrary(dirname(file));
      if (faults.length > 0) throw new Error(['the runbooks have faults:', ...faults.map(printFault)].join('\n  '));
      const runbook = runbooks.find(({ id }) => `${id}.yaml` === basename(file));
      if (runbook === undefined) throw new Error(`there is no runbook ${file}`);
      process.stdout.write(simulate({ runbook, library: runbooks, labels, annotations, service }, answers));
    });
}

type Pairs = Readonly<Record<string, string>>;

interface Options {
  readonly labels: Pairs;
  readonly annotations: Pairs;
  readonly service: Pairs;
  readonly answers?: string;
}

/** `a=1,b=2` after what was given before. A comma parts only where another `name=` follows. */
function pairs(text: string, before: Pairs): Pairs {
  const parts = text.split(/,(?=[a-zA-Z_]\w*=)/).map((part) => {
    const at = part.indexOf('=');
    if (at < 1) throw new Error(`${JSON.stringify(part)} is not a pair; write \`name=value\``);
    return [part.slice(0, at), part.slice(at + 1)] as const;
  });
  return { ...before, ...Object.fromEntries(parts) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`reading the answers in ${file}`, { cause: error });
  }
}
