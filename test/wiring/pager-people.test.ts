/** People whom PagerDuty names, as people of Slack. */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { PagerReport } from '../../src/incident/pager.ts';
import { openPeople } from '../../src/wiring/pager-people.ts';
import type { PersonOf } from '../../src/wiring/pager-people.ts';
import { personOfUser } from '../../src/pagerduty/translate.ts';

const ana = personOfUser({ id: 'PANA', name: 'Ana Alves' });
const ben = personOfUser({ id: 'PBEN', name: 'Ben Brandt' });
const addresses: Readonly<Record<string, string>> = { PANA: 'ana@example.com', PBEN: 'ben@elsewhere.example' };

const report = (more: Pick<PagerReport, 'by'> & { readonly type: 'PagerAcknowledged' }): PagerReport => ({
  ...{ at: 0, incident: 'Q1', dedupKey: 'k', url: null },
  ...more,
});

/** An account of PagerDuty in which both are, and a Slack that answers as it is told; with what was asked. */
function openDoor(personOf: PersonOf) {
  const asked: string[] = [];
  let now = 0;
  const rest = {
    user: async (id: string) => {
      asked.push(id);
      return { id, name: id, email: addresses[id] ?? null };
    },
  };
  const known = openPeople({ rest }, personOf, () => now, pino({ level: 'silent' }));
  return { asked, known, wait: (time: number) => void (now += time) };
}

test('who has the same address in Slack is one and the same person, and is looked up once an hour', async () => {
  const { asked, known, wait } = openDoor(async (email) => (email === 'ana@example.com' ? { id: 'U0ANA' } : null));
  const by = async () => (await known(report({ type: 'PagerAcknowledged', by: ana }))).by;
  expect(await by()).toEqual({ id: 'U0ANA', name: 'Ana Alves' });
  await by();
  expect(asked).toEqual(['PANA']);
  wait(3_600_000);
  await by();
  expect(asked).toEqual(['PANA', 'PANA']);
});

test('who is not in Slack stays who PagerDuty says', async () => {
  const { known } = openDoor(async () => null);
  expect((await known(report({ type: 'PagerAcknowledged', by: ben }))).by).toEqual(ben);
});

test('everybody whom a report names is looked up', async () => {
  const { known } = openDoor(async (email) => ({ id: email.startsWith('ana') ? 'U0ANA' : 'U0BEN' }));
  const given = { at: 0, incident: 'Q1', dedupKey: 'k', url: null, by: ana } as const;
  const handed = { ...given, type: 'PagerReassigned', how: 'delegated', to: [ana, ben], policy: null } as const;
  expect(await known(handed)).toMatchObject({ by: { id: 'U0ANA' }, to: [{ id: 'U0ANA' }, { id: 'U0BEN' }] });
  const answered = { ...given, type: 'PagerResponderAnswered', whom: ben, joins: true } as const;
  expect(await known(answered)).toMatchObject({ whom: { id: 'U0BEN', name: 'Ben Brandt' } });
});

test('a Slack that is away changes nothing, and is asked again a minute later', async () => {
  let away = true;
  const { asked, known, wait } = openDoor(async () => {
    if (away) throw new Error('Slack is away');
    return { id: 'U0ANA' };
  });
  const by = async () => (await known(report({ type: 'PagerAcknowledged', by: ana }))).by;
  expect(await by()).toEqual(ana);
  away = false;
  expect(await by()).toEqual(ana);
  wait(60_000);
  expect(await by()).toMatchObject({ id: 'U0ANA' });
  expect(asked).toHaveLength(2);
});
