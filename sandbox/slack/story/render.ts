/** Draws blocks, messages and views as lines of plain text. */

import { isObject, objectAt, objectsAt, stringAt, type Json } from '../../json.ts';
import { nameOf, readText } from './mrkdwn.ts';
import { isBlank, optionsOf, valueKey } from '../workspace/values.ts';
import type { Message, View } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** Lines of text. */
type Lines = readonly string[];

/** A text object, or a bare string, as lines. Plain text is shown as it is, mrkdwn as it reads. */
function textLines(world: World, value: unknown): Lines {
  if (typeof value === 'string') return value.split('\n');
  if (!isObject(value)) return [];
  if (value['type'] === 'image') return [`[image: ${stringAt(value, 'alt_text')}]`];
  const text = stringAt(value, 'text');
  return (value['type'] === 'mrkdwn' ? readText(world, text) : text).split('\n');
}

const line = (world: World, value: unknown): string => textLines(world, value).join(' ');

const caption = (world: World, value: Json, key: string): string => line(world, value[key]);

/** What a menu or input shows: the chosen thing, else its placeholder. */
function shownValue(world: World, element: Json, value: Json | undefined): string {
  const initial = ['initial_value', 'initial_option', 'initial_user', 'initial_date', 'initial_conversation'];
  const held = value && !isBlank(element, value) ? value[valueKey(element)] : undefined;
  const shown = held ?? initial.map((key) => element[key]).find((each) => each !== undefined);
  const one = (item: unknown): string => {
    if (!isObject(item)) return nameOf(world, String(item));
    return item['type'] === 'rich_text' ? richLines(world, item).join(' ') : line(world, item['text']);
  };
  if (shown === undefined) return caption(world, element, 'placeholder');
  return Array.isArray(shown) ? shown.map(one).join(', ') : one(shown);
}

/** One element, such as `[Acknowledge]` or `[Severity ▾]`. */
function elementText(world: World, given: Json, value?: Json): string {
  const type = stringAt(given, 'type');
  switch (type) {
    case 'button':
    case 'icon_button':
      return `[${caption(world, given, 'text')}]`;
    case 'feedback_buttons':
      return ['positive_button', 'negative_button']
        .map((key) => elementText(world, { ...objectAt(given, key), type: 'button' }))
        .join(' ');
    case 'image':
      return `[image: ${stringAt(given, 'alt_text')}]`;
    case 'overflow':
      return `[⋯ ${optionsOf(given)
        .map((option) => caption(world, option, 'text'))
        .join(' | ')}]`;
    case 'checkboxes':
    case 'radio_buttons':
      return optionsOf(given)
        .map((option) => `${mark(given, option, value)} ${caption(world, option, 'text')}`)
        .join('  ');
    default:
      return type.endsWith('_input')
        ? `[${shownValue(world, given, value)}]`
        : `[${shownValue(world, given, value)} ▾]`;
  }
}

function mark(given: Json, option: Json, value: Json | undefined): string {
  const held = value?.[valueKey(given)] ?? given['initial_options'] ?? given['initial_option'];
  const chosen = (Array.isArray(held) ? held : [held]).some(
    (each) => isObject(each) && each['value'] === option['value'],
  );
  if (stringAt(given, 'type') === 'radio_buttons') return chosen ? '(•)' : '( )';
  return chosen ? '[x]' : '[ ]';
}

/** Rich text: sections, lists, quotes and code, without styles. */
function richLines(world: World, value: Json): Lines {
  const inline = (part: Json): string => {
    const inside: { readonly [type: string]: string } = {
      user: `@${nameOf(world, stringAt(part, 'user_id'))}`,
      channel: readText(world, `<#${stringAt(part, 'channel_id')}>`),
      usergroup: readText(world, `<!subteam^${stringAt(part, 'usergroup_id')}>`),
      broadcast: `@${stringAt(part, 'range')}`,
      emoji: `:${stringAt(part, 'name')}:`,
      link: part['text'] ? `${stringAt(part, 'text')} (${stringAt(part, 'url')})` : stringAt(part, 'url'),
      date: stringAt(part, 'fallback') || String(part['timestamp']),
    };
    return inside[stringAt(part, 'type')] ?? stringAt(part, 'text');
  };
  return objectsAt(value, 'elements').flatMap((part) => {
    const type = stringAt(part, 'type');
    const flow = (of: Json): string => objectsAt(of, 'elements').map(inline).join('').replace(/\n$/, '');
    if (type === 'rich_text_list') {
      const bullet = (at: number): string => (part['style'] === 'ordered' ? `${at + 1}.` : '•');
      const margin = '  '.repeat(Number(part['indent'] ?? 0));
      return objectsAt(part, 'elements').map((item, at) => `${margin}${bullet(at)} ${flow(item)}`);
    }
    const before = { rich_text_quote: '> ', rich_text_preformatted: '    ' }[type] ?? '';
    return indent(flow(part).split('\n'), before);
  });
}

const taskMarks: { readonly [status: string]: string } = {
  complete: '[x]',
  in_progress: '[~]',
  error: '[!]',
  pending: '[ ]',
};

function taskLines(world: World, task: Json): Lines {
  const more = ['details', 'output'].flatMap((key) => richLines(world, objectAt(task, key) ?? {}));
  return [`${taskMarks[stringAt(task, 'status')] ?? '[ ]'} ${stringAt(task, 'title')}`, ...indent(more, '    ')];
}

/** Two fields in a line, as Slack sets them. */
function fieldLines(world: World, fields: readonly Json[]): Lines {
  const cells = fields.map((field) => line(world, field));
  return cells.flatMap((cell, index) =>
    index % 2 === 0 ? [[cell, ...cells.slice(index + 1, index + 2)].join('   |   ')] : [],
  );
}

function sectionLines(world: World, block: Json, values: Json): Lines {
  const accessory = objectAt(block, 'accessory');
  const shown = accessory ? ` ${elementText(world, accessory, valueIn(values, accessory))}` : '';
  const text = [...textLines(world, block['text']), ...fieldLines(world, objectsAt(block, 'fields'))];
  return [`${text[0] ?? ''}${shown}`, ...text.slice(1)];
}

function inputLines(world: World, block: Json, values: Json): Lines {
  const inner = objectAt(block, 'element') ?? {};
  const optional = block['optional'] === true ? ' (optional)' : '';
  const hint = block['hint'] ? [`  · ${caption(world, block, 'hint')}`] : [];
  return [
    `${caption(world, block, 'label')}${optional}: ${elementText(world, inner, valueIn(values, inner))}`,
    ...hint,
  ];
}

function valueIn(values: Json, given: Json): Json | undefined {
  return objectAt(values, stringAt(given, 'action_id'));
}

function containerLines(world: World, block: Json): Lines {
  const title = block['rich_text_title']
    ? richLines(world, objectAt(block, 'rich_text_title') ?? {})
    : [caption(world, block, 'title')];
  const sign = block['is_collapsible'] === true ? (block['default_collapsed'] === true ? '▸' : '▾') : '□';
  const subtitle = block['subtitle'] ? ` — ${caption(world, block, 'subtitle')}` : '';
  return [
    `${sign} ${title.join(' ')}${subtitle}`,
    ...indent(blockLines(world, objectsAt(block, 'child_blocks')), '  '),
  ];
}

function rowLines(world: World, block: Json): Lines {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  const cell = (each: unknown): string =>
    isObject(each) && each['type'] === 'rich_text' ? richLines(world, each).join(' ') : line(world, each);
  return rows.map((row) => (Array.isArray(row) ? row.map(cell).join(' | ') : ''));
}

/** One block; `values` are those of its elements by action id. */
function oneBlock(world: World, block: Json, values: Json): Lines {
  switch (stringAt(block, 'type')) {
    case 'header':
      return [`# ${caption(world, block, 'text')}`];
    case 'section':
      return sectionLines(world, block, values);
    case 'context':
      return [
        `· ${objectsAt(block, 'elements')
          .map((each) => line(world, each))
          .join(' · ')}`,
      ];
    case 'actions':
    case 'context_actions':
      return [
        objectsAt(block, 'elements')
          .map((each) => elementText(world, each, valueIn(values, each)))
          .join(' '),
      ];
    case 'divider':
      return ['───'];
    case 'image':
      return [`[image: ${stringAt(block, 'alt_text')}]`];
    case 'input':
      return inputLines(world, block, values);
    case 'rich_text':
      return richLines(world, block);
    case 'plan':
      return [stringAt(block, 'title'), ...objectsAt(block, 'tasks').flatMap((task) => taskLines(world, task))];
    case 'task_card':
      return taskLines(world, block);
    case 'table':
    case 'data_table':
      return rowLines(world, block);
    case 'container':
      return containerLines(world, block);
    case 'card':
      return cardLines(world, block);
    case 'carousel':
      return blockLines(world, objectsAt(block, 'elements'));
    case 'alert':
      return textLines(world, block['text']).map((each) => `! ${each}`);
    default:
      return textLines(world, block['text']);
  }
}

function cardLines(world: World, block: Json): Lines {
  const texts = ['title', 'subtitle', 'body'].flatMap((key) => textLines(world, block[key]));
  const buttons = objectsAt(block, 'actions').map((each) => elementText(world, each));
  return buttons.length > 0 ? [...texts, buttons.join(' ')] : texts;
}

/** Blocks as lines. `values` are form values by block id. */
function blockLines(world: World, blocks: readonly Json[], values: Json = {}): Lines {
  return blocks.flatMap((block) => oneBlock(world, block, objectAt(values, stringAt(block, 'block_id')) ?? {}));
}

/** A message as people see it: its blocks, or its text when it has none, then attachments. */
export function messageLines(world: World, message: Message): Lines {
  const body =
    message.blocks.length > 0 ? blockLines(world, message.blocks) : readText(world, message.text).split('\n');
  const attached = message.attachments.flatMap((each) => {
    const blocks = objectsAt(each, 'blocks');
    return blocks.length > 0 ? blockLines(world, blocks) : readText(world, stringAt(each, 'text')).split('\n');
  });
  return [...body.filter((each, index) => each !== '' || index > 0), ...indent(attached, '┃ ')];
}

/** A modal or Home tab in a frame. `errors` are shown under their blocks. */
export function viewLines(world: World, view: View, errors: { readonly [blockId: string]: string } = {}): Lines {
  const inside = objectsAt(view.body, 'blocks').flatMap((block) => {
    const error = errors[stringAt(block, 'block_id')];
    return [...blockLines(world, [block], view.values), ...(error ? [`  ✗ ${error}`] : [])];
  });
  const title = view.kind === 'home' ? 'Home' : caption(world, view.body, 'title');
  const close = caption(world, view.body, 'close') || 'Cancel';
  const buttons = view.body['submit'] ? `[${close}] [${caption(world, view.body, 'submit')}]` : `[${close}]`;
  return [`┌ ${title}`, ...indent(inside, '│ '), `└${view.kind === 'home' ? '' : ` ${buttons}`}`];
}

/** The lines, each with something before it. */
export function indent(lines: Lines, before: string): Lines {
  return lines.map((each) => (before + each).trimEnd());
}
