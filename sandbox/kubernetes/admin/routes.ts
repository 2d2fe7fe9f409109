/** The admin routes of the simulated cluster. */

import { partOf, type AdminRoutes, type Get } from '../../admin.ts';
import type { Sandbox } from '../sandbox.ts';
import { posts } from './posts.ts';

/** A sandbox that knows where it listens. */
type Reachable = Sandbox & { readonly kubeconfig: (token?: string, namespace?: string) => string };

const gets: { readonly [name: string]: Get<Reachable> } = {
  state: {
    about: 'everything as JSON; ?part=overview for one part of it',
    show: (sandbox, query) => partOf(sandbox.state(), query),
  },
  glance: {
    about: 'workloads and pods as text',
    show: (sandbox) => ({ text: `${sandbox.glance()}\n` }),
  },
  calls: {
    about: 'every request to the API as JSON',
    show: (sandbox) => ({ json: sandbox.calls() }),
  },
  kubeconfig: {
    about: 'a kubeconfig; ?token=bot-token for another user, ?namespace=…',
    show(sandbox, query) {
      const given = sandbox.kubeconfig(query.get('token') ?? undefined, query.get('namespace') ?? undefined);
      return { text: given, type: 'application/yaml' };
    },
  },
};

/** What `/admin` takes. */
export const routes: AdminRoutes<Reachable> = { gets, posts };
