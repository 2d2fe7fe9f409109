/** Form values: what an element holds before anybody touches it, and what it holds after somebody chose or typed. */

import { allElements } from '../blocks/walk.ts';
import { objectAt, objectsAt, stringAt, type Json } from '../../json.ts';
import type { Values } from './state.ts';

/** What a person puts into an element: text, an option's value or an id, several of them, a number, or nothing. */
export type Entered = string | number | readonly string[] | null;

type Kind = 'text' | 'number' | 'option' | 'options' | 'one' | 'many' | 'json';

/** By element type: the kind of value, the key it is sent under, and the key of its initial value. */
const elementKinds: { readonly [type: string]: readonly [Kind, string, string] } = {
  plain_text_input: ['text', 'value', 'initial_value'],
  email_text_input: ['text', 'value', 'initial_value'],
  url_text_input: ['text', 'value', 'initial_value'],
  number_input: ['text', 'value', 'initial_value'],
  rich_text_input: ['json', 'rich_text_value', 'initial_value'],
  static_select: ['option', 'selected_option', 'initial_option'],
  external_select: ['option', 'selected_option', 'initial_option'],
  radio_buttons: ['option', 'selected_option', 'initial_option'],
  overflow: ['option', 'selected_option', ''],
  checkboxes: ['options', 'selected_options', 'initial_options'],
  multi_static_select: ['options', 'selected_options', 'initial_options'],
  multi_external_select: ['options', 'selected_options', 'initial_options'],
  users_select: ['one', 'selected_user', 'initial_user'],
  conversations_select: ['one', 'selected_conversation', 'initial_conversation'],
  channels_select: ['one', 'selected_channel', 'initial_channel'],
  datepicker: ['one', 'selected_date', 'initial_date'],
  timepicker: ['one', 'selected_time', 'initial_time'],
  datetimepicker: ['number', 'selected_date_time', 'initial_date_time'],
  multi_users_select: ['many', 'selected_users', 'initial_users'],
  multi_conversations_select: ['many', 'selected_conversations', 'initial_conversations'],
  multi_channels_select: ['many', 'selected_channels', 'initial_channels'],
};

/** The key under which this element's value is sent, such as `selected_option`; empty for buttons. */
export function valueKey(element: Json): string {
  return elementKinds[stringAt(element, 'type')]?.[1] ?? '';
}

/** Whether this value is no value: nothing typed, nothing chosen. */
export function isBlank(element: Json, value: Json): boolean {
  const held = value[valueKey(element)];
  return held === null || held === undefined || held === '' || (Array.isArray(held) && held.length === 0);
}

/** The options of a menu, groups opened. */
export function optionsOf(element: Json): readonly Json[] {
  return [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((g) => objectsAt(g, 'options')),
  ];
}

/** An element's value before anybody has touched it, or null for elements without one. */
function initialValue(element: Json): Json | null {
  const type = stringAt(element, 'type');
  const entry = elementKinds[type];
  if (!entry || type === 'overflow') return null;
  const [kind, key, initialKey] = entry;
  const nothing = kind === 'options' || kind === 'many' ? [] : null;
  return { type, [key]: element[initialKey] ?? nothing };
}

/** The values of fresh blocks; what somebody had already entered stays where the ids are still the same. */
export function initialValues(blocks: readonly Json[], before: Values = {}): Values {
  const values: Record<string, Record<string, Json>> = {};
  for (const { element, blockId } of allElements(blocks)) {
    const initial = initialValue(element);
    if (!initial) continue;
    const actionId = stringAt(element, 'action_id');
    const kept = before[blockId]?.[actionId];
    values[blockId] = { ...values[blockId], [actionId]: kept && kept['type'] === initial['type'] ? kept : initial };
  }
  return values;
}

/** The option with this value, or with this label. Throws when the menu shows no such option. */
function findOption(element: Json, wanted: string): Json {
  const options = optionsOf(element);
  const label = (option: Json): string => stringAt(objectAt(option, 'text') ?? {}, 'text');
  const found = options.find((option) => option['value'] === wanted) ?? options.find((o) => label(o) === wanted);
  if (found) return found;
  if (stringAt(element, 'type').endsWith('external_select')) return externalOption(wanted);
  const shown = options.map((option) => `${label(option)} (${String(option['value'])})`).join(', ');
  throw new Error(`there is no option "${wanted}" in ${stringAt(element, 'action_id')}; it shows: ${shown}`);
}

function externalOption(value: string): Json {
  return { text: { type: 'plain_text', text: value, emoji: true }, value };
}

/** The value of an element once somebody entered this. Throws when the element could not take it. */
export function enteredValue(element: Json, entered: Entered): Json {
  const type = stringAt(element, 'type');
  const entry = elementKinds[type];
  if (!entry) throw new Error(`nothing can be entered into ${type} ${stringAt(element, 'action_id')}`);
  const [kind, key] = entry;
  const texts = Array.isArray(entered) ? entered.map(String) : entered === null ? [] : [String(entered)];
  const first = texts[0];
  switch (kind) {
    case 'text':
      return { type, [key]: typedText(element, first ?? null) };
    case 'number':
      return { type, [key]: first === undefined ? null : Number(first) };
    case 'option':
      return { type, [key]: first === undefined ? null : findOption(element, first) };
    case 'options':
      return { type, [key]: texts.map((text) => findOption(element, text)) };
    case 'one':
      return { type, [key]: first ?? null };
    case 'many':
      return { type, [key]: texts };
    case 'json':
      return { type, [key]: first === undefined ? null : richText(first) };
  }
}

function typedText(element: Json, text: string | null): string | null {
  const length = [...(text ?? '')].length;
  const { min_length: min, max_length: max } = element;
  const id = stringAt(element, 'action_id');
  if (typeof max === 'number' && length > max) throw new Error(`${id} takes at most ${max} characters, not ${length}`);
  if (typeof min === 'number' && length < min) throw new Error(`${id} takes at least ${min} characters, not ${length}`);
  return text === '' ? null : text;
}

function richText(text: string): Json {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}
