/** Types of programs.mjs, which is plain JavaScript because it also runs before Node 24 and TypeScript are installed. */

/** A server that the tests run for real. */
export interface ServerProgram {
  readonly name: 'postgres' | 'redis' | 'alertmanager' | 'prometheus' | 'kubectl';
  /** How people call it. */
  readonly title: string;
  /** The Debian package that brings it. */
  readonly debian: string;
  /** Its programs; each is a list of the names it may have. */
  readonly programs: readonly (readonly string[])[];
}

/** The servers of which some program is not on this machine. */
export declare function missingServers(): readonly ServerProgram[];

/** The full path of the first of these programs that is here and may be run, or undefined. */
export declare function findProgram(...names: readonly string[]): string | undefined;

/** A sentence that tells a person how to install these servers here. */
export declare function howToInstall(wanted: readonly ServerProgram[]): string;
