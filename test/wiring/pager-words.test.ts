/** Pages and notes lead back to the incident's channel, once there is one. */
import { expect, it } from 'vitest';
import type { PagerEffect } from '../../src/incident/pager.ts';
import { textOf } from '../../src/incident/page-text.ts';
import { linked } from '../../src/wiring/pager-words.ts';
import { openMemory } from '../incident/memory.ts';
import { alert, body, paged } from '../incident/samples.ts';

const link = 'https://slack.com/app_redirect?channel=C1&team=T1';

function trigger(): Extract<PagerEffect, { type: 'pagerduty.trigger' }> {
  const memory = openMemory(paged);
  memory.report(body(0, [alert('Down')]));
  const common = { page: '1-1-1', dedupKey: 'k', keys: ['service'], again: false, url: null };
  return { type: 'pagerduty.trigger', ...common, ...textOf(memory.incident(), { levels: [] }, '') };
}

it('a page shows the link first, and its brief ends with it', () => {
  const page = linked(trigger(), link);
  expect(page).toMatchObject({ url: link, brief: { link } });
  expect('links' in page && page.links[0]).toEqual({ href: link, text: 'Slack channel' });
});

it('a note ends with it', () => {
  const note: PagerEffect = { type: 'pagerduty.note', dedupKey: 'k', incident: 'P1', text: 'Restarted it.' };
  expect(linked(note, link)).toMatchObject({ text: `Restarted it.\n${link}` });
});

it('before there is a channel, and where nobody would read it, nothing changes', () => {
  const page = trigger();
  expect(linked(page, null)).toBe(page);
  const over: PagerEffect = { type: 'pagerduty.resolve', keys: ['service'], dedupKey: 'k' };
  expect(linked(over, link)).toBe(over);
});
