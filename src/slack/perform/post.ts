/** Posting once, whoever dies when: the receipt, else a message with our mark, else a new post. */
import type { Work } from '../../incident/contracts.ts';
import { ask } from '../faults.ts';
import type { Message } from '../views/text.ts';
import { findOurs, metadataOf } from './find.ts';
import type { Mark } from './find.ts';
import type { Stage } from './stage.ts';

/** What to post and where. */
export interface Posting {
  /** What is posted, for faults: `the card`. */
  readonly what: string;
  readonly purpose: string;
  readonly channel: string;
  /** The first message of a thread to post under; null posts to the channel itself. */
  readonly thread: string | null;
  /** Also show the reply in the channel. */
  readonly broadcast: boolean;
  /** Drawn when it is posted: a first post knows that it is one. */
  readonly draw: (known: string | undefined) => Message;
}

/** Posts a message at most once in the incident's life. Answers its timestamp. */
export async function postOnce(stage: Stage, work: Work, posting: Posting): Promise<string> {
  const known = await work.receipts.get(posting.purpose);
  return known ?? keep(work, posting, (await findEarlier(stage, work, posting)) ?? (await post(stage, work, posting)));
}

/** Makes a message agree with the incident: edits the one there is, posts it when there is none. Answers its timestamp. */
export async function show(stage: Stage, work: Work, posting: Posting): Promise<string> {
  const { purpose, channel, what, draw } = posting;
  const known = (await work.receipts.get(purpose)) ?? (await findEarlier(stage, work, posting));
  if (known === undefined) return keep(work, posting, await post(stage, work, posting));
  const { number } = work.incident;
  const metadata = metadataOf({ incident: number, purpose });
  const edited = await ask(
    `editing ${what} of incident ${number}`,
    // Unlike a post, an edit is parsed for names and links unless told otherwise.
    () => stage.slack.chat.update({ channel, ts: known, metadata, parse: 'none', ...draw(known) }),
    ['message_not_found'],
  );
  // Kept again after an edit too: the outbox spaces edits by the time of this receipt.
  return keep(work, posting, edited === 'message_not_found' ? await post(stage, work, posting) : known);
}

/** Posts, without looking. */
export async function post({ slack }: Stage, work: Work, posting: Posting, more: Partial<Mark> = {}): Promise<string> {
  const { what, purpose, channel, thread, broadcast, draw } = posting;
  const { number } = work.incident;
  work.signal.throwIfAborted();
  const metadata = metadataOf({ incident: number, purpose, ...more });
  const message = { channel, metadata, unfurl_links: false, unfurl_media: false, ...draw(undefined) };
  const { postMessage } = slack.chat;
  const answer = await ask(`posting ${what} of incident ${number}`, () =>
    thread === null ? postMessage(message) : postMessage({ ...message, thread_ts: thread, reply_broadcast: broadcast }),
  );
  if (answer.ts === undefined) throw new Error(`posting ${what} of incident ${number}: Slack named no timestamp`);
  return answer.ts;
}

async function findEarlier(
  { slack }: Stage,
  work: Work,
  { purpose, channel, thread }: Posting,
): Promise<string | undefined> {
  if (work.attempt <= 1) return undefined;
  const ours = await findOurs(slack, work, channel, thread);
  return ours.find(({ mark }) => mark.purpose === purpose)?.ts;
}

async function keep({ receipts }: Work, { purpose }: Posting, ts: string): Promise<string> {
  await receipts.put(purpose, ts);
  return ts;
}
