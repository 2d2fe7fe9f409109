/** The check: everything that must hold of pages after a run, whatever was killed. Pure, so that it can be tried on broken scenes. */
import { brokenWords, episodes as toldEpisodes, lostAlerts, stuck } from '../check-record.ts';
import type { Violation } from '../check-record.ts';
import { asAsked, forgotten, inTime } from './check-calls.ts';
import { foundByLooking, hooksOnce, noEcho, seenHere } from './check-echo.ts';
import {
  additionsOnce,
  endsTogether,
  heardInTheEnd,
  oneIncidentEach,
  onlyNeedless,
  onTheWire,
  pagesEnd,
  secondOnlyInstead,
} from './check-pagerduty.ts';
import { episodesOf } from './episodes.ts';
import type { Scene } from './scene.ts';

/** Compares what was promised with what is there. Empty when all promises were kept. */
export function check(scene: Scene): readonly Violation[] {
  const { model, observation, unclean } = scene;
  const episodes = episodesOf(scene);
  return [
    ...lostAlerts(model, observation),
    ...toldEpisodes(observation),
    ...stuck(observation),
    ...brokenWords(model, observation),
    ...inTime(episodes),
    ...forgotten(episodes, observation),
    ...asAsked(episodes),
    ...oneIncidentEach(episodes, scene),
    ...endsTogether(episodes),
    ...additionsOnce(episodes),
    ...onTheWire(episodes, scene),
    ...pagesEnd(episodes, scene),
    ...heardInTheEnd(episodes),
    ...onlyNeedless(episodes),
    ...secondOnlyInstead(episodes),
    ...hooksOnce(scene),
    ...noEcho(episodes, scene),
    ...seenHere(episodes, scene),
    ...foundByLooking(episodes, observation.at),
    ...unclean.map((says) => ({ rule: 'the app does what PagerDuty allows', says })),
  ];
}
