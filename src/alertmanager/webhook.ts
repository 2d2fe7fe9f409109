/** The door for Alertmanager: `POST /alertmanager/<source>` answers 200 only after the body is stored. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Instant } from '../incident/incident.ts';
import { openAuthorize } from './authorize.ts';
import type { Authorize, Credentials } from './authorize.ts';
import { isMisfit, readPayload } from './schema.ts';

/** What the door is handed. */
export interface Door {
  readonly sources: Readonly<Record<string, Credentials>>;
  /** Stores a body. Resolves after the commit; throws when that did not happen. */
  readonly accept: (arrival: { readonly source: string; readonly at: Instant; readonly body: string }) => Promise<void>;
  readonly clock: () => Instant;
  /** Told of every answer, for the metrics. The source is `unknown` where there is none of that name. */
  readonly answered?: (source: string, status: number) => void;
  /** Told why an answer was 503. */
  readonly troubled?: (source: string, fault: unknown) => void;
}

/** Largest body, in bytes. One group of 1,000 alerts makes 705 kB. */
const largestBody = 8 * 2 ** 20;

/** Bytes of bodies that may be on their way in at once; what comes on top is told to come again. */
const mostInFlight = 64 * 2 ** 20;

/** Seconds. Alertmanager ignores it (measured with 0.25) and comes back by its own back-off; proxies may heed it. */
const retryAfter = '5';

interface Answer {
  readonly status: 200 | 400 | 401 | 404 | 413 | 415 | 503;
  readonly body: string;
}

const stored: Answer = { status: 200, body: '{"stored":true}' };

const refuse = (status: Answer['status'], error: string, faults?: readonly string[]): Answer => ({
  status,
  body: JSON.stringify(faults === undefined ? { error } : { error, faults }),
});

const unknown = refuse(
  404,
  'There is no such source. Post to /alertmanager/<source>, with a source of the configuration.',
);
const denied = refuse(
  401,
  'The credentials are missing or wrong. Send a bearer token or basic authentication of this source.',
);
const foreign = refuse(415, 'This is no JSON. Send Content-Type: application/json.');
const tooLarge = refuse(
  413,
  `The body is larger than ${largestBody / 2 ** 20} MB. Lower max_alerts, or group by more labels.`,
);
const tooMuch = refuse(503, 'Too many bodies are on their way in. Send it again.');
const broken = refuse(400, 'The body did not arrive whole. Send it again.');
const unstored = refuse(503, 'The body could not be stored. Send it again.');

type Request = FastifyRequest<{ Params: { '*': string } }>;

/**
 * Adds the route, for Fastify's `register`. 5xx makes Alertmanager retry within seconds; after a 4xx it forgets an alert
 * that ends meanwhile, so 4xx is only for what can never be taken in, and 429 and redirects are never sent.
 */
export async function webhook(scope: FastifyInstance, door: Door): Promise<void> {
  const authorize = openAuthorize(door.sources, door.clock);
  const flight = openFlight();
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
  // A wildcard, because it also takes a trailing slash: a redirect would lose the body (Alertmanager follows with a GET).
  scope.post<{ Params: { '*': string } }>('/alertmanager/*', {
    bodyLimit: largestBody,
    onRequest: (request, reply, next) => {
      const source = sourceOf(request);
      const refusal = admit(source, request, authorize) ?? flight.board(request, reply);
      if (refusal === null) next();
      else send(reply, door, refusal === unknown ? 'unknown' : source, refusal);
    },
    handler: async (request, reply) => {
      const source = sourceOf(request);
      const answer = await flight.during(request, take(source, request.body, door));
      return send(reply, door, source, answer);
    },
    errorHandler: (error, request, reply) => {
      const { statusCode: status = 500 } = error;
      const answer = status === 413 ? tooLarge : status === 415 ? foreign : status < 500 ? broken : unstored;
      const source = sourceOf(request);
      if (answer === unstored) door.troubled?.(source, error);
      send(reply, door, source, answer);
    },
  });
}

const sourceOf = ({ params }: Request): string => params['*'].replace(/\/$/, '');

/** Looks at the headers, before any of the body is read. */
function admit(source: string, { headers }: Request, authorize: Authorize): Answer | null {
  switch (authorize(source, headers.authorization)) {
    case 'unknown':
      return unknown;
    case 'denied':
      return denied;
    case 'ok':
      break;
  }
  // Only what is surely something else is refused: the body itself tells the rest.
  if (/^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(headers['content-type'] ?? '')) return foreign;
  return null;
}

/** Counts the bytes of bodies on their way in: from the headers until they are stored, or until the sender is gone. */
function openFlight() {
  let inFlight = 0;
  const reserved = new WeakMap<Request, number>();
  const leave = (request: Request): void => {
    inFlight -= reserved.get(request) ?? 0;
    reserved.delete(request);
  };
  return {
    board: (request: Request, reply: FastifyReply): Answer | null => {
      const { 'content-length': length } = request.headers;
      // A body of unknown length may become the largest.
      const bytes = length === undefined ? largestBody : Number(length);
      if (bytes > largestBody) return tooLarge;
      if (inFlight + bytes > mostInFlight) return tooMuch;
      inFlight += bytes;
      reserved.set(request, bytes);
      reply.raw.once('close', () => leave(request));
      return null;
    },
    /** While it is being stored a body keeps its memory, also when Alertmanager has hung up (after 10 s, measured with 0.25). */
    during: async <T>(request: Request, storing: Promise<T>): Promise<T> => {
      const bytes = reserved.get(request) ?? 0;
      reserved.delete(request);
      try {
        return await storing;
      } finally {
        inFlight -= bytes;
      }
    },
  };
}

async function take(source: string, bytes: unknown, { accept, clock, troubled }: Door): Promise<Answer> {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0)
    return refuse(400, 'There is no body. Post what Alertmanager sends.');
  if (!isUtf8(bytes)) return refuse(400, 'The body is not UTF-8 text.', [`byte ${firstBadByte(bytes)}: not UTF-8`]);
  const body = bytes.toString('utf8');
  const reading = readPayload(body);
  if (isMisfit(reading)) return refuse(400, reading.misfit, reading.faults);
  try {
    await accept({ source, at: clock(), body });
  } catch (error) {
    troubled?.(source, error);
    return unstored;
  }
  return stored;
}

/** Counted from 1: where decoding first put a replacement character. */
function firstBadByte(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'));
  return bytes.findIndex((byte, index) => byte !== again[index]) + 1;
}

function send(reply: FastifyReply, { answered }: Door, source: string, { status, body }: Answer): FastifyReply {
  answered?.(source, status);
  reply.code(status).header('content-type', 'application/json; charset=utf-8');
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="alertmanager", Basic realm="alertmanager"');
  if (status === 503) reply.header('retry-after', retryAfter);
  // A connection kept alive would hold up the closing of the listener until its time-out.
  if (!reply.server.server.listening) reply.header('connection', 'close');
  return reply.send(body);
}
