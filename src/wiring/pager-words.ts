/** What makes pages readable: the way back to the incident's channel, and names instead of PagerDuty's ids. */
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Receipts } from '../incident/contracts.ts';
import { explain } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';
import type { PagerEffect } from '../incident/pager.ts';
import type { Rules } from '../incident/rules.ts';
import type { PagerClient } from '../pagerduty/client.ts';
import type { Db } from '../store/database.ts';
import { recall } from '../store/receipts.ts';

const identity = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.object({ teamId: z.string() }));

/** The address that opens the incident's channel in Slack; null before there is one. */
export async function channelLink(db: Db, receipts: Receipts): Promise<string | null> {
  const channel = await receipts.get('channel');
  if (channel === undefined) return null;
  const { data } = identity.safeParse(await recall(db, 'slack.identity'));
  const team = data === undefined ? '' : `&team=${encodeURIComponent(data.teamId)}`;
  return `https://slack.com/app_redirect?channel=${encodeURIComponent(channel)}${team}`;
}

/** A page that leads to the incident's channel, once there is one. */
export function linked(effect: PagerEffect, link: string | null): PagerEffect {
  if (link === null) return effect;
  if (effect.type === 'pagerduty.note') return { ...effect, text: `${effect.text}\n${link}` };
  if (effect.type !== 'pagerduty.trigger' && effect.type !== 'pagerduty.webhook') return effect;
  const { brief } = effect;
  const links = [{ href: link, text: 'Slack channel' }, ...effect.links];
  return { ...effect, url: link, links, ...(brief === undefined ? {} : { brief: { ...brief, link } }) };
}

/** Names change seldom, and are merely good to know. */
const learnEvery: Duration = 3_600_000;

/** Asks PagerDuty, now and every hour, what the people are called whom policies name by id. */
export function learnNames(
  { policies }: Pick<Rules, 'policies'>,
  names: Map<string, string>,
  { rest }: PagerClient,
  log: Logger,
  stack: AsyncDisposableStack,
): void {
  const people = Object.values(policies).flatMap(({ levels }) =>
    levels.flatMap((level) =>
      level.do.flatMap((deed) =>
        deed.kind === 'pagerduty' ? deed.responders.flatMap(({ is, id }) => (is === 'user' ? [id] : [])) : [],
      ),
    ),
  );
  if (rest === null || people.length === 0) return;
  const learn = async (): Promise<void> => {
    for (const id of new Set(people)) {
      const user = await rest.user(id, AbortSignal.timeout(10_000));
      if (user !== null) names.set(id, user.name);
    }
  };
  const ask = (): void =>
    void learn().catch((error: unknown) => log.warn({ fault: explain(error) }, 'asking PagerDuty for names'));
  const timer = setInterval(ask, learnEvery);
  stack.defer(() => clearInterval(timer));
  ask();
}
