/** The admin routes of the simulated PagerDuty. */

import { partOf, type AdminRoutes, type Get } from '../../admin.ts';
import type { Sandbox } from '../sandbox.ts';
import { posts } from './posts.ts';

function faults(sandbox: Sandbox): string {
  try {
    sandbox.assertClean();
    return '';
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n`;
  }
}

const gets: { readonly [name: string]: Get<Sandbox> } = {
  state: {
    about: 'everything as JSON; ?part=incidents for one part of it',
    show: (sandbox, query) => partOf(sandbox.state(), query),
  },
  transcript: {
    about: 'what people on call saw, as text; ?times=1, ?incident=1',
    show(sandbox, query) {
      const incident = query.get('incident');
      const only = incident === null ? {} : { incident: Number(incident) };
      return { text: sandbox.transcript({ times: query.has('times'), ...only }) };
    },
  },
  calls: {
    about: 'every request to both APIs as JSON',
    show: (sandbox) => ({ json: sandbox.calls() }),
  },
  clean: {
    about: 'what no correct app does, as text; nothing when it did nothing wrong',
    show: (sandbox) => ({ text: faults(sandbox) }),
  },
};

/** What `/admin` takes. */
export const routes: AdminRoutes<Sandbox> = { gets, posts };
