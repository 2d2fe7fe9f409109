/** All listeners. */
import type { App } from '@slack/bolt';
import { listenToRunAskings } from './ask-run.ts';
import { listenToAskings } from './ask-step.ts';
import { listenToClosing } from './close.ts';
import { listenToCommand } from './command.ts';
import { listenToDeclaring } from './declare.ts';
import type { Desk } from './desk.ts';
import { listenToDoing } from './do.ts';
import { listenToPaging } from './page.ts';
import { listenToPresses } from './press.ts';
import { listenToRuns } from './run.ts';
import { listenToSteps } from './step.ts';
import { listenToStrays } from './stray.ts';

/** Registers every listener. */
export function listen(app: App, desk: Desk): void {
  const everyday = [listenToCommand, listenToPresses, listenToClosing, listenToPaging, listenToDeclaring];
  const runbooks = [listenToSteps, listenToAskings];
  const actions = [listenToRuns, listenToRunAskings, listenToDoing];
  for (const listener of [...everyday, ...runbooks, ...actions, listenToStrays]) listener(app, desk);
}
