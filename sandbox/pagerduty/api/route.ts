/** What a path of the REST API is. */

import type { User } from '../account/seed.ts';
import { itself, type Actor } from '../incidents/incident.ts';
import type { Json } from '../../json.ts';
import type { World } from '../world.ts';
import type { Answer } from './answer.ts';
import type { Rule } from './schema/shape.ts';

/** A request that has come through the front door. */
export type Asked = {
  readonly world: World;
  /** The parts of the path that vary, by name. */
  readonly params: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly body: Json;
  /** The person who asks: the user of the key, or of `From`. */
  readonly requester: User | null;
  readonly actor: Actor;
};

/** One path and method. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/incidents/:id/notes`. */
  readonly path: string;
  /** What an app token needs, such as `incidents.write`. */
  readonly scope: string;
  /** Whether `From` has to name a user, unless the key is a person's. */
  readonly from?: boolean;
  /** The ability that the account must have; 402 without it. */
  readonly ability?: string;
  readonly body?: Rule;
  /** The query parameters that it knows. */
  readonly query?: readonly string[];
  readonly run: (asked: Asked) => Answer;
};

/** Who acts by a request: the person, or nobody in particular. */
export function actorOf(requester: User | null): Actor {
  return requester ? { agent: { kind: 'user', id: requester.id }, client: null } : itself;
}
