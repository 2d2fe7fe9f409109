/** WebSocket framing (RFC 6455), as much as a server for small text messages needs. */

import { createHash } from 'node:crypto';

/** One frame. Opcodes: 1 text, 8 close, 9 ping, 10 pong. */
export type Frame = { readonly opcode: number; readonly payload: Buffer };

/** The frame types used here. */
export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** The answer to a client's `sec-websocket-key` (RFC 6455, section 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A whole, unmasked frame, as servers send them. */
export function encodeFrame({ opcode, payload }: Frame): Buffer {
  const head = [0x80 | opcode];
  if (payload.length < 126) return Buffer.concat([Buffer.from([...head, payload.length]), payload]);
  if (payload.length < 65_536) {
    return Buffer.concat([Buffer.from([...head, 126, payload.length >> 8, payload.length & 0xff]), payload]);
  }
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(payload.length));
  return Buffer.concat([Buffer.from([...head, 127]), length, payload]);
}

type Header = { readonly fin: boolean; readonly opcode: number; readonly start: number; readonly end: number };

/** The head of the frame at the start of the buffer, or null when more bytes are needed. Clients always mask. */
function readHeader(buffer: Buffer): Header | null {
  if (buffer.length < 2) return null;
  const [first = 0, second = 0] = buffer;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + 4;
  if (buffer.length < start) return null;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  return { fin: (first & 0x80) !== 0, opcode: first & 0x0f, start, end: start + length };
}

/** A function that takes bytes as they come and calls back with each whole message, fragments put together. */
export function frameReader(take: (frame: Frame) => void): (bytes: Buffer) => void {
  let buffer: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let opcodeOfParts = 0;

  return (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (;;) {
      const header = readHeader(buffer);
      if (!header || buffer.length < header.end) return;
      const { fin, opcode, start, end } = header;
      const mask = buffer.subarray(start - 4, start);
      const payload = Buffer.from(buffer.subarray(start, end)).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
      buffer = buffer.subarray(end);
      const isControl = opcode >= 8;
      if (isControl) {
        take({ opcode, payload: Buffer.from(payload) });
        continue;
      }
      if (opcode !== 0) opcodeOfParts = opcode;
      parts.push(Buffer.from(payload));
      if (!fin) continue;
      take({ opcode: opcodeOfParts, payload: Buffer.concat(parts) });
      parts = [];
    }
  };
}
