/** Every view against Slack's limits and against hostile texts: what is sent is accepted, and calls nobody. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../src/incident/choices.ts';
import { severities } from '../../src/incident/incident.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { surfaces } from '../../src/slack/ids.ts';
import { closeForm } from '../../src/slack/views/close.ts';
import { declareForm, declaredForm } from '../../src/slack/views/declare.ts';
import { draw } from '../../src/slack/views/draw.ts';
import { helpOf } from '../../src/slack/views/help.ts';
import { listOf } from '../../src/slack/views/list.ts';
import { noteOf } from '../../src/slack/views/notes.ts';
import { changesOf } from '../../src/slack/views/thread.ts';
import { topicOf } from '../../src/slack/views/topic.ts';
import { viewIssues } from '../../sandbox/slack/blocks/validate.ts';
import { at } from '../incident/samples.ts';
import { expectHarmless } from './harmless.ts';
import { incident, text } from './hostile.ts';

const scene = fc.record({
  surface: fc.constantFrom(...surfaces),
  now: fc.constant(at(700)),
  channel: fc.constantFrom(undefined, 'C0INC'),
  postedAt: fc.constantFrom(undefined, at(0), at(650)),
});

describe('whatever an incident holds', () => {
  it('its card, announcement and status are accepted by Slack and call nobody', () => {
    fc.assert(
      fc.property(incident, scene, (drawn, where) => expectHarmless(draw(drawn, where))),
      { numRuns: 200 },
    );
  });

  it('its messages offer exactly what the rule book accepts', () => {
    fc.assert(
      fc.property(incident, scene, (drawn, where) => {
        const buttons = draw(drawn, where).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
        const offered = buttons.map((button) => ('action_id' in button ? button.action_id : undefined));
        const accepted = choicesOf(drawn, where.now).filter(
          (choice) => where.surface !== 'announcement' || /^(?:acknowledge|take-command|resolve)$/.test(choice),
        );
        expect(offered).toEqual(accepted.map((choice) => `vigie.${choice}`));
      }),
    );
  });

  it('its topic has at most 250 characters and its forms are accepted', () => {
    fc.assert(
      fc.property(incident, text, fc.constantFrom(...severities), (drawn, title, severity) => {
        expect(topicOf(drawn).length).toBeLessThanOrEqual(250);
        expect(viewIssues(closeForm(drawn, title === '', '{}'))).toEqual([]);
        expect(viewIssues(declareForm(title, severity))).toEqual([]);
      }),
    );
    expect(viewIssues(closeForm(undefined, false, '{}'))).toEqual([]);
    expect(viewIssues(declaredForm('Incident 1 is declared.'))).toEqual([]);
  });

  it('the alerts that are shown and those that are counted add up to those received', () => {
    fc.assert(
      fc.property(incident, (drawn) => {
        const card = draw(drawn, { surface: 'card', now: at(700), channel: undefined, postedAt: undefined });
        const lists = card.blocks.flatMap((block) => (block.type === 'rich_text' ? block.elements : []));
        const rows = lists.flatMap((part) => (part.type === 'rich_text_list' ? part.elements : []));
        const texts = rows.map(({ elements }) => elements.map((each) => ('text' in each ? each.text : '')).join(''));
        const folded = texts.map(
          (row) => /^and (\d+) more \((?:\d+ firing)?(?:, )?(?:\d+ resolved)?\)$/.exec(row)?.[1],
        );
        const hidden = texts.filter((row) => row.startsWith("Alertmanager's max_alerts hides "));
        const counted = folded.filter((count) => count !== undefined);
        const shown = rows.length - hidden.length - counted.length;
        expect(shown + Number(counted[0] ?? 0)).toBe(Object.keys(drawn.alerts).length);
        expect(shown).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('telling the thread takes ten lines at most', () => {
    fc.assert(
      fc.property(incident, (drawn) => {
        const alerts = Object.values(drawn.alerts);
        fc.pre(alerts.length > 0);
        const told = changesOf(alerts);
        expectHarmless(told);
        expect(JSON.stringify(told.blocks).split(String.raw`"\n"`).length).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe('whatever somebody writes', () => {
  it('notes, lists and help are accepted by Slack and call nobody but those who are meant', () => {
    fc.assert(
      fc.property(text, fc.array(incident, { maxLength: 10 }), (said, incidents) => {
        expectHarmless(noteOf(said || 'something', { id: 'U0ANA', name: said }));
        expectHarmless(noteOf(`S0SRE, ${said}`, { id: 'S0SRE', name: 'S0SRE' }));
        expectHarmless(helpOf(said, null));
        expectHarmless(listOf(incidents.map(listed), 5, at(700)));
      }),
      { numRuns: 50 },
    );
  });
});

it('planned work is no alarm: it is called a checklist, in progress until it is closed', () => {
  fc.assert(
    fc.property(incident, scene, (drawn, where) => {
      const planned = { ...drawn, kind: 'checklist' as const, human: { is: 'open' as const } };
      const { text: summary, blocks } = draw(planned, where);
      expect(summary).toMatch(/^📋 Checklist \d+, in progress: /u);
      expect(JSON.stringify(blocks)).toMatch(/in progress/u);
      expect(topicOf(planned)).toMatch(/^📋 checklist · in progress · /u);
      expect(JSON.stringify(closeForm(planned, true, '{}').title)).toContain('Close the checklist');
    }),
    { numRuns: 50 },
  );
});

const listed = (each: Incident) => ({ ...each, phase: 'triggered' as const, firing: 1, resolved: 0, channel: 'C0INC' });
