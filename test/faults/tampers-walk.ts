/** Ways to break what a run left of its walks: a step repeated, skipped or stuck, and an answer that is lost or counted twice. */
import type { Line } from '../../src/incident/event.ts';
import type { Walk } from '../../src/runbook/walk.ts';
import { first, incidents, slack } from './tamper.ts';
import type { Shown, Tamper } from './tamper.ts';

type Entry = Shown['timeline'][number];

/** Changes the timeline of the first incident in which an entry fits. */
const entries = (fits: (line: Line, entry: Entry) => boolean, change: (entry: Entry) => readonly Entry[]) =>
  incidents((shown) => {
    const index = shown.timeline.findIndex((entry) => fits(entry.line, entry));
    const entry = shown.timeline[index];
    return entry === undefined ? null : { ...shown, timeline: shown.timeline.toSpliced(index, 1, ...change(entry)) };
  });

/** Changes the first walk that fits, of an incident that is not closed. */
const walks = (change: (walk: Walk) => Walk | null) =>
  incidents((shown) => {
    const { incident } = shown;
    const walk = incident.walk === null || incident.human.is === 'closed' ? null : change(incident.walk);
    return walk === null ? null : { ...shown, incident: { ...incident, walk } };
  });

const standing = (stand: NonNullable<Walk['cursor']>['stand']) =>
  walks((walk) => (walk.cursor?.stand.is === 'offered' ? { ...walk, cursor: { ...walk.cursor, stand } } : null));

const by = { id: 'U0ANA', name: 'ana' };

/** All of them. */
export const walkTampers: readonly Tamper[] = [
  {
    name: 'the end of a step is missing in a timeline',
    rule: 'every step is left once',
    apply: entries(
      (line) => line.type === 'StepEnded',
      () => [],
    ),
  },
  {
    name: 'a step ended twice',
    rule: 'every step is left once',
    apply: entries(
      (line) => line.type === 'StepEnded',
      (entry) => [entry, entry],
    ),
  },
  {
    name: 'a visit was counted that nobody made',
    rule: 'every step is left once',
    apply: walks((walk) => ({ ...walk, visits: walk.visits + 1 })),
  },
  {
    name: 'a step was begun again after it had ended',
    rule: 'every step is left once',
    apply: incidents((shown) => {
      const begun = shown.timeline.find(({ line }) => line.type === 'StepBegun');
      const over = shown.timeline.some(
        ({ line }) => line.type === 'StepEnded' && begun?.line.type === 'StepBegun' && line.visit === begun.line.visit,
      );
      return begun === undefined || !over ? null : { ...shown, timeline: [...shown.timeline, begun] };
    }),
  },
  {
    name: 'a step was passed over',
    rule: 'the next step is the one that is named',
    apply: walks((walk) => {
      const { cursor } = walk;
      const steps = walk.runbook.books[cursor?.runbook ?? '']?.steps ?? [];
      const other = steps.find(({ id, does }) => id !== cursor?.step && does.kind === 'instruction');
      return cursor === null || other === undefined ? null : { ...walk, cursor: { ...cursor, step: other.id } };
    }),
  },
  {
    name: 'an answer led elsewhere',
    rule: 'the next step is the one that is named',
    apply: entries(
      (line) => line.type === 'StepEnded' && line.kind === 'decision' && line.says === 'The disk',
      (entry) => [{ ...entry, line: { ...entry.line, says: 'The network' } as Line }],
    ),
  },
  {
    name: 'a check runs and nothing asks again',
    rule: 'no walk is stuck',
    apply: standing({ is: 'running', by, attempt: 1, since: 0 }),
  },
  {
    name: 'a proof waits for a check that nothing asks',
    rule: 'no walk is stuck',
    apply: standing({
      ...({ is: 'verifying', by, attempt: 1, since: 0, until: null, says: '' } as const),
      holds: { alerts: true, check: false },
    }),
  },
  {
    name: 'the timer that ends a wait is lost',
    rule: 'no walk is stuck',
    apply: standing({ is: 'waiting', until: 0 }),
  },
  {
    name: 'the answer of a check is not in the timeline',
    rule: 'every check is answered once',
    apply: entries(
      (line) => line.type === 'CheckAnswered',
      () => [],
    ),
  },
  {
    name: 'a check was answered twice',
    rule: 'every check is answered once',
    apply: entries(
      (line) => line.type === 'CheckAnswered',
      (entry) => [entry, entry],
    ),
  },
  {
    name: 'a check is asked for twice',
    rule: 'every check is answered once',
    apply: (observation) => {
      const row = observation.outbox.find(({ effect }) => effect.type === 'checks.ask');
      return row === undefined ? null : { ...observation, outbox: [...observation.outbox, row] };
    },
  },
  {
    name: 'a check passed and its step failed',
    rule: 'every check is answered once',
    apply: entries(
      (line) => line.type === 'StepEnded' && line.result === 'passed',
      (entry) => [{ ...entry, line: { ...entry.line, result: 'failed' } as Line }],
    ),
  },
  {
    name: 'a check that was finished is asked again',
    rule: 'no finished check is asked again',
    apply: (observation) => {
      const claims = observation.outbox.flatMap(({ effect, attempts }) =>
        effect.type === 'checks.ask' && effect.ask.type === 'http' ? [{ url: effect.ask.url, attempts }] : [],
      );
      const url = claims[0]?.url;
      if (url === undefined) return null;
      const most = claims.filter((claim) => claim.url === url).reduce((sum, { attempts }) => sum + attempts, 0);
      return { ...observation, asked: [...observation.asked, ...Array.from({ length: most + 1 }, () => url)] };
    },
  },
  {
    name: 'a check was answered that nobody was asked',
    rule: 'no finished check is asked again',
    apply: (observation) => (observation.asked.length === 0 ? null : { ...observation, asked: [] }),
  },
  {
    name: 'what somebody did at a step is not in the timeline',
    rule: 'what was answered at a step is recorded',
    apply: (observation, { steps }) => {
      const told = steps.find(({ answer }) => answer === 'recorded');
      if (told === undefined) return null;
      const { mark, incident } = told;
      return incidents((shown) => {
        if (shown.incident.number !== incident) return null;
        const timeline = shown.timeline.filter(({ cause, line }) =>
          'cause' in mark ? cause !== mark.cause : !('says' in line && line.says.includes(mark.note)),
        );
        return { ...shown, timeline };
      })(observation);
    },
  },
  {
    name: 'somebody was refused and it was recorded',
    rule: 'what was answered at a step is recorded',
    apply: (observation, { steps }) => {
      const refused = steps.find(({ answer, mark }) => answer === 'refused' && 'cause' in mark);
      if (refused === undefined || !('cause' in refused.mark)) return null;
      const { cause } = refused.mark;
      return incidents((shown) => {
        const timeline = first(shown.timeline, (entry) => ({ ...entry, cause }));
        return shown.incident.number !== refused.incident || timeline === null ? null : { ...shown, timeline };
      })(observation);
    },
  },
  {
    name: 'somebody was told that the wrong person was faster',
    rule: 'whoever comes second is told who was first',
    apply: (observation, { steps }) => {
      const told = steps.find(
        ({ answer, told: words }) => answer === 'refused' && / (?:finished|skipped|left) ".+" already\.$/.test(words),
      );
      if (told === undefined) return null;
      const nobody = { id: 'U0NOBODY', name: 'nobody' };
      return incidents((shown) => {
        if (shown.incident.number !== told.incident) return null;
        const timeline = shown.timeline.map((entry) =>
          entry.line.type === 'StepEnded' ? { ...entry, line: { ...entry.line, by: nobody } } : entry,
        );
        return { ...shown, timeline };
      })(observation);
    },
  },
  {
    name: 'a runbook card shows another step',
    rule: 'the runbook card shows the step at hand',
    apply: slack(({ posted }) => {
      const changed = first(posted, (post) => {
        const text = post.text.replace(/step \d+ of/, 'step 99 of');
        return text === post.text ? null : { ...post, text };
      });
      return changed === null ? null : { posted: changed };
    }),
  },
  {
    name: 'a walk has no card',
    rule: 'one runbook card an incident',
    apply: slack(({ posted }) => {
      const left = posted.filter(({ metadata }) => !JSON.stringify(metadata).includes('"slack.runbook"'));
      return left.length === posted.length ? null : { posted: left };
    }),
  },
  {
    name: 'two checklists were opened for one due time',
    rule: 'one incident a due time',
    apply: (observation) => {
      const one = observation.incidents.find(({ incident }) => incident.kind === 'checklist');
      return one === undefined ? null : { ...observation, incidents: [...observation.incidents, one] };
    },
  },
  {
    name: 'a checklist that was due was not opened',
    rule: 'one incident a due time',
    apply: (observation) => {
      const others = observation.incidents.filter(({ incident }) => incident.kind !== 'checklist');
      return others.length === observation.incidents.length ? null : { ...observation, incidents: others };
    },
  },
  {
    name: 'the next time of a checklist is forgotten',
    rule: 'one incident a due time',
    apply: (observation) => {
      const rows = observation.outbox.filter(({ settled, incident }) => settled || incident !== null);
      return rows.length === observation.outbox.length ? null : { ...observation, outbox: rows };
    },
  },
];
