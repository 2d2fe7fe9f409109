/** What modals and Home tabs take. */

import { describe, expect, it } from 'vitest';

import { viewIssues } from '../../../../sandbox/slack/blocks/validate.ts';
import { plain, times, input } from './building.ts';

describe('in a view', () => {
  const modal = (more: object = {}): object => ({ type: 'modal', title: plain('Declare'), blocks: [], ...more });
  const field = input({ type: 'plain_text_input' });

  it('a modal with a form is accepted, and a Home tab with a hundred blocks', () => {
    expect(
      viewIssues(
        modal({ submit: plain('Go'), blocks: [field, { type: 'alert', text: plain('x'), level: 'warning' }] }),
      ),
    ).toEqual([]);
    expect(viewIssues({ type: 'home', blocks: times(100, { type: 'divider' }) })).toEqual([]);
  });

  it.each([
    [
      'a long title',
      modal({ title: plain('x'.repeat(25)) }),
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    ['no title', { type: 'modal', blocks: [] }, 'missing required field: title [json-pointer:/view]'],
    [
      'long metadata',
      modal({ private_metadata: 'x'.repeat(3001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      '101 blocks',
      modal({ blocks: times(101, { type: 'divider' }) }),
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'a block of messages',
      modal({ blocks: [{ type: 'plan', title: 'x' }] }),
      'unsupported type: plan [json-pointer:/view/blocks/0/type]',
    ],
    [
      'a table at Home',
      { type: 'home', blocks: [{ type: 'table', rows: [] }] },
      'unsupported type: table [json-pointer:/view/blocks/0/type]',
    ],
    [
      'an input without submit',
      modal({ blocks: [field] }),
      'must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]',
    ],
    [
      'a long label',
      modal({ submit: plain('x'), blocks: [input({ type: 'plain_text_input' }, { label: plain('x'.repeat(2001)) })] }),
      'must be less than 2001 characters [json-pointer:/view/blocks/0/label/text]',
    ],
    [
      'a long input',
      modal({ submit: plain('x'), blocks: [input({ type: 'plain_text_input', max_length: 3001 })] }),
      'must be less than 3001 [json-pointer:/view/blocks/0/element/max_length]',
    ],
  ])('%s is refused', (_name, view, issue) => {
    expect(viewIssues(view)).toContain(issue);
  });
});
