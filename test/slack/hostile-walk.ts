/** Walks through runbooks whose every text is the worst that a file, a label or a neighbour can hold. */
import fc from 'fast-check';
import type { Person } from '../../src/incident/incident.ts';
import type { Ask, Book, Check, Does, Next, Step } from '../../src/runbook/runbook.ts';
import type { Cursor, Stand, Visit, Walk } from '../../src/runbook/walk.ts';
import { at } from '../incident/samples.ts';

/** What a file of somebody's may hold besides the tricks of labels: Markdown, and references to labels. */
const markdown = [
  '**bold `code`** and [a link](https://example.com/{{labels.alertname}}) at https://example.com/?a=1.',
  '[x](javascript:alert(1)) [y](https://{{labels.alertname}}/) [z]({{annotations.summary}}) <!channel>',
  '# Title\n\n- one {{labels.alertname}}\n- two\n\n```\nkubectl get {{labels.instance}}\n```\nafter',
  '```\nnever closed {{service.target}}',
  '{{ labels.instance }}{{incident.title}}{{labels.none}}',
  '``````',
  '**',
  '- ',
];

/** The arbitraries, over the texts that incidents are drawn with. */
export function walksOf(text: fc.Arbitrary<string>, person: fc.Arbitrary<Person>): fc.Arbitrary<Walk> {
  const written = fc.oneof(
    text,
    fc.constantFrom(...markdown),
    fc.array(fc.constantFrom(...markdown), { maxLength: 40 }).map((all) => all.join('\n')),
  );
  const duration = fc.integer({ min: 0, max: 10_000_000 });
  const instant = fc.integer({ min: 0, max: 600 }).map(at);
  const ask: fc.Arbitrary<Ask> = fc.oneof(
    fc.record({
      type: fc.constant('http' as const),
      method: fc.constantFrom('GET', 'HEAD'),
      url: fc.oneof(text, fc.constant('{{service.health_url}}')),
      expect: fc.array(fc.integer({ min: 100, max: 599 }), { maxLength: 50 }),
      contains: fc.option(text),
      timeout: duration,
    }),
    fc.record({
      type: fc.constant('promql' as const),
      query: written,
      range: fc.option(fc.record({ over: duration, step: duration })),
      expect: fc.record({ sign: fc.constantFrom('<', '>='), value: fc.double() }),
      noData: fc.constantFrom('fail', 'pass'),
      timeout: duration,
    }),
    fc.record({
      type: fc.constant('kubernetes' as const),
      diagnose: fc.oneof(text, fc.constant('{{service.target}}')),
    }),
  );
  const check: fc.Arbitrary<Check> = fc.record({ ask, attempts: fc.integer({ min: 1, max: 9 }), every: duration });
  const next: fc.Arbitrary<Next> = fc.oneof(
    fc.constant<Next>({ to: 'end' }),
    fc.constantFrom('s0', 's1', 'nowhere').map((id): Next => ({ to: 'step', id })),
  );
  const target = fc.oneof(text, fc.constant('{{service.target}}'), fc.constant('{{labels.instance}}'));
  const does: fc.Arbitrary<Does> = fc.oneof(
    fc.record({ kind: fc.constant('instruction' as const), text: written }),
    fc.record({ kind: fc.constant('check' as const), check }),
    fc.record({
      kind: fc.constant('decision' as const),
      question: written,
      options: fc.array(fc.record({ label: text, next }), { minLength: 1, maxLength: 30 }),
    }),
    fc.record({
      kind: fc.constant('action' as const),
      action: fc.oneof(
        fc.record({ type: fc.constantFrom('restart', 'pause', 'resume'), target }),
        fc.record({ type: fc.constant('scale' as const), target, to: fc.nat(100) }),
        fc.record({
          type: fc.constant('rollback' as const),
          target,
          to: fc.constantFrom<('previous' | number)[]>('previous', 7),
        }),
      ),
    }),
    fc.record({ kind: fc.constant('wait' as const), duration }),
    fc.record({ kind: fc.constant('escalate' as const), level: fc.oneof(text, fc.constant('next')), note: written }),
    fc.record({ kind: fc.constant('runbook' as const), runbook: fc.constantFrom('one', 'two', 'none') }),
  );
  const step = fc.record({
    title: written,
    does,
    applies: fc.boolean(),
    after: fc.constantFrom({}, { s0: 'done' as const }),
    next: fc.option(next),
    onFailure: fc.constantFrom<Step['onFailure'][]>('next', 'escalate', 'stop', { step: 's0' }),
    auto: fc.boolean(),
    approvals: fc.option(fc.nat(3)),
    verify: fc.option(
      fc.record({ rollout: fc.option(duration), alertClears: fc.option(duration), check: fc.option(check) }),
    ),
    assign: fc.constantFrom(null, 'U0ANA', 'S0SRE'),
    remind: fc.option(duration),
  });
  const book = (id: string): fc.Arbitrary<Book> =>
    fc.record({
      id: fc.constant(id),
      title: text,
      steps: fc
        .array(step, { minLength: 1, maxLength: 8 })
        .map((steps) => steps.map((each, index): Step => ({ ...each, id: `s${index}` }))),
    });
  const stand: fc.Arbitrary<Stand> = fc.oneof(
    fc.constant<Stand>({ is: 'offered' }),
    fc.record({
      is: fc.constant('running' as const),
      by: person,
      attempt: fc.integer({ min: 1, max: 9 }),
      since: instant,
    }),
    fc.record({
      is: fc.constant('verifying' as const),
      by: person,
      attempt: fc.integer({ min: 1, max: 9 }),
      since: instant,
      until: fc.option(instant),
      says: text,
      holds: fc.record({ alerts: fc.boolean(), check: fc.boolean() }),
    }),
    fc.record({ is: fc.constant('waiting' as const), until: instant }),
    fc.record({ is: fc.constant('failed' as const), by: person, says: text }),
  );
  const visit: fc.Arbitrary<Visit> = fc.record({
    visit: fc.integer({ min: 1, max: 300 }),
    runbook: fc.constantFrom('one', 'two'),
    step: fc.constantFrom('s0', 's1'),
    title: text,
    kind: fc.constantFrom('instruction', 'check', 'decision', 'action', 'wait', 'escalate'),
    result: fc.constantFrom('done', 'passed', 'failed', 'skipped'),
    by: person,
    since: instant,
    at: instant,
    says: text,
  });
  return fc
    .record({
      books: fc.tuple(book('one'), book('two')),
      by: person,
      at: instant,
      past: fc.array(visit, { maxLength: 30 }),
      visits: fc.integer({ min: 0, max: 300 }),
      assigned: fc.option(person),
      stand,
      over: fc.boolean(),
      inside: fc.boolean(),
      pick: fc.nat(7),
    })
    .map(({ books: [one, two], by, at: since, past, visits, assigned, stand: now, over, inside, pick }): Walk => {
      const here = inside ? two : one;
      const found = here.steps[pick % here.steps.length];
      const cursor: Cursor | null =
        over || found === undefined || found.does.kind === 'runbook'
          ? null
          : { runbook: here.id, step: found.id, visit: visits + 1, since, stand: now };
      const runbook = { id: 'one', title: one.title, hash: 'c0ffee', books: { one, two } };
      const all = past.length + visits + (cursor === null ? 0 : 1);
      return {
        runbook,
        by,
        at: since,
        cursor,
        past,
        visits: all,
        assigned: assigned === null ? {} : { [`one/s0`]: assigned },
      };
    });
}
