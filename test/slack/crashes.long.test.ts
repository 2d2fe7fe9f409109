/** Twice is once: whatever call to Slack loses its answer, and wherever a process dies, people see everything once. */
import { expect, it } from 'vitest';
import { alertAt, startEvening } from './evening.ts';
import type { Evening, EveningOptions } from './evening.ts';
import { followed, pressed } from './runbooks.ts';

/** An evening with everything in it that the room posts, once all alerts are told. */
async function play(evening: Evening): Promise<string> {
  const { slack } = evening;
  const now = slack.clock.now();
  evening.report([alertAt(now, 'HighErrorRate')]);
  await evening.perform();
  await slack.click('ana', '#incidents', 'newest', 'Acknowledge');
  await slack.until(() => slack.newest('#incidents').edits > 1);
  await pressed(evening, 'Done');
  await evening.wait(60_000);
  evening.report([alertAt(now, 'HighLatency', { startsAt: slack.clock.now() })]);
  await evening.perform();
  slack.assertClean();
  return seen(evening);
}

/** What there is to see in the end, without times, timestamps and lines of Slack's own. */
function seen({ slack }: Evening): string {
  const channels = slack.state().channels.map(({ name, topic, purpose, bookmarks, pins, members, messages }) => {
    const ours = messages.filter(({ byApp }) => byApp);
    const texts = ours.map(({ blocks, threadTs, text }) => ({ text, blocks, reply: threadTs !== null }));
    const links = bookmarks.map(({ link }) => link);
    return { name, topic: topic.value, purpose: purpose.value, links, pins: pins.length, members, texts };
  });
  return JSON.stringify(channels, null, 1)
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d\.\d{3}Z| UTC)/g, '<time>')
    .replaceAll(/(?<="timestamp": |!date\^)\d+/g, '<time>')
    .replaceAll(/(?<="block_id": ")(?!vigie)\w+/g, '<id>');
}

const methods = [
  ...['chat.postMessage', 'chat.update', 'conversations.create', 'conversations.setPurpose', 'conversations.setTopic'],
  ...['conversations.invite', 'bookmarks.add', 'pins.add'],
];

it.each(methods)('an evening on which every %s loses its answer once ends like any other', async (method) => {
  await using usual = await startEvening({ rules: followed });
  const expected = await play(usual);
  await using evening = await startEvening({ rules: followed });
  // Every other call is done, and its answer lost; the outbox tries again and finds what it has done.
  for (let call = 0; call < 10; call++) {
    evening.slack.fault({ method, fault: 'lost' });
    evening.slack.fault({ method, fault: { delayMs: 1 } });
  }
  const actual = await play(evening);
  expect(evening.faults.length).toBeGreaterThan(0);
  expect(actual).toBe(expected);
});

it('an evening on which the process dies before every receipt ends like any other', async () => {
  await using usual = await startEvening({ rules: followed });
  const expected = await play(usual);
  const died = new Set<string>();
  const receipts: EveningOptions['receipts'] = (receiptsOf) => ({
    get: (purpose) => receiptsOf.get(purpose),
    async put(purpose, place) {
      const first = !died.has(`${purpose} ${place}`);
      died.add(`${purpose} ${place}`);
      if (first) throw new Error(`died before the receipt of ${purpose}`);
      await receiptsOf.put(purpose, place);
    },
  });
  await using evening = await startEvening({ rules: followed, receipts });
  const actual = await play(evening);
  expect(died.size).toBeGreaterThan(8);
  expect(actual).toBe(expected);
});
