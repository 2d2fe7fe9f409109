/** What every message must be, whatever it shows: accepted by Slack, short enough, and calling nobody who is not meant. */
import { expect } from 'vitest';
import type { Message } from '../../src/slack/views/text.ts';
import { messageIssues } from '../../sandbox/slack/blocks/validate.ts';
import { textLength } from '../../sandbox/slack/blocks/walk.ts';

/** Texts that Slack reads as mrkdwn: those of mrkdwn objects, and what notifications show. */
function readByslack(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(readByslack);
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(readByslack);
  return 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text), ...inner] : inner;
}

/** What a reader may be shown of ours: people, channels and times; nothing that came as text. */
const ours = /<(?:@[UW]\w+|!subteam\^S\w+|#C\w+|!date\^\d+\^[^|<>]*\|[^<>]*)>/g;

/** Expects that a message is harmless. */
export function expectHarmless({ text: summary, blocks }: Message): void {
  expect(messageIssues(blocks)).toEqual([]);
  expect(textLength(blocks)).toBeLessThan(12_000);
  expect(summary.length).toBeLessThan(4000);
  expect(summary).not.toBe('');
  for (const read of [summary, ...readByslack(blocks)]) {
    expect(read.replaceAll(ours, '')).not.toMatch(/[<>]/);
    expect(read.isWellFormed()).toBe(true);
  }
  expect(JSON.stringify(blocks)).not.toMatch(/"type":"broadcast"|"verbatim":false|"url":"(?!https?:)/);
  expect(JSON.stringify(blocks).split('"mrkdwn"')).toHaveLength(JSON.stringify(blocks).split('"verbatim":true').length);
}
