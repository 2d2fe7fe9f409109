/** Keys of the format that this version does not use yet; a version that learns a key deletes its line here. */

/** `*` stands for one name that the operator chose. */
export const notYet: readonly string[] = ['incidents.silent_after', 'incidents.nudge', 'incidents.archive_after'];

/** Whether a key belongs to the format but not to this version. */
export function isNotYet(path: readonly (string | number)[]): boolean {
  return notYet.some((pattern) => {
    const steps = pattern.split('.');
    return steps.length === path.length && steps.every((step, index) => step === '*' || step === path[index]);
  });
}
