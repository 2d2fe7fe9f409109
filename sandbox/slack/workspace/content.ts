/** Reads what an app wants to show, from API arguments, acks and response_url bodies alike, and refuses what Slack refuses. */

import { normaliseBlocks } from '../blocks/normalise.ts';
import { holdsTooMuchText, messageIssues } from '../blocks/validate.ts';
import { isObject, parseJson, stringAt, type Json } from '../../json.ts';
import type { World } from '../world.ts';

/** An error answer as Slack writes it. */
export type Refusal = Json & { readonly ok: false; readonly error: string };

/** What a message shows. `metadata` is undefined when nothing was said about it, null to take it away. */
export type Content = {
  readonly ok: true;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly attachments: readonly Json[];
  readonly metadata: Json | null | undefined;
  readonly warnings: readonly string[];
  /** Which parts were given at all: an edit keeps what is not given. */
  readonly given: { readonly text: boolean; readonly blocks: boolean; readonly attachments: boolean };
};

/** An error answer. */
export function refuse(error: string, more: Json = {}): Refusal {
  return { ok: false, error, ...more };
}

/** An error answer with Slack's explanations; each line is shown as `[ERROR] line`. */
export function refuseBecause(error: string, lines: readonly string[], more: Json = {}): Refusal {
  return refuse(error, { ...more, response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) } });
}

/** Slack truncates longer texts (https://docs.slack.dev/reference/methods/chat.postMessage#truncating). */
const maxText = 40_000;

/** Characters of metadata as JSON. Slack has a limit but has not published it; this one is a guess. */
const maxMetadata = 16_000;

/** The value of an argument that may come as JSON or as text holding JSON; undefined when absent, null when broken. */
export function jsonArgument(args: Json, name: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value ?? undefined;
  return value === '' ? undefined : (parseJson(value) ?? null);
}

/** Depth of nesting below a value: 0 for a plain one. */
function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

function readMetadata(args: Json): Json | null | undefined | Refusal {
  const metadata = jsonArgument(args, 'metadata');
  if (metadata === undefined) return undefined;
  if (!isObject(metadata)) return refuse('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return null;
  const { event_type: type, event_payload: payload } = metadata;
  if (typeof type !== 'string' || type === '' || !isObject(payload)) return refuse('invalid_metadata_format');
  if (depth(payload) > 2) return refuse('invalid_metadata_format');
  if (JSON.stringify(metadata).length > maxMetadata) return refuse('metadata_too_large');
  return { event_type: type, event_payload: payload };
}

function readBlocks(world: World, args: Json): readonly Json[] | undefined | Refusal {
  const blocks = jsonArgument(args, 'blocks');
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks)) return refuse('invalid_blocks_format');
  const issues = messageIssues(blocks);
  if (issues.length > 0) return refuseBecause('invalid_blocks', issues, { errors: issues });
  if (holdsTooMuchText(blocks)) return refuse('msg_blocks_too_long');
  return normaliseBlocks(blocks, world.ids);
}

/** What the arguments want shown, or why not. Says nothing about empty messages: an edit may give nothing but metadata. */
export function readContent(world: World, args: Json): Content | Refusal {
  const markdown = stringAt(args, 'markdown_text');
  const sent = stringAt(args, 'text') || markdown;
  const blocks = readBlocks(world, args);
  if (isObject(blocks)) return blocks;
  if (markdown && (args['text'] || blocks)) return refuse('markdown_text_conflict');
  if (markdown.length > 12_000) return refuse('msg_too_long');
  const metadata = readMetadata(args);
  if (metadata && 'ok' in metadata) return refuse(stringAt(metadata, 'error'));
  const attachments = jsonArgument(args, 'attachments');
  if (attachments !== undefined && !Array.isArray(attachments)) return refuse('invalid_attachments');
  if (Array.isArray(attachments) && attachments.length > 100) return refuse('too_many_attachments');
  return {
    ok: true,
    text: sent.slice(0, maxText),
    blocks: blocks ?? [],
    attachments: (attachments ?? []).filter(isObject),
    metadata,
    warnings: sent.length > maxText ? ['message_truncated'] : [],
    given: { text: sent !== '', blocks: blocks !== undefined, attachments: attachments !== undefined },
  };
}

/** Whether there is nothing to show at all: Slack's `no_text`. */
export function isEmpty(content: Content): boolean {
  return content.text === '' && content.blocks.length === 0 && content.attachments.length === 0;
}
