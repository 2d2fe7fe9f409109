/** All listeners. */
import type { App } from '@slack/bolt';
import { listenToAskings } from './ask-step.ts';
import { listenToClosing } from './close.ts';
import { listenToCommand } from './command.ts';
import { listenToDeclaring } from './declare.ts';
import type { Desk } from './desk.ts';
import { listenToPresses } from './press.ts';
import { listenToSteps } from './step.ts';
import { listenToStrays } from './stray.ts';

/** Registers every listener. */
export function listen(app: App, desk: Desk): void {
  const everyday = [listenToCommand, listenToPresses, listenToClosing, listenToDeclaring];
  for (const listener of [...everyday, listenToSteps, listenToAskings, listenToStrays]) listener(app, desk);
}
