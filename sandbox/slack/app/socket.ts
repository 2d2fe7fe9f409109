/** Socket Mode: single-use tickets, WebSocket connections, envelopes and their acknowledgements. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { ackLimitMs, type Outgoing, type Reply } from './deliver.ts';
import { acceptKey, encodeFrame, frameReader, opcodes } from './frames.ts';
import { isObject, parseJson, stringAt, type Json } from '../../json.ts';

/** Slack's reasons for asking a client to connect anew. */
export type DisconnectReason = 'refresh_requested' | 'warning' | 'link_disabled';

/** The app's open sockets. */
export type Sockets = {
  readonly connected: () => number;
  /** A ticket for one connection, as `apps.connections.open` hands out in its URL. */
  readonly ticket: () => string;
  /** Takes an upgrade request to `/link?ticket=…`; refuses it with 403 when the ticket is not good. */
  readonly upgrade: (request: IncomingMessage, stream: Duplex, appId: string) => void;
  /** Sends an envelope over one of the sockets, in turn, and waits for its acknowledgement. */
  readonly send: (outgoing: Outgoing) => Promise<Reply>;
  /** Asks every client to go, as Slack does about hourly. */
  readonly disconnect: (reason: DisconnectReason) => void;
  /** Cuts all connections. */
  readonly close: () => void;
};

/** An envelope as Slack sends it (https://docs.slack.dev/apis/events-api/using-socket-mode). */
function asEnvelope(id: string, outgoing: Outgoing): Json {
  const head = { envelope_id: id };
  switch (outgoing.kind) {
    case 'command':
      return { ...head, type: 'slash_commands', payload: outgoing.fields, accepts_response_payload: true };
    case 'interaction':
      return { ...head, type: 'interactive', payload: outgoing.payload, accepts_response_payload: true };
    case 'event': {
      const retry = { retry_attempt: outgoing.retry?.num ?? 0, retry_reason: outgoing.retry?.reason ?? '' };
      return { ...head, type: 'events_api', payload: outgoing.envelope, accepts_response_payload: false, ...retry };
    }
  }
}

/** The text of an acknowledgement's payload; an empty object acknowledges without saying anything. */
function ackBody(ack: Json): string {
  const payload = ack['payload'];
  return isObject(payload) && Object.keys(payload).length > 0 ? JSON.stringify(payload) : '';
}

/** Envelopes that have been sent and not been acknowledged yet. */
type Waiting = {
  readonly acknowledge: (ack: Json) => void;
  /** Settles with the acknowledgement of the envelope, or after three seconds without one. */
  readonly reply: (id: string) => Promise<Reply>;
};

function createWaiting(): Waiting {
  const waiting = new Map<string, (ack: Json) => void>();
  return {
    acknowledge: (ack) => waiting.get(stringAt(ack, 'envelope_id'))?.(ack),
    reply(id) {
      const started = performance.now();
      const { promise, resolve } = Promise.withResolvers<Reply>();
      const settle = (reply: Pick<Reply, 'status' | 'body' | 'fault'>): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve({ ...reply, ms: Math.round(performance.now() - started), noRetry: false });
      };
      const timer = setTimeout(() => settle({ status: 0, body: '', fault: 'http_timeout' }), ackLimitMs).unref();
      waiting.set(id, (ack) => settle({ status: 200, body: ackBody(ack), fault: null }));
      return promise;
    },
  };
}

/** No connections yet. */
export function createSockets(): Sockets {
  const tickets = new Set<string>();
  const streams = new Set<Duplex>();
  const waiting = createWaiting();

  const write = (stream: Duplex, message: Json): void =>
    void stream.write(encodeFrame({ opcode: opcodes.text, payload: Buffer.from(JSON.stringify(message)) }));

  const receive = (text: string): void => {
    const ack = parseJson(text);
    if (isObject(ack)) waiting.acknowledge(ack);
  };

  const listen = (stream: Duplex): void => {
    const read = frameReader(({ opcode, payload }) => {
      if (opcode === opcodes.text) receive(payload.toString('utf8'));
      if (opcode === opcodes.ping) stream.write(encodeFrame({ opcode: opcodes.pong, payload }));
      if (opcode === opcodes.close) stream.end(encodeFrame({ opcode, payload }));
    });
    stream.on('data', read);
    stream.on('error', () => stream.destroy());
    stream.on('close', () => streams.delete(stream));
  };

  return {
    connected: () => streams.size,
    ticket() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return ticket;
    },
    upgrade(request, stream, appId) {
      const ticket = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('ticket') ?? '';
      const key = request.headers['sec-websocket-key'];
      if (!tickets.delete(ticket) || key === undefined) return void stream.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const head = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n';
      stream.write(`${head}sec-websocket-accept: ${acceptKey(key)}\r\n\r\n`);
      listen(stream);
      streams.add(stream);
      const debug = { host: 'sandbox', build_number: 1, approximate_connection_time: 3600 };
      const info = { num_connections: streams.size, connection_info: { app_id: appId }, debug_info: debug };
      write(stream, { type: 'hello', ...info });
    },
    send(outgoing) {
      const [stream] = streams;
      if (!stream) throw new Error('sending an envelope without an open socket');
      streams.delete(stream);
      streams.add(stream);
      const id = randomUUID();
      write(stream, asEnvelope(id, outgoing));
      return waiting.reply(id);
    },
    disconnect(reason) {
      for (const stream of streams) write(stream, { type: 'disconnect', reason, debug_info: { host: 'sandbox' } });
    },
    close() {
      for (const stream of streams) stream.destroy();
    },
  };
}
