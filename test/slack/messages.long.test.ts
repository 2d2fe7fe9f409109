/** Cards, announcements, notes and the thread, as they are performed. */
import { describe, expect, it } from 'vitest';
import { alertAt, startEvening } from './evening.ts';
import type { Evening, EveningOptions } from './evening.ts';

const name = 'inc-1-higherrorrate-checkout';
const minutes = (count: number): number => count * 60_000;

async function triggered(options: EveningOptions = {}): Promise<Evening> {
  const evening = await startEvening(options);
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  return evening;
}

/** What the app's messages of a channel show, oldest first. */
const shown = ({ slack }: Evening, channel: string) =>
  slack
    .channel(channel)
    .messages.filter(({ byApp }) => byApp)
    .map(({ blocks, ...rest }) => ({ ...rest, shows: JSON.stringify(blocks) }));

describe('a card', () => {
  it('that somebody deleted is posted anew and pinned', async () => {
    await using evening = await triggered();
    const headers = { authorization: 'Bearer xoxb-sandbox' };
    const { id, pins } = evening.slack.channel(name);
    const body = new URLSearchParams({ channel: id, ts: pins[0] ?? '' });
    await fetch(`${evening.slack.url}chat.delete`, { method: 'POST', headers, body });
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.perform();
    expect(evening.faults).toEqual([]);
    expect(evening.slack.channel(name).pins).toHaveLength(1);
    expect(shown(evening, name).map(({ shows }) => shows)).toEqual([
      expect.stringContaining('acknowledged'),
      expect.stringContaining('ana acknowledged for 30 min.'),
    ]);
  });

  it('that comes late says so, and goes on saying so', async () => {
    await using evening = await startEvening();
    evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
    await evening.wait(minutes(25));
    await evening.perform();
    const late = 'posted 25 min late: Slack was unreachable';
    expect(shown(evening, name)[0]?.shows).toContain(late);
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.slack.until(() => shown(evening, '#incidents')[0]?.shows.includes('held by'));
    await evening.perform();
    expect(shown(evening, name)[0]?.shows).toContain(late);
    expect(shown(evening, '#incidents')[0]?.shows).toContain(late);
  });

  it('is posted to a channel that it makes itself when the effect before it was given up', async () => {
    await using evening = await startEvening();
    evening.slack.fault({ method: 'conversations.create', times: 1, fault: { error: 'restricted_action' } });
    evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
    await evening.perform(1);
    await evening.perform();
    const made = evening.slack.state().channels.filter((channel) => channel.name === name);
    expect(made.map(({ messages }) => messages.filter(({ subtype }) => subtype === null).length)).toEqual([1]);
  });
});

describe('an announcement', () => {
  it('links to a channel that was made while it was posted', async () => {
    let made = false;
    await using evening = await startEvening({
      receipts: (usual) => ({
        async get(purpose) {
          if (purpose !== 'channel') return usual.get(purpose);
          // The other lane makes the channel after this one has looked for it.
          const place = made ? 'C0GENERAL' : undefined;
          made = true;
          return place;
        },
        put: usual.put,
      }),
    });
    evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
    await evening.performNext();
    expect(shown(evening, '#incidents')[0]?.shows).toContain('"channel_id":"C0GENERAL"');
  });
});

describe('the thread', () => {
  it('is told of later alerts in one message, ten lines at most, and of each change once', async () => {
    await using evening = await triggered();
    const now = evening.slack.clock.now();
    await evening.wait(minutes(1));
    const later = Array.from({ length: 15 }, (_, index) => alertAt(now, `Later${index}`));
    evening.report(later.slice(0, 3));
    evening.report(later);
    await evening.perform();
    const replies = () => shown(evening, name).filter(({ threadTs }) => threadTs !== null);
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.text).toBe('Alerts changed: 15 firing');
    expect(replies()[0]?.shows).toContain('and 6 more (6 firing)');
    await evening.wait(minutes(1));
    evening.report([alertAt(now, 'Later3', { status: 'resolved', endsAt: evening.slack.clock.now() })]);
    await evening.perform();
    expect(replies().map(({ text }) => text)).toEqual(['Alerts changed: 15 firing', 'Alerts changed: 1 resolved']);
    evening.slack.assertClean();
  });
});

describe('a note', () => {
  it('calls the holder by name when the acknowledgement ends soon', async () => {
    await using evening = await triggered();
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.wait(minutes(26));
    await evening.perform();
    const [last] = shown(evening, name).slice(-1);
    expect(last?.shows).toContain('{"type":"user","user_id":"U0ANA"}');
    expect(last?.text).toContain('your acknowledgement ends in');
  });

  it('is shown in the announcement channel when the severity rises', async () => {
    await using evening = await startEvening();
    const now = evening.slack.clock.now();
    evening.report([alertAt(now, 'HighErrorRate', { severity: 'warning' })]);
    await evening.perform();
    evening.report([alertAt(now, 'HighErrorRate', { startsAt: now + 1 })]);
    await evening.perform();
    const notes = shown(evening, '#incidents').filter(({ threadTs }) => threadTs !== null);
    expect(notes.map(({ text, broadcast }) => [text, broadcast])).toEqual([
      ['Severity rose from warning to critical.', true],
    ]);
  });

  it('stands by itself when there is no announcement to reply to', async () => {
    await using evening = await startEvening();
    evening.slack.fault({ method: 'chat.postMessage', fault: { error: 'invalid_blocks' } });
    const now = evening.slack.clock.now();
    evening.report([alertAt(now, 'HighErrorRate', { severity: 'warning' })]);
    evening.report([alertAt(now, 'HighErrorRate', { startsAt: now + 1 })]);
    await evening.perform();
    expect(shown(evening, '#incidents').map(({ text }) => text)).toContain(
      'Incident 1: Severity rose from warning to critical.',
    );
  });

  it('whose text is hostile is shown as it is and calls nobody', async () => {
    await using evening = await triggered();
    evening.slack.join('ana', name);
    await evening.slack.command('ana', name, '/incident resolve <!channel> *all* good');
    await evening.perform();
    const [note] = shown(evening, name).slice(-1);
    expect(note?.text).toBe('ana closed the incident while it was firing: &lt;!channel&gt; *all* good.');
    expect(note?.shows).toContain('closed the incident while it was firing: <!channel> *all* good');
    expect(note?.shows).not.toContain('mrkdwn');
  });
});
