/** Modals and the Home tab: triggers, forms and what an acknowledgement does to them. */

import type { AckFn, App, ViewResponseAction } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import type { View } from '../../../sandbox/slack/workspace/state.ts';
import { refusal, startHttpApp, type RunningApp } from './apps.ts';

const plain = (text: string): { type: 'plain_text'; text: string } => ({ type: 'plain_text', text });
const option = (value: string) => ({ text: plain(`Severity ${value}`), value });
const titleInput = {
  type: 'input',
  block_id: 'title_b',
  label: plain('Title'),
  element: { type: 'plain_text_input', action_id: 'title', min_length: 3, max_length: 40 },
};
const severityInput = {
  type: 'input',
  block_id: 'severity_b',
  label: plain('Severity'),
  optional: true,
  element: { type: 'static_select', action_id: 'severity', options: [option('high'), option('low')] },
};
const form = {
  type: 'modal' as const,
  callback_id: 'declare',
  title: plain('Declare an incident'),
  submit: plain('Declare'),
  private_metadata: '{"from":"test"}',
  blocks: [titleInput, severityInput],
};
const other = (text: string) => ({ type: 'modal' as const, title: plain(text), blocks: [] });

let slack: SlackSandbox;
let running: RunningApp;
let trigger = '';
let answer: (ack: AckFn<ViewResponseAction>) => Promise<void>;
let submitted: unknown;

const listen = (app: App): void => {
  app.command('/trigger', async ({ ack, command }) => {
    trigger = command.trigger_id;
    await ack();
  });
  app.command('/declare', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: form });
  });
  app.view('declare', async ({ ack, view }) => {
    submitted = view;
    await answer((response) => ack(response));
  });
};

beforeEach(async () => {
  slack = await startSlack({ standAt: 1_700_000_000_000 });
  running = await startHttpApp(slack, listen);
  answer = (ack) => ack(undefined);
  submitted = undefined;
});
afterEach(async () => {
  await running[Symbol.asyncDispose]();
  await slack[Symbol.asyncDispose]();
});

/** Opens the form for Ana, as her command does. */
const openForm = async (): Promise<View> => {
  const outcome = await slack.command('ana', 'incidents', '/declare');
  return slack.until(() => outcome.view);
};
const freshTrigger = async (): Promise<string> => {
  await slack.command('ana', 'incidents', '/trigger');
  return trigger;
};
const open = (): View[] => slack.state().views.filter((view) => view.open);

describe('a trigger', () => {
  it('opens one modal, within three seconds', async () => {
    const { views } = running.app.client;
    const first = await freshTrigger();
    await views.open({ trigger_id: first, view: other('One') });
    expect(await refusal(views.open({ trigger_id: first, view: other('Two') }))).toBe('exchanged_trigger_id');
    const late = await freshTrigger();
    await slack.clock.advance(3001);
    expect(await refusal(views.open({ trigger_id: late, view: other('Three') }))).toBe('expired_trigger_id');
    expect(await refusal(views.open({ trigger_id: '1.2.abc', view: other('Four') }))).toBe('invalid_trigger_id');
  });

  it('is not used up by a view that is refused', async () => {
    const { views } = running.app.client;
    const id = await freshTrigger();
    expect(await refusal(views.open({ trigger_id: id, view: other('x'.repeat(25)) }))).toBe('invalid_arguments');
    await views.open({ trigger_id: id, view: other('Fine') });
    expect(open()).toHaveLength(1);
  });
});

describe('a form', () => {
  it('is sent with what was entered, by block id, action id or label', async () => {
    const view = await openForm();
    await slack.submit('ana', view.id, { Title: 'Database down', severity: 'high' });
    expect(submitted).toMatchObject({
      callback_id: 'declare',
      private_metadata: '{"from":"test"}',
      state: {
        values: {
          title_b: { title: { type: 'plain_text_input', value: 'Database down' } },
          severity_b: { severity: { type: 'static_select', selected_option: { value: 'high' } } },
        },
      },
    });
    expect(open()).toEqual([]);
  });

  it('sends null for what was left empty', async () => {
    const view = await openForm();
    await slack.submit('ana', view.id, { title_b: 'Database down' });
    expect(submitted).toMatchObject({ state: { values: { severity_b: { severity: { selected_option: null } } } } });
  });

  it('cannot be sent without what is required, with what is too long, or by somebody else', async () => {
    const view = await openForm();
    await expect(slack.submit('ana', view.id, {})).rejects.toThrow('title_b is empty and not optional');
    await expect(slack.submit('ana', view.id, { title: 'x'.repeat(41) })).rejects.toThrow('at most 40 characters');
    await expect(slack.submit('ana', view.id, { title: 'ab' })).rejects.toThrow('at least 3 characters');
    await expect(slack.submit('ana', view.id, { colour: 'red' })).rejects.toThrow('shows no field "colour"');
    await expect(slack.submit('ben', view.id, { title: 'mine' })).rejects.toThrow('ben has no open view');
    expect(submitted).toBeUndefined();
  });

  it('comes back with errors at its fields', async () => {
    answer = (ack) => ack({ response_action: 'errors', errors: { title_b: 'is taken' } });
    const view = await openForm();
    await slack.submit('ana', view.id, { title: 'Database down' });
    expect(open()).toHaveLength(1);
    expect(slack.transcript()).toContain('✗ is taken');
    slack.assertClean();
  });

  it('errors for a block that is no input are held against the app', async () => {
    answer = (ack) => ack({ response_action: 'errors', errors: { nowhere: 'x' } });
    const view = await openForm();
    const outcome = await slack.submit('ana', view.id, { title: 'Database down' });
    expect(outcome.told).toEqual(['We had some trouble connecting. Try again?']);
    expect(() => slack.assertClean()).toThrow('no inputs: nowhere');
  });

  it('can be replaced, covered by another, or cleared away by the acknowledgement', async () => {
    answer = (ack) => ack({ response_action: 'push', view: { ...form, title: plain('Sure?') } });
    const view = await openForm();
    await slack.submit('ana', view.id, { title: 'Database down' });
    const [, top] = open();
    expect(top).toMatchObject({ previous: view.id, root: view.id });
    await expect(slack.submit('ana', view.id, { title: 'again' })).rejects.toThrow('lies under');
    answer = (ack) => ack({ response_action: 'update', view: other('Done') });
    await slack.submit('ana', top?.id ?? '', { title: 'Database down' });
    expect(open().at(-1)?.body['title']).toMatchObject({ text: 'Done' });
    await slack.closeView('ana', top?.id ?? '');
    answer = (ack) => ack({ response_action: 'clear' });
    await slack.submit('ana', view.id, { title: 'Database down' });
    expect(open()).toEqual([]);
  });
});

describe('views.push and views.update', () => {
  it('pile up at most three modals', async () => {
    const view = await openForm();
    running.app.action('more', async ({ ack, body, client }) => {
      await ack();
      const pushed = { ...other('More'), blocks: [moreButton] };
      if ('trigger_id' in body) await client.views.push({ trigger_id: body.trigger_id, view: pushed }).catch(() => 0);
    });
    const moreButton = { type: 'actions', elements: [{ type: 'button', action_id: 'more', text: plain('More') }] };
    await running.app.client.views.update({ view_id: view.id, view: { ...form, blocks: [titleInput, moreButton] } });
    for (const wanted of [2, 3, 4]) {
      await slack.clickInView('ana', open().at(-1)?.id ?? '', 'more');
      const pushes = wanted - 1;
      await slack.until(() => slack.state().calls['views.push'] === pushes);
    }
    expect(open()).toHaveLength(3);
    expect(slack.calls().at(-1)?.answer).toMatchObject({ error: 'push_limit_reached' });
  });

  it('keep what was entered where the ids are the same, and refuse a stale hash', async () => {
    const view = await openForm();
    const { views } = running.app.client;
    const hash = view.hash;
    await views.update({ view_id: view.id, hash, view: { ...form, title: plain('Second look') } });
    expect(await refusal(views.update({ view_id: view.id, hash, view: form }))).toBe('hash_conflict');
    expect(await refusal(views.update({ view_id: 'V0NONE', view: form }))).toBe('not_found');
  });
});

describe('closing a form', () => {
  it('tells the app only when it asked to be told', async () => {
    let closed = 0;
    running.app.view({ type: 'view_closed', callback_id: 'declare' }, async ({ ack }) => {
      closed += 1;
      await ack();
    });
    const silent = await openForm();
    expect(await slack.closeView('ana', silent.id)).toBeNull();
    const view = { ...form, notify_on_close: true };
    await running.app.client.views.open({ trigger_id: await freshTrigger(), view });
    await slack.closeView('ana', open()[0]?.id ?? '');
    expect(closed).toBe(1);
  });
});

it('the Home tab is published for a person, who can press its buttons', async () => {
  const pressed: unknown[] = [];
  running.app.action('snooze', async ({ ack, body }) => {
    pressed.push('view' in body ? body.view?.type : 'no view');
    await ack();
  });
  running.app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'snooze', text: plain('Snooze') }] }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  slack.openHome('ana');
  const home = await slack.until(() => slack.state().views.find(({ kind }) => kind === 'home'));
  await slack.clickInView('ana', home.id, 'snooze');
  expect(pressed).toEqual(['home']);
});

it('people and channels are chosen by name in their menus, and only those that exist', async () => {
  const people = { type: 'multi_users_select' as const, action_id: 'people' };
  const where = { type: 'conversations_select' as const, action_id: 'where' };
  const asInput = (block_id: string, element: typeof people | typeof where) => ({
    type: 'input' as const,
    block_id,
    label: plain(block_id),
    element,
  });
  const view = { ...form, blocks: [asInput('who', people), asInput('there', where)] };
  await running.app.client.views.open({ trigger_id: await freshTrigger(), view });
  const id = open()[0]?.id ?? '';
  await expect(slack.submit('ana', id, { who: ['zoe'] })).rejects.toThrow('nobody called "zoe"');
  await slack.submit('ana', id, { who: ['ben', '@chloe'], there: '#general' });
  expect(submitted).toMatchObject({
    state: {
      values: {
        who: { people: { selected_users: ['U0BEN', 'U0CHLOE'] } },
        there: { where: { selected_conversation: 'C0GENERAL' } },
      },
    },
  });
  expect(slack.transcript()).toContain('ana submits “Declare an incident”, who: ben, chloe, there: #general');
});
