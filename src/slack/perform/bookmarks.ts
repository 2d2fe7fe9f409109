/** Links in the channel's bar: where the alert says to look. Slack takes 20 a minute, so they come after the card. */
import type { Work } from '../../incident/contracts.ts';
import { ask } from '../faults.ts';
import { linksOf } from '../views/links.ts';
import type { Link } from '../views/links.ts';
import { once } from './stage.ts';
import type { Stage } from './stage.ts';

/** One step a link, by name, each done once. */
export const bookmarksOf = (
  stage: Stage,
  work: Work,
  channel: string,
): Readonly<Record<string, () => Promise<unknown>>> =>
  Object.fromEntries(
    linksOf(work.incident).map((link) => {
      const purpose = `bookmark:${link.kind}`;
      return [purpose, () => once(work, purpose, () => bookmark(stage, work, channel, link))] as const;
    }),
  );

/** Adds a link to the channel's bar; one that an attempt before has added is not added again. */
async function bookmark({ slack }: Stage, work: Work, channel: string, { title, url }: Link): Promise<string> {
  const doing = `bookmarking the ${title.toLowerCase()} of incident ${work.incident.number}`;
  if (work.attempt > 1) {
    const { bookmarks = [] } = await ask(doing, () => slack.bookmarks.list({ channel_id: channel }));
    if (bookmarks.some(({ link }) => link === url)) return url;
  }
  await ask(doing, () => slack.bookmarks.add({ channel_id: channel, title, type: 'link', link: url }));
  return url;
}
