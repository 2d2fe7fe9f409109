/** Counted things as the reports of the kill runs print them. */

/** `bot killed 3, worker killed 12`, by name; `none` for nothing. */
export const counted = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
