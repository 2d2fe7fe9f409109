/** What a run's walks came to, in figures: steps, answers, and presses at the same moment. */
import type { Line } from '../../src/incident/event.ts';
import { faster } from './check-answers.ts';
import { walksOf } from './check-runbook.ts';
import type { Model } from './model.ts';
import type { Observation } from './observe.ts';

/** Figures of the walks. */
export function walkFigures({ steps }: Model, observation: Observation) {
  const walks = walksOf(observation);
  const lines = walks.flatMap((walked) => walked.lines);
  const count = (type: Line['type']): number => lines.filter((line) => line.type === type).length;
  const checks = observation.outbox.filter(({ effect }) => effect.type === 'checks.ask');
  const told = (answer: string): number => steps.filter((deed) => deed.answer === answer).length;
  const raced = steps.filter((deed) => deed.raced);
  return {
    walks: walks.length,
    over: walks.filter(({ walk }) => walk.cursor === null).length,
    steps: count('StepEnded'),
    checksAnswered: count('CheckAnswered'),
    checksClaimedAgain: checks.filter(({ attempts }) => attempts > 1).length,
    checksThatReachedTheNeighbour: observation.asked.length,
    proofs: count('ProofBegun'),
    stoodStillAsFailed: count('StepFailed'),
    checklists: observation.incidents.filter(({ incident }) => incident.kind === 'checklist').length,
    deedsRecorded: told('recorded'),
    deedsRefused: told('refused'),
    deedsUnknown: told('unknown'),
    pressedAtOnce: raced.length,
    racesWon: raced.filter(({ answer }) => answer === 'recorded').length,
    racesLost: raced.filter(({ answer }) => answer === 'refused').length,
    racesLostAndToldToWhom: raced.filter((deed) => deed.answer === 'refused' && faster.test(deed.told)).length,
  };
}

/** The same as lines of a report. */
export const walkLines = (of: ReturnType<typeof walkFigures>): readonly string[] => [
  `  walks            ${of.walks}, of which ${of.over} over; ${of.steps} steps left, ${of.proofs} proofs, ${of.stoodStillAsFailed} stood still as failed; ${of.checklists} checklists`,
  `  checks           ${of.checksAnswered} answered, ${of.checksClaimedAgain} claimed again, ${of.checksThatReachedTheNeighbour} reached the neighbour`,
  `  deeds at steps   ${of.deedsRecorded} recorded, ${of.deedsRefused} refused, ${of.deedsUnknown} unknown; at once ${of.pressedAtOnce}: ${of.racesWon} won, ${of.racesLost} lost, ${of.racesLostAndToldToWhom} told to whom`,
];
