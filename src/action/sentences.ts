/** Lines about actions as sentences. Texts from the cluster are hostile until a room escapes them. */
import { fullStop } from '../access/spoken.ts';
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
        : `${line.by.name} BROKE THE GLASS for run ${line.run}: ${what}${back}. Reason: ${fullStop(line.breakGlass)}`;
    }
    case 'PlanMade': {
      const { needed, plan } = line;
      const changes = plan.differences.length === 0 ? '' : `: ${counted(plan.differences.length, 'difference')}`;
      return `The plan of run ${line.run} (${what}) is made${changes}.${waits(needed)}`;
    }
    case 'ActionApproved':
      return `${line.by.name} approved run ${line.run}${line.missing > 0 ? `; ${line.missing} more must agree` : ''}.`;
    case 'ActionBegun':
      return `Run ${line.run} begins: ${what}, by the word of ${line.by.map(({ name }) => name).join(' and ')}.`;
    case 'ActionLanded':
      return fullStop(`Run ${line.run} landed: ${line.says}`);
    case 'RolloutMoved': {
      const { done, total, state, says } = line.progress;
      return fullStop(
        `Run ${line.run} is ${state}: ${done} of ${counted(total, 'pod')}${says === '' ? '' : `, ${says}`}`,
      );
    }
    case 'RunEnded':
      return line.outcome === 'unknown'
        ? `Nobody knows what became of run ${line.run} (${what}): ${fullStop(line.says)} Look before anything is done again.`
        : fullStop(`Run ${line.run} (${what}) ${ends[line.outcome]}: ${line.says}`);
    case 'ChangeKept':
      return `${line.by.name} keeps what run ${line.run} changed (${what}); it is ${line.owner.name}'s until ${new Date(line.until).toISOString().slice(0, 10)}: ${fullStop(line.why)}`;
    case 'KeepEnded':
      return `${line.owner.name}, what run ${line.run} changed (${what}) was to be kept until now. Revert it, or keep it longer.`;
    case 'WatchResumed':
      return `Run ${line.run} (${what}) is watched again, now that pod ${line.pod} is gone.`;
    case 'ChangeLost':
      return `${line.to === null ? '' : `${line.to.name}, `}what run ${line.run} did (${what}) does not stand any more: ${fullStop(line.says)}`;
    case 'TargetFreed':
      return `${line.to === null ? '' : `${line.to.name}, `}nobody works on ${line.target} any more: run ${line.run} (${spokenOrder(line.order)}) can be asked for again.`;
  }
}

/** Who is waited for. */
function waits(needed: number | null): string {
  if (needed === null) return '';
  if (needed === 0) return ' It waits for a confirmation.';
  return ` ${needed} other ${needed === 1 ? 'person' : 'people'} must agree.`;
}

const ends: Readonly<Record<Exclude<Extract<RunLine, { type: 'RunEnded' }>['outcome'], 'unknown'>, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  superseded: 'was superseded',
  drifted: 'drifted',
  expired: 'expired',
  refused: 'was refused',
  cancelled: 'was called off',
  rehearsed: 'was rehearsed',
};
