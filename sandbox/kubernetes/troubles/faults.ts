/** Faults that can be ordered for coming requests. */

/** Before the request is carried out, or after its commit and before the answer. */
export type When = 'before' | 'after';

/**
 * What goes wrong. `cut` resets the connection, `hang` never answers, `truncated` sends half of the body, `garbage` an HTML
 * page. A status is answered in place of the result: 409, 429, 401, 410, 500, 503, 504 with the Status object of the real
 * server; with `when: 'after'` the request has been carried out all the same. A webhook denies writes, does not support
 * dry runs, or does not answer.
 */
export type Fault =
  | { readonly delayMs: number; readonly when?: When }
  | { readonly cut: When }
  | { readonly status: number; readonly when?: When; readonly retryAfter?: number }
  | { readonly webhook: string; readonly denies: string; readonly code?: number; readonly reason?: string }
  | { readonly webhook: string; readonly dryRun: 'unsupported' }
  | { readonly webhook: string; readonly down: true }
  | { readonly warning: string }
  | 'hang'
  | 'truncated'
  | 'garbage';

/** Which requests an order is for; what is left out matches all. */
export type Target = {
  /** `get`, `list`, `watch`, `create`, `update`, `patch` or `delete`; `write` is the last four. */
  readonly verb?: string;
  /** The plural name, with its subresource: `deployments`, `deployments/scale`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The user's name. */
  readonly user?: string;
  readonly dryRun?: boolean;
};

/** A fault for the next `times` requests (1 when left out, null for ever) after the first `skip` ones that match. */
export type FaultOrder = Target & { readonly fault: Fault; readonly times?: number | null; readonly skip?: number };

/** A request as far as orders look at it. */
export type Asked = {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly dryRun: boolean;
};

/** The faults still to come. */
export type Faults = {
  readonly order: (order: FaultOrder) => void;
  /** The fault for this request, if one is due; it is used up. `wanted` narrows the choice. */
  readonly take: (asked: Asked, wanted?: (fault: Fault) => boolean) => Fault | null;
  readonly clear: () => void;
  readonly pending: () => readonly FaultOrder[];
};

const writes = ['create', 'update', 'patch', 'delete'];

function matches(target: Target, asked: Asked): boolean {
  if (target.verb !== undefined && target.verb !== asked.verb) {
    if (target.verb !== 'write' || !writes.includes(asked.verb)) return false;
  }
  return (['resource', 'namespace', 'name', 'user', 'dryRun'] as const).every(
    (key) => target[key] === undefined || target[key] === asked[key],
  );
}

/** No faults yet. */
export function createFaults(): Faults {
  const orders: { readonly order: FaultOrder; left: number; skip: number }[] = [];
  return {
    order: (order) =>
      void orders.push({ order, left: order.times ?? (order.times === null ? Infinity : 1), skip: order.skip ?? 0 }),
    take(asked, wanted = () => true) {
      const due = orders.find((each) => each.left > 0 && matches(each.order, asked) && wanted(each.order.fault));
      if (!due) return null;
      if (due.skip > 0) {
        due.skip -= 1;
        return null;
      }
      due.left -= 1;
      return due.order.fault;
    },
    clear: () => void orders.splice(0),
    pending: () => orders.filter(({ left }) => left > 0).map(({ order }) => order),
  };
}
