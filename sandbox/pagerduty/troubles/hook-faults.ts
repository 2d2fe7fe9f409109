/** What can go wrong with webhooks on their way to the app. */

/**
 * `twice` is delivered again with the same id, `swapped` after the next one, `lost` never. With a wrong signature or
 * none the right event comes, but without proof.
 */
export type HookFault = 'twice' | 'swapped' | 'lost' | 'wrong-signature' | 'unsigned' | { readonly lateMs: number };

/** A fault for the next `times` webhooks (1 when left out) of a type, or of any. */
export type HookFaultOrder = { readonly event?: string; readonly times?: number; readonly fault: HookFault };

/** The faults still to come. */
export type HookFaults = {
  readonly order: (order: HookFaultOrder) => void;
  readonly take: (event: string) => HookFault | null;
  readonly clear: () => void;
};

/** No faults yet. */
export function createHookFaults(): HookFaults {
  const orders: { readonly order: HookFaultOrder; left: number }[] = [];
  return {
    order: (order) => void orders.push({ order, left: order.times ?? 1 }),
    take(event) {
      const due = orders.find(({ order, left }) => left > 0 && (order.event ?? event) === event);
      if (!due) return null;
      due.left -= 1;
      return due.order.fault;
    },
    clear: () => void orders.splice(0),
  };
}
