/** Just enough protobuf to read the access reviews that `kubectl auth can-i` sends in no other form. */

import type { JsonObject } from '../json.ts';

type Fields = ReadonlyMap<number, Buffer>;

/** The length-delimited fields of a message; the last one of each number counts. */
function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 127) * shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    if ((key & 7) === 2) {
      const length = varint();
      fields.set(key >> 3, message.subarray(at, at + length));
      at += length;
    } else {
      varint();
    }
  }
  return fields;
}

function named(message: Buffer | undefined, names: readonly string[]): JsonObject {
  if (!message) return {};
  const fields = fieldsOf(message);
  const entries = names.map((name, index) => [name, fields.get(index + 1)?.toString('utf8') ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

const resourceNames = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'];

/** A SelfSubjectAccessReview or SelfSubjectRulesReview, or null when the body is something else. */
export function readReview(body: Buffer): JsonObject | null {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') return null;
  const envelope = fieldsOf(body.subarray(4));
  const { kind, apiVersion } = named(envelope.get(1), ['apiVersion', 'kind']);
  const raw = envelope.get(2);
  if (!raw || typeof kind !== 'string' || typeof apiVersion !== 'string') return null;
  const spec = fieldsOf(raw).get(2);
  if (kind === 'SelfSubjectRulesReview') return { kind, apiVersion, spec: named(spec, ['namespace']) };
  if (kind !== 'SelfSubjectAccessReview') return null;
  const parts = spec ? fieldsOf(spec) : new Map<number, Buffer>();
  const path = parts.get(2);
  if (path) return { kind, apiVersion, spec: { nonResourceAttributes: named(path, ['path', 'verb']) } };
  return { kind, apiVersion, spec: { resourceAttributes: named(parts.get(1), resourceNames) } };
}
