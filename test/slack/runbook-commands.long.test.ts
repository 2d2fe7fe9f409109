/** What people type about runbooks and their steps, and what they are answered. */
import { describe, expect, it } from 'vitest';
import { openChecklist } from '../../src/incident/opening.ts';
import { startEvening } from './evening.ts';
import type { Evening } from './evening.ts';
import { card, channel, followed, stand, step, walking } from './runbooks.ts';

/** Types a command in the incident's channel and gives the answer as text. */
async function type({ slack }: Evening, line: string, where = channel): Promise<string> {
  const { ephemeral, status } = await slack.command('ana', where, line);
  expect(status).toBe(200);
  return ephemeral.map(({ text }) => text).join('\n');
}

async function present(): Promise<Evening> {
  const evening = await walking();
  evening.slack.join('ana', channel);
  return evening;
}

describe('/incident runbook', () => {
  it('shows the walk to the person, without buttons', async () => {
    await using evening = await present();
    const { ephemeral } = await evening.slack.command('ana', channel, '/incident runbook');
    expect(ephemeral[0]?.text).toBe('Runbook Service unreachable, step 1 of 5: Look at checkout');
    expect(JSON.stringify(ephemeral[0]?.blocks)).not.toContain('vigie.step');
    expect(await type(evening, '/incident runbook', '#incidents')).toMatch(/\/incident runbook 12$/);
    expect(await type(evening, '/incident runbook 7')).toBe('There is no incident 7.');
    evening.slack.assertClean();
  });

  it('says where there is none', async () => {
    await using evening = await startEvening();
    await type(evening, '/incident declare it is down', '#incidents');
    expect(await type(evening, '/incident runbook 1', '#incidents')).toBe(
      'Incident 1 follows no runbook. Choose one: /incident runbook choose &lt;id&gt;',
    );
    expect(await type(evening, '/incident runbook list', '#incidents')).toMatch(/^There are no runbooks/u);
  });

  it('list names all runbooks, and what lets each begin', async () => {
    await using evening = await present();
    const { ephemeral } = await evening.slack.command('ana', channel, '/incident runbook list');
    const shows = JSON.stringify(ephemeral[0]?.blocks);
    expect(ephemeral[0]?.text).toBe('2 runbooks');
    expect(shows).toContain('alertname=\\"HighErrorRate\\"');
    expect(shows).toContain('checklist, started by hand');
  });
});

describe('/incident runbook choose', () => {
  it('swaps the runbook for a reason, and keeps what was done', async () => {
    await using evening = await present();
    await type(evening, '/incident step done');
    expect(await type(evening, '/incident runbook choose maintenance-weekly')).toBe(
      'Incident 1 follows “Service unreachable” already. ' +
        'Say why it is swapped: /incident runbook choose maintenance-weekly 1 &lt;reason&gt;',
    );
    expect(await type(evening, '/incident runbook choose maintenance-weekly it is the disks')).toBe(
      'Incident 1 follows “Weekly maintenance” now.',
    );
    await evening.perform();
    expect(card(evening).shows).toContain('Weekly maintenance');
    expect(card(evening).shows).toContain('✓ ');
    expect(evening.memory.lines.at(-1)).toMatchObject({ type: 'RunbookChosen', reason: 'it is the disks' });
  });

  it('gives an incident without a runbook one, and decides its conditions by what fires', async () => {
    const [book, other] = followed.runbooks;
    const [look, ...rest] = book?.steps ?? [];
    if (book === undefined || other === undefined || look === undefined) throw new Error('there is no runbook');
    const only = {
      label: 'severity',
      sign: '=' as const,
      text: 'severity="high"',
      test: (value: string) => value === 'high',
    };
    const runbooks = [{ ...book, steps: [{ ...look, match: [only] }, ...rest] }, other];
    await using evening = await startEvening({ rules: { ...followed, runbooks } });
    await type(evening, '/incident declare high it is down', '#incidents');
    expect(await type(evening, '/incident runbook choose service-unreachable 1', '#incidents')).toBe(
      'Incident 1 follows “Service unreachable” now.',
    );
    expect(step(evening)).toBe('look');
    await type(evening, '/incident declare critical it is down', '#incidents');
    await type(evening, '/incident runbook choose Service-Unreachable 2', '#incidents');
    expect(evening.memory.incident(2).walk?.cursor?.step).toBe('health');
  });

  it.each([
    ['service-unreachabel', ' Did you mean service-unreachable?'],
    ['weekly', ' Did you mean maintenance-weekly?'],
    ['xyz', ''],
  ])('does not know %s', async (id, meant) => {
    await using evening = await present();
    expect(await type(evening, `/incident runbook choose ${id} why`)).toBe(
      `There is no runbook ${id}.${meant} See /incident runbook list.`,
    );
  });

  it('does not take a number of the reason for an incident', async () => {
    await using evening = await present();
    expect(await type(evening, '/incident runbook choose maintenance-weekly 3 disks are full')).toMatch(
      /^Is 3 an incident, or a part of the reason\?/u,
    );
  });
});

describe('/incident runbook start', () => {
  it('opens a checklist', async () => {
    const causes: (string | null)[] = [];
    await using evening = await startEvening({
      rules: followed,
      record: () => async (deed, number, cause) => {
        causes.push(number === null ? cause : null);
        const runbook = followed.runbooks.find(({ id }) => deed.type === 'RunbookStarted' && id === deed.runbook);
        if (runbook === undefined) return { refused: 'no' };
        return { incident: openChecklist(4, runbook, deed, followed).incident, again: false };
      },
    });
    expect(await type(evening, '/incident runbook start maintenance-weekly', '#incidents')).toBe(
      'Checklist 4 is started: its channel is being made.',
    );
    expect(causes).toEqual([expect.stringMatching(/^command:/u)]);
  });

  it('does not start what is about alerts', async () => {
    await using evening = await present();
    expect(await type(evening, '/incident runbook start service-unreachable')).toBe(
      '“Service unreachable” is about alerts. Choose it in an incident: /incident runbook choose service-unreachable',
    );
  });
});

describe('/incident step', () => {
  it('does what the buttons do, and says where the walk is', async () => {
    await using evening = await present();
    expect(await type(evening, '/incident step done all is green')).toBe(
      '“Look at checkout” is done. Now: “Does it answer?”, step 2 of 5.',
    );
    expect(evening.memory.incident().walk?.past[0]).toMatchObject({ says: 'all is green' });
    expect(await type(evening, '/incident step run')).toBe('“Does it answer?” is running.');
    expect(await type(evening, '/incident step run')).toBe('"Does it answer?" is running already.');
    const at = evening.slack.clock.now();
    evening.answer({
      type: 'CheckAnswered',
      at,
      visit: 2,
      attempt: 1,
      of: 'step',
      passed: false,
      says: 'answered 503',
    });
    expect(stand(evening)).toBe('failed');
    expect(await type(evening, '/incident step retry')).toBe('“Does it answer?” is running.');
    expect(await type(evening, '/incident step skip')).toBe('Say why the step is skipped.');
    expect(await type(evening, '/incident step skip 3 people looked')).toMatch(
      /^“Does it answer\?” is skipped\. Now: /u,
    );
    expect(await type(evening, '/incident step done')).toBe('"Was there a deploy?" is not ticked by hand.');
  });

  it('elsewhere needs a marked number', async () => {
    await using evening = await present();
    expect(await type(evening, '/incident step done 1', '#incidents')).toMatch(/\/incident step done #12$/u);
    expect(await type(evening, '/incident step done #1', '#incidents')).toContain('is done. Now: ');
    expect(await type(evening, '/incident step dnoe')).toContain("I don't know");
  });
});
