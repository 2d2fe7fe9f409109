/** Lines about actions as sentences. Texts from the cluster are hostile until a room escapes them. */
import { spokenOrder } from './action.ts';
import type { RunLine } from './events.ts';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** One line about an action as one sentence. */
export function runSentence(line: RunLine): string {
  const what = `${spokenOrder(line.order)} of ${line.target}`;
  switch (line.type) {
    case 'ActionAsked': {
      const back = line.undoes === null ? '' : `, to undo run ${line.undoes}`;
      return line.breakGlass === null
        ? `${line.by.name} asked for run ${line.run}: ${what}${back}.`
        : `${line.by.name} BROKE THE GLASS for run ${line.run}: ${what}${back}. Reason: ${line.breakGlass}`;
    }
    case 'PlanMade': {
      const wait =
        line.needed === 0
          ? 'It waits for a confirmation.'
          : `${counted(line.needed, 'other person')} must agree.`.replace('persons', 'people');
      return `The plan of run ${line.run} (${what}) is made: ${counted(line.plan.differences.length, 'difference')}. ${wait}`;
    }
    case 'ActionApproved':
      return `${line.by.name} approved run ${line.run}${line.missing > 0 ? `; ${line.missing} more must agree` : ''}.`;
    case 'ActionBegun':
      return `Run ${line.run} begins: ${what}, by the word of ${line.by.map(({ name }) => name).join(' and ')}.`;
    case 'ActionLanded':
      return `Run ${line.run} landed: ${line.says}`;
    case 'RolloutMoved': {
      const { done, total, state, says } = line.progress;
      return `Run ${line.run} is ${state}: ${done} of ${counted(total, 'pod')}${says === '' ? '.' : `. ${says}`}`;
    }
    case 'RunEnded':
      return line.outcome === 'unknown'
        ? `Nobody knows what became of run ${line.run} (${what}): ${line.says} Look before anything is done again.`
        : `Run ${line.run} (${what}) ${line.outcome === 'refused' ? 'was refused' : line.outcome === 'rehearsed' ? 'was rehearsed' : line.outcome}: ${line.says}`;
    case 'ChangeKept':
      return `${line.by.name} keeps what run ${line.run} changed (${what}); it is ${line.owner.name}'s until ${new Date(line.until).toISOString().slice(0, 10)}: ${line.why}`;
    case 'KeepEnded':
      return `${line.owner.name}, what run ${line.run} changed (${what}) was to be kept until now. Revert it, or keep it longer.`;
  }
}
