/** What the simulated Slack saw: its calls, its channels, and how many alerts its cards show and fold. */
import { z } from 'zod';
import { defaultSeed } from '../sandbox/slack/workspace/seed.ts';

const text = z.looseObject({ type: z.string(), text: z.string().optional() });
const row = z.looseObject({ elements: z.array(text) });
const part = z.looseObject({ type: z.string(), elements: z.array(z.unknown()) });
const block = z.looseObject({ type: z.string(), elements: z.array(z.unknown()).optional() });

const state = z.object({
  channels: z.array(
    z.object({
      creator: z.string(),
      messages: z.array(z.object({ byApp: z.boolean(), blocks: z.array(block) })),
    }),
  ),
});

const calls = z.array(
  z.object({
    at: z.number(),
    method: z.string(),
    status: z.number(),
    args: z.looseObject({ channel: z.string().optional(), text: z.string().optional() }),
    answer: z.looseObject({ ok: z.boolean() }).nullable(),
  }),
);

/** The channels that the bot made, and the alerts on their cards. */
export interface Cards {
  readonly channels: number;
  readonly cards: number;
  readonly shown: number;
  readonly folded: number;
}

async function fetched<T>(url: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(await (await fetch(url)).json());
}

/** Reads all cards as they are now. */
export async function cardsIn(slackUrl: string): Promise<Cards> {
  const { channels } = await fetched(`${slackUrl}/admin/state`, state);
  const made = channels.filter(({ creator }) => creator === defaultSeed.app.userId);
  const cards = made.flatMap(({ messages }) =>
    messages.filter(({ byApp, blocks }) => byApp && isCard(blocks)).slice(0, 1),
  );
  const counts = cards.map(({ blocks }) => countIn(blocks));
  return {
    channels: made.length,
    cards: cards.length,
    shown: counts.reduce((sum, count) => sum + count.shown, 0),
    folded: counts.reduce((sum, count) => sum + count.folded, 0),
  };
}

/** A card alone begins with a header. */
const isCard = (blocks: readonly z.output<typeof block>[]): boolean => blocks[0]?.type === 'header';

/** Counts the rows of the list of alerts; its last row may say `and 190 more (190 firing)`. */
function countIn(blocks: readonly z.output<typeof block>[]): { readonly shown: number; readonly folded: number } {
  let [shown, folded] = [0, 0];
  for (const { elements = [] } of blocks.filter(({ type }) => type === 'rich_text')) {
    for (const list of elements.flatMap((element) => part.safeParse(element).data ?? [])) {
      if (list.type !== 'rich_text_list') continue;
      for (const words of list.elements.map((element) =>
        row
          .parse(element)
          .elements.map((each) => each.text ?? '')
          .join(''),
      )) {
        const more = Number(/^and (\d+) more \(/.exec(words)?.[1] ?? 0);
        folded += more;
        if (more === 0) shown += 1;
      }
    }
  }
  return { shown, folded };
}

/** What was asked of Slack. Instants are milliseconds since 1970; null for what never came. */
export interface Calls {
  /** By method: calls, and how many of them were answered 429. */
  readonly byMethod: Readonly<Record<string, { readonly calls: number; readonly throttled: number }>>;
  readonly firstAnnouncement: number | null;
  readonly firstCard: number | null;
  /** The announcement of the incident that rolls the storm up. */
  readonly rollUp: number | null;
}

/** Reads all calls so far. */
export async function callsOf(slackUrl: string, announce: string): Promise<Calls> {
  const all = await fetched(`${slackUrl}/admin/calls`, calls);
  const byMethod: Record<string, { calls: number; throttled: number }> = {};
  for (const { method, status } of all) {
    const count = (byMethod[method] ??= { calls: 0, throttled: 0 });
    count.calls += 1;
    if (status === 429) count.throttled += 1;
  }
  const posts = all.filter(({ method, answer }) => method === 'chat.postMessage' && answer?.ok === true);
  const announced = posts.filter(({ args }) => args.channel === announce);
  return {
    byMethod,
    firstAnnouncement: announced[0]?.at ?? null,
    firstCard: posts.find(({ args }) => args.channel !== announce)?.at ?? null,
    rollUp: announced.find(({ args }) => args.text?.includes('Alert storm') === true)?.at ?? null,
  };
}
