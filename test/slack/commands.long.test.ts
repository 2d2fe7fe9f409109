/** The command and the forms: what people type, and what they are answered. */
import { describe, expect, it } from 'vitest';
import { alertAt, startEvening } from './evening.ts';
import type { Evening, EveningOptions } from './evening.ts';

const channel = '#inc-1-higherrorrate-checkout';

async function triggered(options: EveningOptions = {}): Promise<Evening> {
  const evening = await startEvening(options);
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  evening.slack.join('ana', channel);
  return evening;
}

/** Types a command and gives the answer as text. */
async function type({ slack }: Evening, line: string, where = '#incidents'): Promise<string> {
  const { ephemeral, status } = await slack.command('ana', where, line);
  expect(status).toBe(200);
  return ephemeral.map(({ text }) => text).join('\n');
}

describe('a command', () => {
  it('declares an incident and says where it will be', async () => {
    await using evening = await startEvening();
    expect(await type(evening, '/incident declare critical R&D: <db> is *down*')).toBe(
      'Incident 1 is declared: its channel is being made.',
    );
    expect(evening.memory.incident()).toMatchObject({ title: 'R&D: <db> is *down*', severity: 'critical' });
    await evening.perform();
    expect(evening.slack.channel('#inc-1-r-d-db-is-down').members).toContain('U0ANA');
    evening.slack.assertClean();
  });

  it('in the channel of an incident means that incident', async () => {
    await using evening = await triggered();
    expect(await type(evening, '/incident ack', channel)).toBe('You hold incident 1 for 30 min.');
    expect(await type(evening, '/incident commander', channel)).toBe('You command incident 1.');
    expect(await type(evening, '/incident resolve', channel)).toMatch(/^Incident 1 is still acknowledged\. .*reason/);
    expect(await type(evening, '/incident resolve rolled back', channel)).toBe('Incident 1 is closed.');
    expect(evening.memory.incident().human).toMatchObject({ is: 'closed', reason: 'rolled back' });
  });

  it('elsewhere needs a number, and an unknown one is said to be unknown', async () => {
    await using evening = await triggered();
    expect(await type(evening, '/incident ack')).toMatch(/^Which incident\? .* \/incident ack 12$/);
    expect(await type(evening, '/incident status 99')).toBe('There is no incident 99.');
    expect(await type(evening, '/incident ack #1')).toBe('You hold incident 1 for 30 min.');
  });

  it('whose reason begins with a number does not close another incident', async () => {
    await using evening = await triggered();
    expect(await type(evening, '/incident resolve 3 pods were stuck', channel)).toBe(
      'Is 3 an incident, or a part of the reason? Write /incident resolve #3 &lt;reason&gt;, ' +
        'or /incident resolve 1 3 &lt;reason&gt;',
    );
    expect(await type(evening, '/incident resolve 1 3 pods were stuck', channel)).toBe('Incident 1 is closed.');
    expect(evening.memory.incident().human).toMatchObject({ reason: '3 pods were stuck' });
  });

  it('lists open incidents, ten at most, and none as none', async () => {
    await using evening = await startEvening();
    expect(await type(evening, '/incident list')).toBe('No open incidents.');
    const now = evening.slack.clock.now();
    for (let group = 1; group <= 12; group++) evening.report([alertAt(now, `Alert${group}`)], `group ${group}`);
    await evening.perform();
    const { ephemeral } = await evening.slack.command('ana', '#incidents', '/incident list');
    const rows = JSON.stringify(ephemeral[0]?.blocks).split(String.raw`"\n"`);
    expect(rows).toHaveLength(11);
    expect(rows[0]).toContain('"type":"channel"');
    expect(rows[10]).toContain('and 2 more');
  });

  it('shows the card to one person, with buttons that work', async () => {
    await using evening = await triggered();
    await type(evening, '/incident status 1');
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    const drawn = () => JSON.stringify(evening.slack.channel('#incidents').ephemerals);
    await evening.slack.until(() => drawn().includes('acknowledged'));
    expect(drawn()).not.toContain('vigie.acknowledge');
    await evening.slack.click('ana', '#incidents', 'newest', 'Resolve');
    await evening.slack.until(() => evening.slack.channel('#incidents').ephemerals.length === 0);
  });

  it('that is not known gets the help and the nearest one', async () => {
    await using evening = await startEvening();
    expect(await type(evening, '/incident reslove 12')).toBe(
      'I don\'t know "reslove". Did you mean `/incident resolve`?',
    );
    const { body } = await evening.slack.command('ana', '#incidents', '/incident help');
    for (const word of ['declare', 'list', 'status', 'ack', 'commander', 'resolve', 'help']) {
      expect(body).toContain(`/incident ${word}`);
    }
  });

  it('that the store does not take in time says that nothing was recorded', async () => {
    await using evening = await startEvening({ record: () => () => Promise.reject(new Error('too slow')) });
    expect(await type(evening, '/incident declare db is down')).toBe(
      "Not recorded: Vigie's database did not answer in time. Look at /incident list, then try again.",
    );
  });
});

describe('the form to declare', () => {
  it('opens without an argument, records once, and says where the incident will be', async () => {
    await using evening = await startEvening();
    const { slack, memory } = evening;
    const opened = await slack.command('ana', '#incidents', '/incident');
    const form = await slack.until(() => opened.view);
    const sent = await slack.submit('ana', form.id, {
      'vigie.title': 'Checkout answers 502',
      'vigie.severity': 'critical',
    });
    expect(JSON.stringify(sent.view?.body)).toContain('Incident 1 is declared: its channel is being made.');
    await sent.again();
    expect(memory.incidents()).toHaveLength(1);
    expect(memory.incident()).toMatchObject({ title: 'Checkout answers 502', severity: 'critical', kind: 'declared' });
    slack.assertClean();
  });

  it('keeps the severity that was typed, and stays open when the store is away', async () => {
    await using evening = await startEvening({ record: () => () => Promise.reject(new Error('too slow')) });
    const { slack } = evening;
    const opened = await slack.command('ana', '#incidents', '/incident declare warning');
    const form = await slack.until(() => opened.view);
    expect(JSON.stringify(form.values)).toContain('"value":"warning"');
    const sent = await slack.submit('ana', form.id, { 'vigie.title': 'Checkout answers 502' });
    expect(JSON.parse(sent.body)).toEqual({
      response_action: 'errors',
      errors: { 'vigie.title': 'Not recorded, press again.' },
    });
  });

  it('does not hold up the answer, however slowly it opens', async () => {
    await using evening = await startEvening();
    evening.slack.fault({ method: 'views.open', fault: { delayMs: 1500 } });
    const opened = await evening.slack.command('ana', '#incidents', '/incident');
    expect(opened.status).toBe(200);
    expect(opened.view).toBeNull();
    await evening.slack.until(() => opened.view);
  });

  it('that does not open is said not to have opened', async () => {
    await using evening = await startEvening();
    evening.slack.fault({ method: 'views.open', times: 2, fault: { error: 'internal_error' } });
    const opened = await evening.slack.command('ana', '#incidents', '/incident');
    const [answer] = await evening.slack.until(() => opened.ephemeral.length > 0 && opened.ephemeral);
    expect(answer?.text).toMatch(/^The form did not open\./);
  });
});

describe('the form to close', () => {
  it('asks why while something fires, closes, and the pressed message shows the end at once', async () => {
    await using evening = await triggered();
    const { slack } = evening;
    const pressed = await slack.click('ana', channel, 'newest', 'Resolve');
    const form = await slack.until(() => pressed.view);
    expect(JSON.stringify(form.body)).toContain('1 alert still firing.');
    await slack.submit('ana', form.id, { 'vigie.reason': 'rolled back' });
    await slack.until(() => JSON.stringify(slack.newest(channel).blocks).includes('Closed after'));
    expect(JSON.stringify(slack.newest(channel).blocks)).not.toContain('vigie.buttons');
    await evening.perform();
    slack.assertClean();
  });

  it('shows the refusal under the reason when somebody was faster', async () => {
    await using evening = await triggered();
    const { slack, memory } = evening;
    const pressed = await slack.click('ana', '#incidents', 'newest', 'Resolve');
    const form = await slack.until(() => pressed.view);
    memory.record(1, { type: 'Closed', at: slack.clock.now(), by: { id: 'U0BEN', name: 'ben' }, reason: 'x' });
    const sent = await slack.submit('ana', form.id, { 'vigie.reason': 'rolled back' });
    expect(JSON.parse(sent.body)).toEqual({
      response_action: 'errors',
      errors: { 'vigie.reason': 'Incident 1 was closed by ben.' },
    });
    const again = await slack.click('ana', '#incidents', 'newest', 'Resolve');
    const [answer] = await slack.until(() => again.ephemeral.length > 0 && again.ephemeral);
    expect(answer?.text).toBe('Incident 1 was closed by ben.');
  });

  it('of an incident whose alerts are clear may be sent without a reason', async () => {
    await using evening = await triggered();
    const { slack, memory } = evening;
    evening.report([alertAt(slack.clock.now(), 'HighErrorRate', { status: 'resolved', endsAt: slack.clock.now() })]);
    await evening.perform();
    const early = await slack.click('ana', channel, 'newest', 'Resolve');
    expect(JSON.stringify((await slack.until(() => early.view)).body)).toContain('"optional":true');
    await evening.wait(301_000);
    await evening.perform();
    const pressed = await slack.click('ana', channel, 'newest', 'Close');
    const form = await slack.until(() => pressed.view);
    await slack.submit('ana', form.id, {});
    expect(memory.incident().human).toMatchObject({ is: 'closed', reason: '' });
  });
});
