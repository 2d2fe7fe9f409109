/** Finds what no correct app ever does, for tests to assert at their end. */

import { objectAt, stringAt } from '../../json.ts';
import type { World } from '../world.ts';

/** Refusals that mean the app built something wrong, as opposed to the world being in its way. */
const ownFault = new Set([
  ...[
    'invalid_blocks',
    'invalid_blocks_format',
    'msg_blocks_too_long',
    'invalid_arguments',
    'unknown_method',
    'no_text',
  ],
  ...['invalid_metadata_format', 'metadata_too_large', 'markdown_text_conflict', 'view_too_large', 'invalid_types'],
  ...['too_long', 'msg_too_long', 'invalid_link', 'invalid_name_required', 'invalid_name_maxlength'],
  ...['invalid_name_punctuation', 'invalid_name_specials'],
]);

/** Keys that occur more than once. */
function repeated(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
}

/**
 * Everything found, one line each: names shared by two channels, messages posted twice with the same metadata,
 * calls with invalid blocks, names, lengths or unknown methods, and acknowledgements that Slack would not take.
 */
export function findFaults(world: World): readonly string[] {
  const names = [...world.workspace.channels.values()].map(({ name }) => name).filter((name) => name !== '');
  const metadata = world.journal.entries.flatMap((entry) =>
    entry.kind === 'posted' && entry.message.metadata ? [JSON.stringify(entry.message.metadata)] : [],
  );
  const calls = world.calls.flatMap(({ method, answer, fault }) => {
    const error = answer && !answer['ok'] ? stringAt(answer, 'error') : '';
    if (fault !== null || !ownFault.has(error)) return [];
    const messages = objectAt(answer ?? {}, 'response_metadata')?.['messages'];
    return [`${method} was refused: ${error}${Array.isArray(messages) ? ` ${messages.join('; ')}` : ''}`];
  });
  return [
    ...repeated(names).map((name) => `two channels are called #${name}`),
    ...repeated(metadata).map((each) => `two messages were posted with the metadata ${each}`),
    ...calls,
    ...world.complaints,
  ];
}
