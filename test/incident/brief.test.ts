/** The brief: what somebody reads who takes over, and how PagerDuty is kept up to date by it. */
import { expect, it } from 'vitest';
import { briefOf, writeBrief } from '../../src/incident/brief.ts';
import { openMemory } from './memory.ts';
import { alert, ana, at, body, bo, paged } from './samples.ts';

/** A critical alert that nobody answered for 15 minutes. */
function called() {
  const memory = openMemory(paged);
  memory.report(body(0, [alert('Down')]));
  memory.advance(at(15));
  return memory;
}

it('says what fires, since when, who was called and who had it', () => {
  const memory = called();
  memory.record(1, { type: 'CommandTaken', at: at(17), by: bo });
  expect(writeBrief(briefOf(memory.incident()), 2_900).split('\n')).toEqual([
    'critical since 2026-11-16 03:00 UTC: Down · one. 1 alert firing (Down), Bo has it until 03:47 UTC. Bo commands it.',
    'Called:',
    '- 03:00 UTC L1 first look: no answer yet',
    '- 03:15 UTC L2: no answer yet',
    '- 03:17 UTC Bo had it last',
    'Nothing was tried yet.',
  ]);
});

it('goes to PagerDuty as a note when the command changes hands', () => {
  const memory = called();
  const notes = () => memory.effects.flatMap((effect) => (effect.type === 'pagerduty.note' ? [effect.text] : []));
  memory.record(1, { type: 'CommandTaken', at: at(16), by: ana });
  expect(notes()).toEqual([]);
  memory.record(1, { type: 'HandoffOffered', at: at(17), by: ana, to: bo, note: '' });
  memory.record(1, { type: 'HandoffAccepted', at: at(18), by: bo });
  expect(notes()).toEqual([expect.stringMatching(/^Bo took the command that Ana offered\.\ncritical since /)]);
});

it('is sent at most thirty times an episode, and the last note says so', () => {
  const memory = called();
  for (let minute = 16; minute < 80; minute += 1)
    memory.record(1, { type: 'CommandTaken', at: at(minute), by: minute % 2 === 0 ? ana : bo });
  const notes = memory.effects.flatMap((effect) => (effect.type === 'pagerduty.note' ? [effect.text] : []));
  expect(notes).toHaveLength(30);
  expect(notes.at(-1)).toMatch(/More is not written here; look at the incident in Slack\.$/);
});
