/** All listeners. */
import type { App } from '@slack/bolt';
import { listenToClosing } from './close.ts';
import { listenToCommand } from './command.ts';
import { listenToDeclaring } from './declare.ts';
import type { Desk } from './desk.ts';
import { listenToPresses } from './press.ts';
import { listenToStrays } from './stray.ts';

/** Registers every listener. */
export function listen(app: App, desk: Desk): void {
  for (const listener of [listenToCommand, listenToPresses, listenToClosing, listenToDeclaring, listenToStrays]) {
    listener(app, desk);
  }
}
