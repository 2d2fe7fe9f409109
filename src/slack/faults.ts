/** The one place where an error of the Web API becomes a fault: to wait, to give up, or to try again. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { Terminal, Throttled } from '../incident/fault.ts';

/**
 * Answers that are the same however often the same call is made: what was sent is wrong, or the place is closed for
 * good. Troubles that an operator can mend (a missing scope, a revoked token, not invited) are not among them.
 */
const final: ReadonlySet<string> = new Set([
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_too_long', 'msg_blocks_too_long', 'no_text'],
  ...['invalid_metadata_format', 'metadata_too_large', 'markdown_text_conflict', 'invalid_arguments', 'too_long'],
  ...['is_archived', 'is_inactive', 'cant_update_message', 'edit_window_closed', 'cannot_reply_to_message'],
  ...['too_many_pins', 'not_pinnable', 'unknown_method'],
]);

/** Answers that say nothing about the call: Slack is troubled, or does not know us at all, and then nothing works. */
const general: ReadonlySet<string> = new Set([
  ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'],
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'accesslimited'],
]);

/** A fault that only a person can mend, such as a missing scope; other calls may well work. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
}

/** Makes a call; what goes wrong becomes a fault that says what was being done. Codes in `expected` are answers, not faults. */
export async function ask<T, const Code extends string = never>(
  doing: string,
  call: () => Promise<T>,
  expected: readonly Code[] = [],
): Promise<T | Code> {
  try {
    return await call();
  } catch (error) {
    const code = codeOf(error);
    const answer = expected.find((each) => each === code);
    if (answer !== undefined) return answer;
    throw faultOf(doing, error);
  }
}

/** The error code of Slack's answer; undefined when Slack did not answer with one. */
export const codeOf = (error: unknown): string | undefined =>
  // web-api 8.2 puts the whole body there when it is not JSON.
  error instanceof WebAPIPlatformError && /^\w{1,60}$/u.test(error.data.error) ? error.data.error : undefined;

/** The fault for an error of the Web API. Its message never holds what was sent, and so no token. */
export function faultOf(doing: string, error: unknown): Error {
  if (error instanceof WebAPIRateLimitedError) {
    return new Throttled(`${doing}: Slack asks to wait ${error.retryAfter} s`, error.retryAfter * 1000);
  }
  const code = codeOf(error);
  if (code === undefined) return new Error(`${doing}: ${transport(error)}`);
  if (code === 'ratelimited') return new Throttled(`${doing}: Slack asks to wait`, 30_000);
  const message = `${doing}: Slack answered ${code}${details(error)}`;
  if (final.has(code)) return new Terminal(message);
  return general.has(code) ? new Error(message) : new Forbidden(message);
}

/** What Slack adds to a code: the scope that is missing, or where the blocks are wrong. */
function details(error: unknown): string {
  if (!(error instanceof WebAPIPlatformError)) return '';
  const { needed, response_metadata: metadata } = error.data as { needed?: unknown } & typeof error.data;
  if (typeof needed === 'string') return ` (needs ${needed.slice(0, 200)})`;
  const says = (metadata?.messages ?? []).join('; ').slice(0, 300);
  return says === '' ? '' : ` (${says})`;
}

/** What happened instead of an answer. */
function transport(error: unknown): string {
  if (error instanceof WebAPIPlatformError) return 'Slack answered something that is not JSON';
  if (error instanceof WebAPIHTTPError) return `Slack answered HTTP ${error.statusCode}`;
  if (!(error instanceof WebAPIRequestError)) return error instanceof Error ? error.message : String(error);
  const { original } = error;
  if (original.name === 'TimeoutError') return 'Slack did not answer in time';
  const cause = original.cause instanceof Error ? original.cause.message : original.message;
  return `Slack could not be reached (${cause.slice(0, 200)})`;
}
