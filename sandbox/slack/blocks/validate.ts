/** Checks what an app sends to be shown, as strictly as Slack and in Slack's words. */

import { isObject, objectsAt, stringAt, type Json } from '../../json.ts';
import { blockOn } from './layout.ts';
import {
  boolean,
  byType,
  chars,
  list,
  object,
  opt,
  type Issue,
  type Report,
  type Rule,
  type Surface,
} from './shape.ts';
import { plainText } from './texts.ts';
import { allBlocks, allElements, textLength } from './walk.ts';

/** Visible characters in one message's blocks; above about this Slack answers `msg_blocks_too_long` (bolt-js #2509). */
const maxTextInBlocks = 13_200;

/** Characters in all markdown blocks of one message together. */
const maxMarkdown = 12_000;

const asText = ({ message, pointer }: Issue): string => `${message} [json-pointer:${pointer}]`;

/** Complains about the second use of an id. */
function unique(name: string, found: readonly (readonly [string, string])[], report: Report): void {
  const seen = new Set<string>();
  for (const [id, pointer] of found) {
    if (id !== '' && seen.has(id)) report(`\`${name}\` "${id}" already exists`, `${pointer}/${name}`);
    seen.add(id);
  }
}

/** Block ids are unique in the whole message or view, action ids only within their block. */
function uniqueIds(blocks: readonly Json[], at: string, report: Report): void {
  const places = allBlocks(blocks).map(([block, pointer]) => [stringAt(block, 'block_id'), at + pointer] as const);
  unique('block_id', places, report);
  const byBlock = Map.groupBy(allElements(blocks), ({ block }) => block);
  for (const elements of byBlock.values()) {
    const ids = elements.map(({ element, pointer }) => [stringAt(element, 'action_id'), at + pointer] as const);
    unique('action_id', ids, report);
  }
}

/** At most one of these in a message. */
function atMostOne(blocks: readonly Json[], at: string, report: Report): void {
  const count = (type: string): number =>
    allBlocks(blocks).filter(([block]) => stringAt(block, 'type') === type).length;
  if (count('plan') > 1) report('Cannot have more than 1 plan block', at);
  if (count('table') > 1) report('only_one_table_allowed', at);
}

/** What is wrong with a message's blocks, one line each; empty when nothing is. */
export function messageIssues(blocks: readonly unknown[]): readonly string[] {
  const issues: Issue[] = [];
  const report: Report = (message, pointer) => issues.push({ message, pointer });
  list(blockOn.message, 0, 50)(blocks, '/blocks', report);
  if (issues.length === 0) {
    const known = blocks.filter(isObject);
    uniqueIds(known, '/blocks', report);
    atMostOne(known, '/blocks', report);
  }
  return issues.map(asText);
}

/** Whether a message's blocks hold more text than Slack takes. */
export function holdsTooMuchText(blocks: readonly Json[]): boolean {
  const markdown = blocks.filter((block) => stringAt(block, 'type') === 'markdown');
  return textLength(blocks) > maxTextInBlocks || textLength(markdown) > maxMarkdown;
}

const common = {
  private_metadata: opt(chars(0, 3000)),
  callback_id: opt(chars(0, 255)),
  external_id: opt(chars(0, 255)),
};

const blocksOn = (surface: Surface): Rule => list(blockOn[surface], 0, 100);

const view = byType({
  modal: object({
    ...common,
    title: plainText(24),
    submit: opt(plainText(24)),
    close: opt(plainText(24)),
    blocks: blocksOn('modal'),
    clear_on_close: opt(boolean),
    notify_on_close: opt(boolean),
    submit_disabled: opt(boolean),
  }),
  home: object({ ...common, blocks: blocksOn('home') }),
});

/** Inputs are of no use in a modal that cannot be submitted, and Slack refuses them. */
function inputsNeedSubmit(given: Json, report: Report): void {
  if (given['type'] !== 'modal' || given['submit']) return;
  for (const [index, block] of objectsAt(given, 'blocks').entries()) {
    if (stringAt(block, 'type') !== 'input') continue;
    report('must define `submit` to use an `input` block in modals', `/view/blocks/${index}/input`);
  }
}

/** What is wrong with a view, one line each; empty when nothing is. */
export function viewIssues(given: unknown): readonly string[] {
  const issues: Issue[] = [];
  const report: Report = (message, pointer) => issues.push({ message, pointer });
  view(given, '/view', report);
  if (issues.length === 0 && isObject(given)) {
    uniqueIds(objectsAt(given, 'blocks'), '/view/blocks', report);
    inputsNeedSubmit(given, report);
  }
  return issues.map(asText);
}
