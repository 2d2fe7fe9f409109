/** What is wrong with blocks, in Slack's words and with its pointers. */

import { expect, it } from 'vitest';

import { messageIssues } from '../../../../sandbox/slack/blocks/validate.ts';
import { plain, mrkdwn, section, button, actions, options, times } from './building.ts';

const refused: readonly (readonly [string, object, string])[] = [
  ['an unknown type', { type: 'sections' }, 'unsupported type: sections [json-pointer:/blocks/0/type]'],
  ['a block of modals', { type: 'alert', text: plain('x') }, 'unsupported type: alert [json-pointer:/blocks/0/type]'],
  [
    'a long header',
    { type: 'header', text: plain('x'.repeat(151)) },
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'a header in mrkdwn',
    { type: 'header', text: mrkdwn('x') },
    'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
  ],
  ['an empty text', section(''), 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  ['a bare string', { type: 'section', text: 'x' }, 'must provide an object [json-pointer:/blocks/0/text]'],
  ['an empty section', { type: 'section' }, 'must define either `text` or `fields` [json-pointer:/blocks/0/type]'],
  [
    'eleven fields',
    section('x', { fields: times(11, mrkdwn('x')) }),
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'a long field',
    section('x', { fields: [mrkdwn('x'.repeat(2001))] }),
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    'an unknown property',
    section('x', { colour: 'red' }),
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  ['no elements', actions(), 'must provide at least 1 items [json-pointer:/blocks/0/elements]'],
  [
    'twenty-six elements',
    actions(...times(26, button())),
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'a multi-select in actions',
    actions({ type: 'multi_users_select' }),
    'unsupported element: multiselect [json-pointer:/blocks/0]',
  ],
  [
    'an input in actions',
    actions({ type: 'plain_text_input' }),
    'unsupported element: plain_text_input [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'a long label',
    actions(button({ text: plain('x'.repeat(76)) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'a long value',
    actions(button({ value: 'x'.repeat(2001) })),
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'a long action id',
    actions(button({ action_id: 'x'.repeat(256) })),
    'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
  ],
  [
    'an unknown style',
    actions(button({ style: 'success' })),
    'must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'a long confirmation',
    actions(button({ confirm: { text: plain('x'.repeat(301)) } })),
    'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
  ],
  [
    'a long confirm button',
    actions(button({ confirm: { text: plain('x'), confirm: plain('x'.repeat(31)) } })),
    'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]',
  ],
  [
    'the same action id twice',
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    '101 options',
    actions({ type: 'static_select', options: options(101) }),
    'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'no options',
    actions({ type: 'static_select' }),
    'must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'a stray initial option',
    actions({ type: 'static_select', options: options(1), initial_option: { text: plain('x'), value: 'x' } }),
    'must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]',
  ],
  [
    'six overflow options',
    actions({ type: 'overflow', options: options(6) }),
    'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'eleven boxes',
    actions({ type: 'checkboxes', options: options(11) }),
    'no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'an eleventh context',
    { type: 'context', elements: times(11, mrkdwn('x')) },
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'an image without alt text',
    { type: 'image', image_url: 'https://x.y' },
    'missing required field: alt_text [json-pointer:/blocks/0]',
  ],
  [
    'an input without an element',
    { type: 'input', label: plain('x') },
    'missing required field: element [json-pointer:/blocks/0]',
  ],
  [
    'a wide table',
    { type: 'table', rows: [times(21, { type: 'raw_text', text: 'x' })] },
    'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]',
  ],
  [
    'an empty cell',
    { type: 'table', rows: [[{ type: 'raw_text', text: '' }]] },
    'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
  ],
  [
    'an unknown task status',
    { type: 'task_card', task_id: '1', title: 'x', status: 'done' },
    'must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]',
  ],
  [
    'a plan in a container',
    { type: 'container', title: plain('x'), child_blocks: [{ type: 'plan', title: 'x' }] },
    'unsupported type: plan [json-pointer:/blocks/0/child_blocks/0/type]',
  ],
  [
    'an empty container',
    { type: 'container', title: plain('x'), child_blocks: [] },
    'must provide at least 1 items [json-pointer:/blocks/0/child_blocks]',
  ],
];

it.each(refused)('%s is refused in a message', (_name, block, issue) => {
  expect(messageIssues([block])).toContain(issue);
});
