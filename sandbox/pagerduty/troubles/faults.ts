/** Faults that can be ordered for coming requests. */

/** Before the request is carried out, or after it and before the answer. */
export type When = 'before' | 'after';

/**
 * What goes wrong. `cut` resets the connection, `hang` never answers, `garbage` is a proxy's page with status 502 and
 * `empty` the right status without a body. A status is answered in place of the result; with `when: 'after'` it is done
 * all the same. `bare` leaves a 429 without headers and body. Events may be accepted and then `swallowed`, or come late.
 */
export type Fault =
  | { readonly delayMs: number; readonly when?: When }
  | { readonly cut: When }
  | { readonly status: number; readonly when?: When; readonly resetSeconds?: number; readonly bare?: boolean }
  | { readonly lateMs: number }
  | 'swallowed'
  | 'hang'
  | 'garbage'
  | 'empty';

/** Which requests an order is for; what is left out matches all. */
export type Target = {
  readonly api?: 'events' | 'rest';
  readonly method?: string;
  /** A path, or its beginning with a `*` at the end: `/incidents/*`. */
  readonly path?: string;
  /** The action of an event. */
  readonly action?: string;
};

/**
 * A fault for the next `times` requests (1 when left out, null for ever) that match, after the first `skip` ones; with
 * `forMs` for all of them during that time on the sandbox's clock.
 */
export type FaultOrder = Target & {
  readonly fault: Fault;
  readonly times?: number | null;
  readonly skip?: number;
  readonly forMs?: number;
};

/** A request as far as orders look at it. */
export type Asking = {
  readonly api: 'events' | 'rest';
  readonly method: string;
  readonly path: string;
  readonly action: string;
};

/** A fault that is due, and for how long yet, in milliseconds; null when nobody said. */
export type Due = { readonly fault: Fault; readonly leftMs: number | null };

/** The faults still to come. */
export type Faults = {
  readonly order: (order: FaultOrder) => void;
  /** The fault for this request, if one is due; it is used up. */
  readonly take: (asking: Asking) => Due | null;
  readonly clear: () => void;
  readonly pending: () => readonly FaultOrder[];
};

function matches(target: Target, asking: Asking): boolean {
  const { api = asking.api, method = asking.method, path = asking.path, action = asking.action } = target;
  const there = path.endsWith('*') ? asking.path.startsWith(path.slice(0, -1)) : asking.path === path;
  return api === asking.api && method.toUpperCase() === asking.method && there && action === asking.action;
}

function timesOf({ times, forMs }: FaultOrder): number {
  if (times === null || (times === undefined && forMs !== undefined)) return Infinity;
  return times ?? 1;
}

/** No faults yet. */
export function createFaults(now: () => number): Faults {
  const orders: { readonly order: FaultOrder; readonly until: number; left: number; skip: number }[] = [];
  const isLive = ({ left, until }: { readonly left: number; readonly until: number }): boolean =>
    left > 0 && now() < until;
  return {
    order: (order) =>
      void orders.push({
        order,
        until: now() + (order.forMs ?? Infinity),
        left: timesOf(order),
        skip: order.skip ?? 0,
      }),
    take(asking) {
      const due = orders.find((each) => isLive(each) && matches(each.order, asking));
      if (!due) return null;
      if (due.skip > 0) {
        due.skip -= 1;
        return null;
      }
      due.left -= 1;
      return { fault: due.order.fault, leftMs: due.until === Infinity ? null : due.until - now() };
    },
    clear: () => void orders.splice(0),
    pending: () => orders.filter(isLive).map(({ order }) => order),
  };
}
