/** How a listener answers the one person who acted; nobody else sees it. */
import type { RespondArguments, RespondFn } from '@slack/bolt';
import { answerOf } from '../views/notes.ts';
import type { Message } from '../views/text.ts';

/** A message for one person, as acks and response URLs take it. */
export const quietly = (message: Message): RespondArguments => ({
  response_type: 'ephemeral',
  replace_original: false,
  ...message,
});

/** Says a sentence to the person who acted. */
export const tell = (respond: RespondFn, sentence: string): Promise<unknown> => respond(quietly(answerOf(sentence)));

/** For what did not get recorded in time: the press can be repeated, its cause makes both one. */
export const notRecorded = 'Not recorded, press again.';

/** For buttons of another release. */
export const strayButton = 'That button is from another release of Vigie. Look at /incident status instead.';
