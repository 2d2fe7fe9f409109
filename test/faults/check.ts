/** The check: everything that must hold after a run, whatever was killed. Pure, so that it can be tried on broken observations. */
import { answers, shownWalks, toldAtSteps } from './check-answers.ts';
import { checklists } from './check-checklists.ts';
import { brokenWords, episodes, lostAlerts, oneIncidentEach, stuck } from './check-record.ts';
import type { Violation } from './check-record.ts';
import { stuckWalks, visits, ways } from './check-runbook.ts';
import { said, shown } from './check-slack.ts';
import type { Model } from './model.ts';
import type { Observation } from './observe.ts';

/** Compares what was promised with what is there. Empty when all promises were kept. */
export const check = (model: Model, observation: Observation): readonly Violation[] => [
  ...lostAlerts(model, observation),
  ...episodes(observation),
  ...oneIncidentEach(model, observation),
  ...stuck(observation),
  ...brokenWords(model, observation),
  ...shown(observation),
  ...said(observation),
  ...visits(observation),
  ...ways(observation),
  ...stuckWalks(observation),
  ...answers(observation),
  ...toldAtSteps(model, observation),
  ...shownWalks(observation),
  ...checklists(observation),
];
