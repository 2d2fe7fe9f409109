/** Runbooks that are edited while Vigie runs: a real process, told by SIGHUP. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startSlack } from '../../sandbox/slack/server.ts';
import { temporaryFolder } from '../servers/child.ts';

const shown = z.object({ incident: z.object({ walk: z.object({ runbook: z.object({ books: z.unknown() }) }) }) });

const runbook = (title: string): string =>
  `id: trouble\ntitle: ${title}\nmatch: ['alertname=~".+"']\nsteps:\n  - {id: look, title: Look, instruction: Look.}\n`;

const body = (name: string): string =>
  JSON.stringify({
    ...{ version: '4', groupKey: `{}:{alertname="${name}"}`, receiver: 'vigie', status: 'firing', truncatedAlerts: 0 },
    ...{ groupLabels: { alertname: name }, commonLabels: {}, commonAnnotations: {}, externalURL: '' },
    alerts: [
      {
        ...{ status: 'firing', labels: { alertname: name, severity: 'critical' }, annotations: {}, generatorURL: '' },
        ...{ startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z' },
        fingerprint: Buffer.from(name).toString('hex').slice(0, 16).padEnd(16, '0'),
      },
    ],
  });

/** A bot of its own over a folder of runbooks, and what it says. */
async function spawnBot(folder: string, slackUrl: string) {
  await writeFile(
    join(folder, 'vigie.yaml'),
    `version: 1
http: {public: {host: 127.0.0.1, port: 0}, private: {host: 127.0.0.1, port: 0}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
`,
  );
  const env = {
    ...{
      PATH: process.env['PATH'],
      VIGIE_CONFIG: join(folder, 'vigie.yaml'),
      VIGIE_RUNBOOKS: join(folder, 'runbooks'),
    },
    ...{
      VIGIE_DATA: join(folder, 'data'),
      SLACK_API_URL: slackUrl,
      SLACK_BOT_TOKEN: 'xoxb-sandbox',
      AM_TOKEN: 'token',
    },
    SLACK_SIGNING_SECRET: 'secret',
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts'), 'bot'], { env });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const heard = (words: RegExp): Promise<RegExpExecArray> =>
    vi.waitUntil(() => words.exec(said), { timeout: 20_000, interval: 50 });
  const stop = (): void => void child.kill('SIGKILL');
  return { stop, heard, reload: () => child.kill('SIGHUP') };
}

it('an incident keeps the runbook it began with; the next gets the new one, and a broken edit is refused', async () => {
  await using slack = await startSlack();
  const folder = await temporaryFolder('reload');
  const write = (text: string): Promise<void> => writeFile(join(folder, 'runbooks/trouble.yaml'), text);
  await mkdir(join(folder, 'runbooks'));
  await write(runbook('The first edition'));
  const { heard, reload, stop } = await spawnBot(folder, slack.url);
  try {
    const [, url = ''] = await heard(/, (http\S+) for Alertmanager/);
    const headers = { 'content-type': 'application/json', authorization: 'Bearer token' };
    const fire = (name: string) =>
      fetch(`${url}/alertmanager/main`, { method: 'POST', headers, body: body(name) }).then(({ ok }) =>
        expect(ok).toBe(true),
      );
    const bookOf = (number: number): Promise<string> =>
      vi.waitUntil(
        async () => {
          const answer = await fetch(`${url}/incidents/${number}`);
          return answer.ok && JSON.stringify(shown.parse(await answer.json()).incident.walk.runbook.books);
        },
        { timeout: 10_000 },
      );
    await fire('One');
    expect(await bookOf(1)).toContain('The first edition');

    await write(runbook('The second edition'));
    reload();
    await heard(/SIGHUP, 1 runbooks? for incidents that open from now on/);
    await fire('Two');
    expect(await bookOf(2)).toContain('The second edition');
    expect(await bookOf(1)).toContain('The first edition');

    await write('id: trouble\ntitle: [broken\n');
    reload();
    const [, why] = await heard(/the runbooks stay as they were: ([^]*trouble\.yaml:\d+:\d+.*)/);
    expect(why).toContain('trouble.yaml');
    await fire('Three');
    expect(await bookOf(3)).toContain('The second edition');
  } finally {
    stop();
  }
}, 60_000);
