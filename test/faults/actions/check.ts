/** The check: everything that must hold of actions after a run, whatever was killed. Pure, so that it can be tried on broken scenes. */
import type { Violation } from '../check-record.ts';
import { cards } from './check-cards.ts';
import { onceEach, onlyApproved, rightPlace, toldAsItWas } from './check-landings.ts';
import { inOrder, oneAtATime, recorded, stuck } from './check-runs.ts';
import { storiesOf } from './scene.ts';
import type { Scene } from './scene.ts';

/** Compares what was promised with what is there. Empty when all promises were kept. */
export function check(scene: Scene): readonly Violation[] {
  const { stories, strays } = storiesOf(scene);
  return [
    ...onlyApproved(stories, strays),
    ...onceEach(stories),
    ...rightPlace(stories, scene.deploys),
    ...toldAsItWas(stories, scene.frozen),
    ...inOrder(stories),
    ...oneAtATime(stories),
    ...recorded(stories, scene.told),
    ...stuck(stories, scene.observation),
    ...cards(stories, scene),
  ];
}
