/** Which blocks a message takes, and how many. */

import { describe, expect, it } from 'vitest';

import { holdsTooMuchText, messageIssues } from '../../../../sandbox/slack/blocks/validate.ts';
import type { Json } from '../../../../sandbox/json.ts';
import { plain, mrkdwn, section, button, actions, options, rich, times, input } from './building.ts';

const accepted: readonly (readonly [string, object])[] = [
  ['a header', { type: 'header', text: plain('x'.repeat(150)) }],
  ['a section at its limits', section('x'.repeat(3000), { fields: times(10, mrkdwn('x'.repeat(2000))) })],
  ['a section with a multi-select', section('x', { accessory: { type: 'multi_static_select', options: options(3) } })],
  ['twenty-five buttons', actions(...times(25, button()))],
  [
    'a button with everything',
    actions(button({ value: 'v', url: 'https://x.y', style: 'danger', confirm: { text: plain('Sure?') } })),
  ],
  ['a full menu', actions({ type: 'static_select', options: options(100), placeholder: plain('x'.repeat(150)) })],
  [
    'a context',
    { type: 'context', elements: [mrkdwn('x'), { type: 'image', image_url: 'https://x.y/z.png', alt_text: 'z' }] },
  ],
  ['a divider', { type: 'divider' }],
  ['an image', { type: 'image', image_url: 'https://x.y/z.png', alt_text: 'z', title: plain('t') }],
  ['markdown', { type: 'markdown', text: '# Title' }],
  ['rich text', rich('hello')],
  ['a table', { type: 'table', rows: times(100, times(20, { type: 'raw_text', text: 'x' })) }],
  [
    'a plan',
    {
      type: 'plan',
      title: 'Runbook',
      tasks: [{ type: 'task_card', task_id: '1', title: 'Look', status: 'complete', details: rich('x') }],
    },
  ],
  [
    'a container',
    {
      type: 'container',
      title: plain('Done'),
      is_collapsible: true,
      child_blocks: [section('x'), { type: 'divider' }],
    },
  ],
  ['a card', { type: 'card', title: mrkdwn('x'), actions: [button()] }],
  [
    'feedback buttons',
    {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          positive_button: { text: plain('+'), value: '1' },
          negative_button: { text: plain('-'), value: '0' },
        },
      ],
    },
  ],
  ['an input', input({ type: 'plain_text_input', multiline: true })],
];

describe('in a message', () => {
  it.each(accepted)('%s is accepted', (_name, block) => {
    expect(messageIssues([block])).toEqual([]);
  });

  it('fifty blocks are the most', () => {
    expect(messageIssues(times(50, { type: 'divider' }))).toEqual([]);
    expect(messageIssues(times(51, { type: 'divider' }))).toEqual([
      'no more than 50 items allowed [json-pointer:/blocks]',
    ]);
  });

  it('block ids are unique, action ids only within their block', () => {
    const twice = [actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))];
    expect(messageIssues(twice)).toEqual([]);
    const same = [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ];
    expect(messageIssues(same)).toEqual(['`block_id` "b" already exists [json-pointer:/blocks/1/block_id]']);
  });

  it('there is at most one plan and one table', () => {
    const plan = { type: 'plan', title: 'x' };
    expect(messageIssues([plan, plan])).toEqual(['Cannot have more than 1 plan block [json-pointer:/blocks]']);
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };
    expect(messageIssues([table, table])).toEqual(['only_one_table_allowed [json-pointer:/blocks]']);
  });

  it('13,200 characters of text are the most, and 12,000 of markdown', () => {
    const blocks = (last: number): Json[] => [...times(4, section('x'.repeat(3000))), section('x'.repeat(last))];
    expect(holdsTooMuchText(blocks(1200))).toBe(false);
    expect(holdsTooMuchText(blocks(1201))).toBe(true);
    const markdown = (length: number): Json => ({ type: 'markdown', text: 'x'.repeat(length) });
    expect(holdsTooMuchText([markdown(6000), markdown(6000)])).toBe(false);
    expect(holdsTooMuchText([markdown(6000), markdown(6001)])).toBe(true);
  });

  it('lengths are counted in characters, not in UTF-16 units', () => {
    expect(messageIssues([{ type: 'header', text: plain('🔥'.repeat(150)) }])).toEqual([]);
  });
});
