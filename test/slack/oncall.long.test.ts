/** `/incident oncall`: whose turn it is, for whoever asks. */
import { expect, it } from 'vitest';
import type { OnDuty } from '../../src/slack/perform/stage.ts';
import { alertAt, startEvening } from './evening.ts';
import type { Evening } from './evening.ts';

const turns: Readonly<Record<string, readonly OnDuty[]>> = {
  checkout: [
    { name: 'Ben Brandt', email: 'ben@example.com' },
    { name: 'Lena Lund', email: 'lena@nowhere.example' },
  ],
};

const evening = (onCall = async (service: string | null) => turns[service ?? ''] ?? []) =>
  startEvening({ parts: { onCall } });

/** Types it, and gives what only Ana sees. */
async function ask({ slack }: Evening, line: string, where = '#incidents'): Promise<string> {
  await slack.command('ana', where, line);
  return slack.transcript().slice(slack.transcript().lastIndexOf(line)).trim();
}

it('names those of Slack by mention, and the others by their plain name', async () => {
  await using here = await evening();
  expect(await ask(here, '/incident oncall')).toContain('checkout: @ben, Lena Lund');
});

it('in the channel of an incident is about its service', async () => {
  await using here = await evening();
  here.report([alertAt(here.slack.clock.now(), 'HighErrorRate')]);
  await here.perform();
  here.slack.join('ana', '#inc-1-higherrorrate-checkout');
  expect(await ask(here, '/incident oncall', '#inc-1-higherrorrate-checkout')).toContain('checkout: @ben');
});

it('says so when nobody is, when PagerDuty does not answer, and when there is no such service', async () => {
  await using nobody = await evening(async () => []);
  expect(await ask(nobody, '/incident oncall checkout')).toContain('nobody, as far as PagerDuty tells Vigie.');
  await using silent = await evening(() => new Promise(() => undefined));
  expect(await ask(silent, '/incident oncall checkout')).toContain('PagerDuty did not say in time. Ask again.');
  expect(await ask(silent, '/incident oncall chekout')).toContain(
    'There is no service chekout. Did you mean checkout?',
  );
});
