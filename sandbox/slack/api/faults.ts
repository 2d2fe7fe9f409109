/** Faults that can be ordered for coming API calls. */

/**
 * What goes wrong. `garbage` is an HTML page with status 200, `hang` accepts the call and never answers, `reset`
 * cuts the connection before anything is done, `lost` does what was asked and then cuts the connection.
 */
export type Fault =
  | { readonly status: 429; readonly retryAfter: number }
  | { readonly status: number }
  | { readonly error: string }
  | { readonly delayMs: number }
  | 'garbage'
  | 'hang'
  | 'reset'
  | 'lost';

/** A fault for the next `times` calls of a method; `*` is every method. `times` is 1 when left out. */
export type FaultOrder = { readonly method: string; readonly times?: number; readonly fault: Fault };

/** The faults still to come. */
export type Faults = {
  readonly order: (order: FaultOrder) => void;
  /** The fault for this call, if one is due; it is used up. Orders are served in the order they were made. */
  readonly take: (method: string) => Fault | null;
  readonly clear: () => void;
};

/** No faults yet. */
export function createFaults(): Faults {
  const orders: { readonly method: string; left: number; readonly fault: Fault }[] = [];
  return {
    order: ({ method, times = 1, fault }) => void orders.push({ method, left: times, fault }),
    take(method) {
      const due = orders.find((order) => order.left > 0 && (order.method === method || order.method === '*'));
      if (!due) return null;
      due.left -= 1;
      return due.fault;
    },
    clear: () => void orders.splice(0),
  };
}
