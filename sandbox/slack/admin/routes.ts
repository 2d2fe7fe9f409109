/** The admin routes of the simulated Slack. */

import type { AdminRoutes, Get } from '../../admin.ts';
import type { Sandbox } from '../sandbox.ts';
import { posts } from './posts.ts';

const gets: { readonly [name: string]: Get<Sandbox> } = {
  state: {
    about: 'channels, messages, views, people and counts of calls as JSON',
    show: (sandbox) => ({ json: sandbox.state() }),
  },
  calls: {
    about: 'every Web API call as JSON',
    show: (sandbox) => ({ json: sandbox.calls() }),
  },
  transcript: {
    about: 'what people saw, as text; ?channel=incidents for one channel, ?times=1 for times',
    show(sandbox, query) {
      const channel = query.get('channel');
      const times = query.has('times');
      return { text: sandbox.transcript(channel === null ? { times } : { times, channel }) };
    },
  },
};

/** What `/admin` takes. */
export const routes: AdminRoutes<Sandbox> = { gets, posts };
