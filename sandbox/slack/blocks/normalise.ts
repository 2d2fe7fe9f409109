/** Turns blocks as an app sent them into blocks as Slack stores and echoes them. */

import { isObject, type Json } from '../../json.ts';
import type { Ids } from '../ids.ts';

/** Types of element that carry an `action_id`. */
const interactive =
  /^(button|icon_button|feedback_buttons|overflow|checkboxes|radio_buttons|(multi_)?(static|external|users|conversations|channels)_select|(date|time|datetime)picker|.*_input)$/;

/** Parts that are block-shaped but are not blocks: rich text inside cells, inputs and task cards. */
const notBlocks = new Set(['details', 'output', 'initial_value', 'rows', 'rich_text_title']);

/** The same block or element with missing ids filled in and the defaults Slack writes out (`emoji`, `verbatim`). */
function normal(value: Json, ids: Ids, isBlock: boolean): Json {
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const blocksInside =
      key === 'child_blocks' || key === 'tasks' || (key === 'elements' && value['type'] === 'carousel');
    if (Array.isArray(inner) && !notBlocks.has(key)) {
      out[key] = inner.map((item: unknown) => (isObject(item) ? normal(item, ids, blocksInside) : item));
    } else out[key] = isObject(inner) && !notBlocks.has(key) ? normal(inner, ids, false) : inner;
  }
  const type = value['type'];
  if (isBlock) out['block_id'] ??= ids.short();
  if (typeof type === 'string' && interactive.test(type)) out['action_id'] ??= ids.short();
  if (type === 'plain_text') out['emoji'] ??= true;
  if (type === 'mrkdwn') out['verbatim'] ??= false;
  return out;
}

/** Blocks as stored. They must have been found valid before. */
export function normaliseBlocks(blocks: readonly unknown[], ids: Ids): readonly Json[] {
  return blocks.filter(isObject).map((block) => normal(block, ids, true));
}

/** A view as stored: its blocks and titles with ids and defaults filled in. */
export function normaliseView(view: Json, ids: Ids): Json {
  const blocks = Array.isArray(view['blocks']) ? normaliseBlocks(view['blocks'], ids) : [];
  const { blocks: _sent, ...rest } = view;
  return { ...normal(rest, ids, false), blocks };
}
