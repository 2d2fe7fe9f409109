/** The modal that asks for an action: on which workload, which verb, and what the verb takes. */
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import { verbs } from '../../action/action.ts';
import type { Verb } from '../../action/action.ts';
import type { Service } from '../../incident/rules.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { verbLabels } from './orders.ts';
import { line, plain } from './text.ts';

/** Slack's limit for a menu. */
const mostOptions = 100;

/** Slack's limit for the value of an option. */
const longestValue = 75;

/** What is known before the form is filled in. */
export interface DoGiven {
  readonly number: number;
  /** The name of a service, or a workload. */
  readonly place: string | null;
  readonly verb: Verb | null;
}

/** The form. */
export function doForm({ number, place, verb }: DoGiven, services: readonly Service[], metadata: string): ModalView {
  const options = services
    .filter(({ name, target }) => target !== null && name.length <= longestValue)
    .slice(0, mostOptions)
    .map(({ name }): PlainTextOption => ({ text: plain(name, 75), value: name }));
  const chosen = options.find(({ value }) => value === place);
  const verbOptions = verbs.map((each): PlainTextOption => ({ text: plain(verbLabels[each], 75), value: each }));
  const initial = verbOptions.find(({ value }) => value === verb);
  return {
    type: 'modal',
    callback_id: callbackIds.do,
    private_metadata: metadata,
    title: plain(`Act in incident ${number}`, 24),
    submit: plain('Plan it', 24),
    close: plain('Cancel', 24),
    blocks: [
      {
        type: 'input',
        block_id: inputIds.verb,
        label: plain('What is to be done?', 100),
        element: {
          ...{ type: 'static_select', action_id: inputIds.verb, options: verbOptions },
          ...(initial === undefined ? {} : { initial_option: initial }),
        },
      },
      ...(options.length === 0 ? [] : [serviceInput(options, chosen)]),
      text(inputIds.target, 'Or a workload of no service (admins only)', {
        hint: 'cluster/namespace/kind/name, such as eu-1/shop/Deployment/checkout',
        initial: place === null || chosen !== undefined ? '' : line(place, 400),
      }),
      text(inputIds.parameter, 'With what?', {
        hint: 'Scale: how many pods. Roll back: a revision, or nothing for the previous version. Delete: the pod. Bounds: such as 2-6.',
        initial: '',
      }),
      text(inputIds.glass, 'Break the glass (admins only): why can’t it wait?', {
        hint: 'Leave this empty, unless it must be done at once, without approvals and in spite of a freeze. It is announced.',
        initial: '',
      }),
    ],
  };
}

const serviceInput = (options: PlainTextOption[], chosen: PlainTextOption | undefined): InputBlock => ({
  type: 'input',
  block_id: inputIds.service,
  optional: true,
  label: plain('On which service?', 100),
  element: {
    ...{ type: 'static_select', action_id: inputIds.service, options },
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  },
});

const text = (
  id: string,
  label: string,
  { hint, initial }: { readonly hint: string; readonly initial: string },
): InputBlock => ({
  type: 'input',
  block_id: id,
  optional: true,
  label: plain(label, 100),
  hint: plain(hint, 200),
  element: {
    ...{ type: 'plain_text_input', action_id: id, max_length: 500 },
    ...(initial === '' ? {} : { initial_value: initial }),
  },
});
