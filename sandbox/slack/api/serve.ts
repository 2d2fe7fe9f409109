/** The Web API's front door: arguments, token, faults and limits, then the method, then the log. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { readableArgs } from './calls.ts';
import { refuse } from '../workspace/content.ts';
import type { Fault } from './faults.ts';
import { breakOff, readBody, readFields, readForm, sendJson, sendText } from '../../http.ts';
import { stringAt, type Json } from '../../json.ts';
import { methods } from './methods/index.ts';
import type { Answer } from './methods/method.ts';
import type { Token } from '../workspace/seed.ts';
import type { World } from '../world.ts';

/** What a call comes to: a status and a body; `retryAfter` in seconds goes into the header. */
type Result = { readonly status: number; readonly answer: Answer; readonly retryAfter?: number };

/** A call as it came in. */
type Incoming = { readonly method: string; readonly args: Json; readonly token: string };

async function readCall(request: IncomingMessage, url: URL): Promise<Incoming> {
  const method = url.pathname.replace(/^\/api\//, '');
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  const fields =
    request.method === 'GET' ? readForm(url.search) : { ...readForm(url.search), ...readFields(type, body) };
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const inBody = type.startsWith('application/json') ? '' : stringAt(fields, 'token');
  return { method, args: fields, token: bearer ?? inBody };
}

/** The token, or Slack's refusal of it. */
function authenticate(world: World, given: string, kind: 'bot' | 'app'): Token | Answer {
  if (given === '') return refuse('not_authed');
  const token = world.seed.tokens.find((each) => each.token === given);
  if (!token) return refuse('invalid_auth');
  if (token.revoked) return refuse('token_revoked');
  return token.kind === kind ? token : refuse('not_allowed_token_type');
}

/** Carries a call out. */
function perform(world: World, call: Incoming): Result {
  const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
  if (!method) return { status: 200, answer: refuse('unknown_method', { req_method: call.method }) };
  const { auth, tier } = method;
  const token =
    auth === 'none' ? { token: '', kind: 'bot' as const, scopes: [] } : authenticate(world, call.token, auth);
  if ('ok' in token) return { status: 200, answer: token };
  const retryAfter = world.limits.refuse(call.method, tier, token.token, stringAt(call.args, 'channel'));
  if (retryAfter !== null) return { status: 429, answer: refuse('ratelimited'), retryAfter };
  return { status: 200, answer: method.run({ world, token, args: call.args }) };
}

/** What a fault answers in place of the method, or null for faults that let it run or that answer nothing. */
function faultResult(fault: Fault): Result | null {
  if (typeof fault === 'string' || 'delayMs' in fault) return null;
  if ('error' in fault) return { status: 200, answer: refuse(fault.error) };
  if ('retryAfter' in fault) return { status: 429, answer: refuse('ratelimited'), retryAfter: fault.retryAfter };
  return { status: fault.status, answer: refuse('internal_error') };
}

const page = '<!DOCTYPE html><html><head><title>Slack</title></head><body>Something went wrong.</body></html>';

/** Cuts the connection so that the caller sees a reset, not an orderly end. */
function reset(request: IncomingMessage): void {
  breakOff(request.socket);
}

/** Takes one Web API request. */
export async function serveApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const call = await readCall(request, url);
  const fault = world.faults.take(call.method);
  const record = (status: number, answer: Json | null): void => {
    const args = readableArgs(call.args);
    world.calls.push({ at: world.clock.now(), method: call.method, args, status, answer, fault });
    world.journal.touch();
  };

  if (fault === 'hang') return record(0, null);
  if (fault === 'reset') {
    record(0, null);
    return reset(request);
  }
  if (fault === 'garbage') {
    record(200, null);
    return sendText(response, 200, page, 'text/html');
  }
  if (fault !== null && typeof fault === 'object' && 'delayMs' in fault) await sleep(fault.delayMs);

  const result = (fault && faultResult(fault)) ?? perform(world, call);
  record(fault === 'lost' ? 0 : result.status, result.answer);
  if (fault === 'lost') return reset(request);
  const scopes = world.seed.tokens.find(({ token }) => token === call.token)?.scopes.join(',') ?? '';
  const retry = result.retryAfter === undefined ? {} : { 'retry-after': String(result.retryAfter) };
  sendJson(response, result.status, result.answer, { 'x-oauth-scopes': scopes, ...retry });
}
