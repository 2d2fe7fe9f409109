/**
 * The door for PagerDuty's webhooks v3: `POST /pagerduty/webhooks`. PagerDuty comes again for 48 hours after a 5xx, but
 * drops an event after any 4xx, and after three of those everything for a day. So what is signed is never refused.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Instant } from '../incident/incident.ts';
import { openVerify, signaturesIn, type Verify } from './signature.ts';
import { type Hook, readHook } from './hook.ts';

/** A webhook that is to be stored. */
export interface HookArrival {
  /** The event's own id, from the signed body: what comes twice has it twice. */
  readonly id: string;
  readonly at: Instant;
  /** As it came, for `translate`. */
  readonly body: string;
}

/** What the door is handed. */
export interface HookDoor {
  /** Any of them lets a body in; without any, nothing gets in. */
  readonly secrets: readonly { readonly reveal: () => string }[];
  /** Stores a body, unless one with its id is there. Resolves after the commit; throws when that did not happen. */
  readonly accept: (arrival: HookArrival) => Promise<void>;
  readonly clock: () => Instant;
  /** Told of every answer, for the metrics. */
  readonly answered?: (status: number) => void;
  /** Told why an answer was 503, and of signed bodies that make no sense. */
  readonly troubled?: (fault: unknown) => void;
}

/** Bytes. PagerDuty sends nothing above 256 kB. */
const largestBody = 2 ** 20;

/** Bytes of bodies that may be on their way in at once; what comes on top is told to come again. */
const mostInFlight = 32 * 2 ** 20;

interface Answer {
  readonly status: 202 | 401 | 413 | 503;
  readonly body: string;
}

const refuse = (status: Answer['status'], error: string): Answer => ({ status, body: JSON.stringify({ error }) });

const stored: Answer = { status: 202, body: '{"stored":true}' };
const ignored: Answer = { status: 202, body: '{"ignored":true}' };
const denied = refuse(
  401,
  'The signature is missing or wrong. Put the secret of the subscription into pagerduty.webhook_secrets.',
);
const tooLarge = refuse(
  413,
  `The body is larger than ${largestBody / 2 ** 20} MB, and PagerDuty sends nothing like that.`,
);
const tooMuch = refuse(503, 'Too many bodies are on their way in. Send it again.');
const broken = refuse(503, 'The body did not arrive whole. Send it again.');
const unstored = refuse(503, 'The event could not be stored. Send it again.');

/** Adds the route, for Fastify's `register`. */
export async function pagerDutyWebhook(scope: FastifyInstance, door: HookDoor): Promise<void> {
  const verify = openVerify(door.secrets, door.clock);
  let inFlight = 0;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
  scope.post('/pagerduty/webhooks', {
    bodyLimit: largestBody,
    onRequest: (request, reply, next) => {
      const bytes = Number(request.headers['content-length'] ?? largestBody);
      const refusal = admit(request, bytes, inFlight);
      if (refusal !== null) {
        send(reply, door, refusal);
        return;
      }
      // The signature is over the bytes, whatever they are said to be: a type that is none must not make a 415 of it.
      request.raw.headers['content-type'] = 'application/json';
      inFlight += bytes;
      reply.raw.once('close', () => {
        inFlight -= bytes;
      });
      next();
    },
    handler: async (request, reply) => send(reply, door, await take(request, verify, door)),
    errorHandler: (error, _request, reply) => {
      const { statusCode: status = 500 } = error;
      if (status >= 500) door.troubled?.(error);
      // What did not arrive whole could not be checked, so nobody knows that it was not signed.
      send(reply, door, status === 413 ? tooLarge : status < 500 ? broken : unstored);
    },
  });
}

/** Looks at the headers, before any of the body is read. */
function admit({ headers }: FastifyRequest, bytes: number, inFlight: number): Answer | null {
  if (signaturesIn(headers['x-pagerduty-signature']).length === 0) return denied;
  if (bytes > largestBody) return tooLarge;
  return inFlight + bytes > mostInFlight ? tooMuch : null;
}

async function take({ body: bytes, headers }: FastifyRequest, verify: Verify, door: HookDoor): Promise<Answer> {
  const body = Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
  try {
    if (!verify(body, signaturesIn(headers['x-pagerduty-signature']))) return denied;
    const text = body.toString('utf8');
    const hook = readHook(text);
    if (hook === null) {
      door.troubled?.(new Error('PagerDuty signed something that is no event of its webhooks v3'));
      return ignored;
    }
    if (!concerns(hook)) return ignored;
    const id = hook.id === '' ? createHash('sha256').update(body).digest('hex') : hook.id;
    await door.accept({ id, at: door.clock(), body: text });
    return stored;
  } catch (error) {
    door.troubled?.(error);
    return unstored;
  }
}

/** PagerDuty tells of services and workflows, too, and pings. */
const concerns = (hook: Hook): boolean => hook.type.startsWith('incident.');

function send(reply: FastifyReply, { answered }: HookDoor, { status, body }: Answer): FastifyReply {
  answered?.(status);
  reply.code(status).header('content-type', 'application/json; charset=utf-8');
  // A connection kept alive would hold up the closing of the listener until its time-out.
  if (!reply.server.server.listening) reply.header('connection', 'close');
  return reply.send(body);
}
