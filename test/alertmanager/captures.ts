/** The recorded requests of test/fixtures/alertmanager, as Alertmanager sent them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One recorded request. */
export interface CapturedRequest {
  readonly offset_ms: number;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** One scenario, with those of its requests that are webhooks. */
export interface Capture {
  readonly name: string;
  readonly file: string;
  readonly webhooks: readonly CapturedRequest[];
}

const folder = resolve(import.meta.dirname, '../fixtures/alertmanager');

/** Every scenario, by name. */
export const captures: readonly Capture[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const path = join(folder, file);
    const { name, requests } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; requests: CapturedRequest[] };
    return {
      name,
      file: path,
      webhooks: requests.filter(({ method, body }) => method === 'POST' && body.includes('"groupKey"')),
    };
  });

/** One scenario. */
export function captureOf(name: string): Capture {
  const found = captures.find((capture) => capture.name === name);
  if (found === undefined) throw new Error(`there is no capture ${name}`);
  return found;
}

/** The body of a scenario's request. */
export function bodyOf(name: string, index = 0): string {
  const request = captureOf(name).webhooks[index];
  if (request === undefined) throw new Error(`the capture ${name} has no request ${index}`);
  return request.body;
}
