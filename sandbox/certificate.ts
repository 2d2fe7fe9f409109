/** A certificate for 127.0.0.1 and localhost that signs itself, written in DER by hand: Node makes keys but no certificates. */

import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and its certificate, as PEM. */
export type Certificate = { readonly key: string; readonly cert: string };

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const octets = (...parts: readonly Uint8Array[]): Buffer => der(0x04, ...parts);
const truth = Buffer.from([0x01, 0x01, 0xff]);

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** ecdsa-with-SHA256, commonName, basicConstraints, subjectAltName. */
const ids = { signature: '2a8648ce3d040302', name: '550403', basic: '551d13', alternative: '551d11' };

function time(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));
}

function named(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(ids.name), der(0x0c, Buffer.from(name)))));
}

function pem(label: string, body: Buffer): string {
  const lines = body.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Makes a new one, good from yesterday for ten years. */
export function selfSigned(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = named('Sandbox');
  const day = 86_400_000;
  const local = Buffer.from('localhost');
  const alternatives = sequence(der(0x82, local), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(oid(ids.basic), truth, octets(sequence(truth))),
    sequence(oid(ids.alternative), octets(alternatives)),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    sequence(oid(ids.signature)),
    name,
    sequence(time(Date.now() - day), time(Date.now() + 3650 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', body, privateKey);
  const signed = sequence(body, sequence(oid(ids.signature)), der(0x03, Buffer.from([0]), signature));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem('CERTIFICATE', signed) };
}
