/** Going through the blocks of a message or view: all of them, their elements, and how much text they hold. */

import { isObject, objectAt, objectsAt, stringAt, type Json } from '../../json.ts';

/** An element and where it stands. `input` is true inside an input block. */
export type Placed = {
  readonly element: Json;
  readonly blockId: string;
  readonly block: Json;
  readonly input: boolean;
  /** JSON pointer, relative to the list of blocks. */
  readonly pointer: string;
};

/** Every block with its pointer, children of containers and carousels included. */
export function allBlocks(blocks: readonly Json[], at = ''): readonly (readonly [Json, string])[] {
  return blocks.flatMap((block, index) => {
    const here = `${at}/${index}`;
    const children = allBlocks(objectsAt(block, 'child_blocks'), `${here}/child_blocks`);
    const cards =
      stringAt(block, 'type') === 'carousel' ? allBlocks(objectsAt(block, 'elements'), `${here}/elements`) : [];
    return [[block, here] as const, ...children, ...cards];
  });
}

/** Every element people can act on. */
export function allElements(blocks: readonly Json[]): readonly Placed[] {
  return allBlocks(blocks).flatMap(([block, at]) => {
    const place = { block, blockId: stringAt(block, 'block_id'), input: false };
    const listed = (key: string): Placed[] =>
      objectsAt(block, key).map((element, index) => ({ ...place, element, pointer: `${at}/${key}/${index}` }));
    const single = (key: string, input: boolean): Placed[] => {
      const element = objectAt(block, key);
      return element ? [{ ...place, element, input, pointer: `${at}/${key}` }] : [];
    };
    switch (stringAt(block, 'type')) {
      case 'actions':
      case 'context_actions':
        return listed('elements');
      case 'card':
        return listed('actions');
      case 'section':
        return single('accessory', false).filter(({ element }) => stringAt(element, 'type') !== 'image');
      case 'input':
        return single('element', true);
      default:
        return [];
    }
  });
}

const wordy = new Set(['text', 'title', 'subtitle', 'caption']);

/**
 * Characters of visible text in blocks: texts, titles and captions, but not the values of buttons and options.
 * Slack counts something like this and answers `msg_blocks_too_long`; it has not published what exactly.
 */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce((sum, [key, inner]) => {
    if (typeof inner === 'string') return sum + (wordy.has(key) ? [...inner].length : 0);
    return sum + textLength(inner);
  }, 0);
}
