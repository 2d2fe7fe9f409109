/** Every name that Slack keeps for us and sends back: the command, actions, callbacks, blocks, and what button values say. */
import { z } from 'zod';
import type { Choice } from '../incident/choices.ts';

/** The one root command. */
export const command = '/incident';

/** Action ids of the buttons. */
export const actionIds: Readonly<Record<Choice, string>> = {
  acknowledge: 'vigie.acknowledge',
  'take-command': 'vigie.take-command',
  resolve: 'vigie.resolve',
};

/** Callback ids of the modals. */
export const callbackIds = { declare: 'vigie.declare', resolve: 'vigie.resolve' } as const;

/** Inputs of the modals; a block and its only element share their id. */
export const inputIds = { title: 'vigie.title', severity: 'vigie.severity', reason: 'vigie.reason' } as const;

/** The block that holds the buttons. */
export const buttonsId = 'vigie.buttons';

/** Events that are listened to; the manifest subscribes to exactly these. */
export const eventNames: readonly string[] = [];

/** Callback ids of shortcuts. */
export const shortcutIds: readonly string[] = [];

/** Where a button stands: it decides how its message is drawn again after a press. */
export const surfaces = ['card', 'announcement', 'status'] as const;
export type Surface = (typeof surfaces)[number];

/** What a button knows: which incident, which version of it its message showed, and where it stands. */
export interface Seen {
  readonly number: number;
  readonly version: number;
  readonly surface: Surface;
}

/** Writes a button's value: `v1:<number>:<version>:<surface>`. */
export const encodeSeen = ({ number, version, surface }: Seen): string => `v1:${number}:${version}:${surface}`;

const digits = z
  .string()
  .regex(/^\d{1,9}$/u)
  .transform(Number);

/** Reads a button's value. Anything else, such as the value of another release, does not parse. */
export const seenValue = z
  .string()
  .transform((value) => value.split(':'))
  .pipe(z.tuple([z.literal('v1'), digits, digits, z.enum(surfaces)]))
  .transform(([, number, version, surface]): Seen => ({ number, version, surface }));
