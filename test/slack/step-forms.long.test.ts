/** Forms at a step: a reason to skip it, a person to assign, another step to go to. */
import { describe, expect, it } from 'vitest';
import type { Evening } from './evening.ts';
import { card, channel, press, step, told, walking } from './runbooks.ts';

describe('a form at a step', () => {
  /** Presses a button and gives the form that opens. */
  async function form(evening: Evening, label: string): Promise<string> {
    const opened = await press(evening, label);
    return (await evening.slack.until(() => opened.view)).id;
  }

  it('to skip asks why, and the card shows the next step at once', async () => {
    await using evening = await walking();
    const id = await form(evening, 'Skip');
    await evening.slack.submit('ana', id, { 'vigie.reason': 'done <!here> before' });
    await evening.slack.until(() => card(evening).shows.includes('step 2 of 5'));
    expect(evening.memory.incident().walk?.past[0]).toMatchObject({ result: 'skipped', says: 'done <!here> before' });
    expect(card(evening).shows).toContain('"text":"– "');
    evening.slack.assertClean();
  });

  it('shows the refusal at its input when somebody was faster', async () => {
    await using evening = await walking();
    const id = await form(evening, 'Skip');
    const at = evening.slack.clock.now();
    evening.memory.record(1, { type: 'StepDone', at, by: { id: 'U0BEN', name: 'ben' }, visit: 1, note: '' });
    const sent = await evening.slack.submit('ana', id, { 'vigie.reason': 'no need' });
    expect(JSON.parse(sent.body)).toEqual({
      response_action: 'errors',
      errors: { 'vigie.reason': 'ben finished "Look at checkout" already.' },
    });
  });

  it('to assign takes a person, who is called by name; bots are refused', async () => {
    await using evening = await walking();
    const id = await form(evening, 'Assign');
    const bot = await evening.slack.submit('ana', id, { 'vigie.person': 'vigie' });
    expect(bot.body).toContain('Choose a person');
    await evening.slack.submit('ana', id, { 'vigie.person': 'ben' });
    await evening.slack.until(() => card(evening).shows.includes('Assigned to '));
    await evening.perform();
    expect(evening.memory.incident().walk?.assigned).toEqual({
      'service-unreachable/look': { id: 'U0BEN', name: 'ben' },
    });
    const note = JSON.stringify(evening.slack.newest(channel).blocks);
    expect(note).toContain('{"type":"user","user_id":"U0BEN"},{"type":"text","text":" "}');
    expect(note).toContain('is yours (asked by ana)');
    evening.slack.assertClean();
  });

  it('to assign works while Slack does not tell names', async () => {
    await using evening = await walking();
    evening.slack.fault({ method: 'users.info', times: 5, fault: { error: 'internal_error' } });
    const id = await form(evening, 'Assign');
    await evening.slack.submit('ana', id, { 'vigie.person': 'ben' });
    await evening.perform();
    const note = evening.slack.newest(channel);
    expect(note.text).toBe('<@U0BEN>, "Look at checkout" is yours (asked by ana).');
  });

  it('to go elsewhere lists the other steps', async () => {
    await using evening = await walking();
    const opened = await press(evening, 'Go to…');
    const view = await evening.slack.until(() => opened.view);
    expect(JSON.stringify(view.body)).not.toContain('"value":"look"');
    await evening.slack.submit('ana', view.id, { 'vigie.step': 'page' });
    await evening.slack.until(() => card(evening).shows.includes('step 5 of 5'));
    expect(step(evening)).toBe('page');
  });

  it('is not opened for what would be refused', async () => {
    await using evening = await walking();
    const at = evening.slack.clock.now();
    evening.memory.record(1, { type: 'Closed', at, by: { id: 'U0BEN', name: 'ben' }, reason: 'x' });
    expect(await told(evening, await press(evening, 'Skip'))).toBe('Incident 1 was closed by ben.');
    await evening.slack.until(() => !card(evening).shows.includes('vigie.step'));
  });
});
