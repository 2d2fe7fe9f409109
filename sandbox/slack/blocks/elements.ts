/** Rules for interactive elements, and which of them may stand where. */

import {
  all,
  boolean,
  byType,
  chars,
  integer,
  list,
  number,
  object,
  oneOf,
  opt,
  type Field,
  type Rule,
} from './shape.ts';
import {
  anyText,
  confirm,
  id,
  imageElement,
  initialIsOffered,
  link,
  menuOptions,
  option,
  optionsOrGroups,
  plainText,
  richText,
} from './texts.ts';

type Fields = { readonly [name: string]: Field };

const action = { action_id: id };
const focus = { focus_on_load: opt(boolean) };
const placeholder = { placeholder: opt(plainText(150)) };
const many = { max_selected_items: opt(integer(1, 100)) };
const dispatch = { dispatch_action_config: opt(object({ trigger_actions_on: list(chars(1, 255), 1, 2) })) };

const button = object({
  ...action,
  text: plainText(75),
  value: opt(chars(0, 2000)),
  url: opt(link),
  style: opt(oneOf('primary', 'danger')),
  confirm,
  accessibility_label: opt(chars(1, 75)),
});

const menu = (own: Fields): Rule => object({ ...action, ...placeholder, ...focus, confirm, ...own });
const filter = opt(
  object({
    include: opt(list(oneOf('im', 'mpim', 'private', 'public'), 1, 4)),
    exclude_external_shared_channels: opt(boolean),
    exclude_bot_users: opt(boolean),
  }),
);
const oneOption = opt(option(plainText(75)));
const manyOptions = opt(list(option(plainText(75)), 1, 100));
const conversation = { filter, default_to_current_conversation: opt(boolean), response_url_enabled: opt(boolean) };
const ids = opt(list(chars(1, 255), 1, 100));

const selects = {
  static_select: all(menu({ ...menuOptions, initial_option: oneOption }), optionsOrGroups, initialIsOffered),
  external_select: menu({ initial_option: oneOption, min_query_length: opt(integer(0, 100)) }),
  users_select: menu({ initial_user: id }),
  conversations_select: menu({ initial_conversation: id, ...conversation }),
  channels_select: menu({ initial_channel: id, response_url_enabled: opt(boolean) }),
};

const multiSelects = {
  multi_static_select: all(
    menu({ ...menuOptions, initial_options: manyOptions, ...many }),
    optionsOrGroups,
    initialIsOffered,
  ),
  multi_external_select: menu({ initial_options: manyOptions, min_query_length: opt(integer(0, 100)), ...many }),
  multi_users_select: menu({ initial_users: ids, ...many }),
  multi_conversations_select: menu({ initial_conversations: ids, ...conversation, ...many }),
  multi_channels_select: menu({ initial_channels: ids, ...many }),
};

const choices = list(option(anyText(75)), 1, 10);
const boxes = {
  checkboxes: all(
    object({ ...action, options: choices, initial_options: opt(choices), confirm, ...focus }),
    initialIsOffered,
  ),
  radio_buttons: all(
    object({ ...action, options: choices, initial_option: opt(option(anyText(75))), confirm, ...focus }),
    initialIsOffered,
  ),
};

const pickers = {
  datepicker: object({ ...action, initial_date: id, confirm, ...placeholder, ...focus }),
  timepicker: object({ ...action, initial_time: id, timezone: id, confirm, ...placeholder, ...focus }),
};

const datetimepicker = object({ ...action, initial_date_time: opt(integer(0, 9_999_999_999)), confirm, ...focus });
const overflow = object({ ...action, options: list(option(plainText(75)), 1, 5), confirm });
const richTextInput = object({ ...action, initial_value: opt(richText), ...dispatch, ...placeholder, ...focus });

const typed = { ...action, ...placeholder, ...focus, ...dispatch };
const inputs = {
  plain_text_input: object({
    ...typed,
    initial_value: opt(chars(0, 3000)),
    multiline: opt(boolean),
    min_length: opt(integer(0, 3000)),
    max_length: opt(integer(1, 3000)),
    min_lines: opt(integer(1, 100)),
    max_lines: opt(integer(1, 100)),
  }),
  email_text_input: object({ ...typed, initial_value: opt(chars(0, 3000)) }),
  url_text_input: object({ ...typed, initial_value: opt(chars(0, 3000)) }),
  number_input: object({
    ...typed,
    is_decimal_allowed: boolean,
    initial_value: id,
    min_value: id,
    max_value: id,
  }),
  rich_text_input: richTextInput,
  file_input: object({ ...action, filetypes: opt(list(chars(1, 255), 1, 100)), max_files: opt(integer(1, 10)) }),
};

const feedbackButton = object({
  text: plainText(75),
  accessibility_label: opt(chars(1, 75)),
  value: chars(1, 2000),
});

const actionsRules = {
  button,
  overflow,
  datetimepicker,
  rich_text_input: richTextInput,
  ...selects,
  ...boxes,
  ...pickers,
};

/** What an `actions` block takes. Multi-selects are not allowed there, and Slack calls them all `multiselect`. */
export const actionsElement: Rule = (value, at, report) => {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : '';
  if (typeof type === 'string' && Object.hasOwn(multiSelects, type)) {
    return report('unsupported element: multiselect', at.replace(/\/elements\/\d+$/, ''));
  }
  byType(actionsRules, 'element')(value, at, report);
};

/** What may stand at the right of a `section`. */
export const accessory: Rule = byType(
  { button, overflow, ...selects, ...multiSelects, ...boxes, ...pickers, image: imageElement },
  'element',
);

/** What an `input` block takes. */
export const inputElement: Rule = byType(
  { ...inputs, ...selects, ...multiSelects, ...boxes, ...pickers, datetimepicker },
  'element',
);

/** What a `context_actions` block takes. */
export const contextActionsElement: Rule = byType(
  {
    feedback_buttons: object({ ...action, positive_button: feedbackButton, negative_button: feedbackButton }),
    icon_button: object({
      ...action,
      icon: chars(1, 255),
      text: plainText(75),
      value: opt(chars(0, 2000)),
      accessibility_label: opt(chars(1, 75)),
      visible_to_user_ids: ids,
      confirm,
    }),
  },
  'element',
);

/** A plain button, for blocks that take nothing else. */
export const buttonElement: Rule = byType({ button }, 'element');

/** The cells of tables: text, numbers or rich text. */
export const cell: Rule = byType({
  raw_text: object({ text: chars(1, 12_000) }),
  raw_number: object({ value: number, text: chars(1, 255) }),
  rich_text: richText,
});
