/** Forms about actions: to ask for one, to keep what one changed, and to break the glass. */
import { describe, expect, it } from 'vitest';
import { acting, actingEvening, asked, planned, refused, run, runCard, scaled, typed } from './actions.ts';
import type { Evening } from './evening.ts';
import { channel } from './runbooks.ts';

/** Presses a button and gives the form that opens. */
async function form({ slack }: Evening, who: string, label: string): Promise<string> {
  const opened = await slack.click(who, channel, 'newest', label);
  return (await slack.until(() => opened.view)).id;
}

const errors = (body: string): unknown => (JSON.parse(body) as { errors: unknown }).errors;

describe('the form that keeps a change', () => {
  it('takes an owner, a date and a reason, and the incident can be closed', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    const id = await form(evening, 'ana', 'Keep…');
    const until = Math.floor(evening.slack.clock.now() / 1000) + 3 * 86_400;
    const given = { 'vigie.person': 'ben', 'vigie.until': until, 'vigie.reason': 'the sale <!here> lasts' };
    await evening.slack.submit('ana', id, given);
    await evening.slack.until(() => runCard(evening).shows.includes('Kept:'));
    expect(run(evening).left).toEqual({
      ...{ is: 'kept', owner: { id: 'U0BEN', name: 'ben' } },
      ...{ until: until * 1000, why: 'the sale <!here> lasts' },
    });
    expect(runCard(evening).shows).toContain('vigie.run.revert');
    await evening.perform();
    const closing = await form(evening, 'ana', 'Resolve');
    const view = evening.slack.state().views.find((each) => each.id === closing);
    expect(JSON.stringify(view?.body)).toContain('Changed: checkout scaled to 6 (run 1-1)');
    await evening.slack.submit('ana', closing, { 'vigie.reason': 'over' });
    expect(evening.memory.incident().human.is).toBe('closed');
    evening.slack.assertClean();
  });

  it('offers tomorrow, refuses the past and bots, and asks again when the time is over', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    const id = await form(evening, 'ana', 'Keep…');
    const past = await evening.slack.submit('ana', id, { 'vigie.until': 1_700_000_000, 'vigie.reason': 'x' });
    expect(errors(past.body)).toEqual({ 'vigie.reason': 'Say until when it is kept.' });
    const tomorrow = Math.floor(evening.slack.clock.now() / 1000) + 86_400;
    const bot = await evening.slack.submit('ana', id, { 'vigie.until': tomorrow, 'vigie.person': 'vigie' });
    expect(errors(bot.body)).toEqual({ 'vigie.reason': 'Choose a person, not Vigie.' });
    await evening.slack.submit('ana', id, { 'vigie.person': 'ana' });
    expect(run(evening).left).toMatchObject({ is: 'kept', owner: { name: 'ana' } });
    await evening.wait(86_400_000 + 60_000);
    await evening.perform();
    expect(runCard(evening).shows).toContain('Still changed:');
    expect(evening.slack.newest(channel).text).toContain('was to be kept until now');
  });

  it('is not opened for somebody who may not, or when nothing is changed any more', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    expect(await refused(evening, 'eve', 'Keep…')).toContain('Only responders may resolve an incident');
    const by = { id: 'U0BEN', name: 'ben' };
    const at = evening.slack.clock.now();
    evening.memory.record(1, { type: 'ChangeKept', at, by, run: '1-1', owner: by, until: at + 1000, why: 'x' });
    expect(await refused(evening, 'ana', 'Keep…')).toContain('has left nothing changed');
    await evening.slack.until(() => !runCard(evening).shows.includes('vigie.run.keep'));
  });
});

describe('the form that breaks the glass', () => {
  it('asks an admin for a reason, announces it, and needs nobody else', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'rollback', { who: 'chloe' });
    expect(await refused(evening, 'ana', 'Break the glass…')).toContain('Only admins may');
    const id = await form(evening, 'chloe', 'Break the glass…');
    await evening.slack.submit('chloe', id, { 'vigie.reason': 'checkout <!channel> is down' });
    expect(run(evening)).toMatchObject({ id: '1-2', breakGlass: 'checkout <!channel> is down' });
    planned(evening);
    await evening.perform();
    expect(run(evening).stand.is).toBe('running');
    expect(runCard(evening, '1-2').shows).toContain('Broke the glass:');
    expect(runCard(evening).text).toContain('called off');
    expect(runCard(evening).shows).not.toContain('vigie.buttons');
    const notes = evening.slack.channel('#incidents').messages.map(({ text }) => text);
    expect(notes.some((text) => text.includes('BROKE THE GLASS'))).toBe(true);
    evening.slack.assertClean();
  });

  it('is offered for a plan that was refused because of a warning', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'scale 6', { plan: { warnings: [{ text: 'Argo CD will undo it.', blocks: true }] } });
    expect(runCard(evening).text).toContain('refused, not done');
    expect(runCard(evening).shows).toContain('Argo CD will undo it. An admin may break the glass.');
    const id = await form(evening, 'dan', 'Break the glass…');
    const empty = await evening.slack.submit('dan', id, { 'vigie.reason': ' ' });
    expect(errors(empty.body)).toEqual({ 'vigie.reason': 'Say why: everybody reads it, and it is kept.' });
    const sent = await evening.slack.submit('dan', id, { 'vigie.reason': 'Argo is down, too' });
    await sent.again();
    expect(Object.keys(evening.memory.incident().runs)).toEqual(['1-1', '1-2']);
    expect(run(evening)).toMatchObject({ order: { verb: 'scale', to: 6 }, by: { name: 'dan' } });
  });
});

describe('the form that asks for an action', () => {
  async function open(evening: Evening, line: string, who = 'ana') {
    const opened = await evening.slack.command(who, channel, line);
    return evening.slack.until(() => opened.view);
  }

  it('opens with the service of the incident, and asks for what the verb takes', async () => {
    await using evening = await actingEvening();
    const view = await open(evening, '/incident do scale');
    expect(JSON.stringify(view.values)).toContain('"value":"checkout"');
    expect(JSON.stringify(view.values)).toContain('"value":"scale"');
    const without = await evening.slack.submit('ana', view.id, {});
    expect(errors(without.body)).toEqual({ 'vigie.parameter': 'Say how many pods, such as 6.' });
    await evening.slack.submit('ana', view.id, { 'vigie.parameter': '6' });
    expect(run(evening)).toMatchObject({ order: { verb: 'scale', to: 6 }, target: 'eu-1/shop/Deployment/checkout' });
    evening.slack.assertClean();
  });

  it('says at the form why it is refused: a free workload and breaking the glass are for admins', async () => {
    await using evening = await actingEvening();
    const { id } = await open(evening, '/incident do');
    const free = { 'vigie.verb': 'restart', 'vigie.target': 'eu-1/shop/Deployment/other' };
    expect(errors((await evening.slack.submit('ana', id, free)).body)).toEqual({
      'vigie.verb': 'Only admins may act on a workload of no service, and you are a responder. Ask an admin.',
    });
    const glass = { 'vigie.target': null, 'vigie.glass': 'now' };
    expect(JSON.stringify(errors((await evening.slack.submit('ana', id, glass)).body))).toContain('break the glass');
    const nowhere = { 'vigie.target': 'nonsense', 'vigie.glass': null };
    expect(JSON.stringify(errors((await evening.slack.submit('ana', id, nowhere)).body))).toContain(
      'neither a service',
    );
    expect(evening.memory.incident().runs).toEqual({});
    const admins = await open(evening, '/incident do', 'chloe');
    await evening.slack.submit('chloe', admins.id, { ...free, 'vigie.glass': 'it is on fire' });
    expect(run(evening)).toMatchObject({ target: 'eu-1/shop/Deployment/other', breakGlass: 'it is on fire' });
  });

  it('is not opened where no incident is meant, or no cluster is configured', async () => {
    await using evening = await actingEvening();
    const { ephemeral } = await evening.slack.command('ana', '#incidents', '/incident do');
    expect(ephemeral[0]?.text).toMatch(/\/incident do #12$/u);
    const able = { act: false, diagnose: false, page: false, automate: false };
    await using idle = await actingEvening({ rules: { ...acting, able } });
    expect(await typed(idle, '/incident do')).toBe("No cluster is configured, so Vigie can't do this. Do it by hand.");
  });
});
