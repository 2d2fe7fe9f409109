/** The door for actions: pressed buttons and submitted forms, parsed once. */
import { z } from 'zod';
import { verbs } from '../../action/action.ts';
import type { Verb } from '../../action/action.ts';
import type { Instant } from '../../incident/incident.ts';
import { encodeRun, inputIds, runValue } from '../ids.ts';
import type { RunSeen } from '../ids.ts';
import { user } from './door.ts';
import type { Claimed } from './door.ts';

/** A card of a run, and what was pressed on it. */
export interface RunSpot {
  readonly seen: RunSeen;
  readonly channel: string;
  readonly ts: string;
  /** It is an answer to one person, and can be drawn again only by answering them. */
  readonly quiet: boolean;
}

/** A pressed button of a run. */
export interface RunPressed {
  readonly by: Claimed;
  readonly trigger: string;
  /** Null when the value is that of another release. */
  readonly spot: RunSpot | null;
}

const pressed = z
  .object({
    user,
    trigger_id: z.string(),
    container: z.object({
      channel_id: z.string(),
      message_ts: z.string(),
      is_ephemeral: z.boolean().default(false),
    }),
    actions: z.tuple([z.object({ value: z.string().default('') })]),
  })
  .transform(({ user: by, trigger_id: trigger, container, actions: [{ value }] }): RunPressed => {
    const { data: seen } = runValue.safeParse(value);
    const place = { channel: container.channel_id, ts: container.message_ts, quiet: container.is_ephemeral };
    return { by, trigger, spot: seen === undefined ? null : { seen, ...place } };
  });

/** Reads a press. */
export const runPressOf = (body: unknown): RunPressed => pressed.parse(body);

/** Writes what a form must remember of the card. */
export const runMetadata = ({ seen, channel, ts, quiet }: RunSpot): string =>
  JSON.stringify({ seen: encodeRun(seen), channel, ts, quiet });

const { reason, person, until, verb, service, target, parameter, glass } = inputIds;

const text = z.object({ value: z.string().nullish() });

/** A submitted form about a run. */
export interface RunAnswer {
  readonly by: Claimed;
  readonly view: string;
  readonly spot: RunSpot;
  readonly reason: string;
  /** The id of the owner; empty when the form asks for none. */
  readonly owner: string;
  readonly until: Instant;
}

const answer = z
  .object({
    user,
    view: z.object({
      id: z.string(),
      private_metadata: z
        .string()
        .transform((written): unknown => JSON.parse(written))
        .pipe(z.object({ seen: runValue, channel: z.string(), ts: z.string(), quiet: z.boolean() })),
      state: z.object({
        values: z.object({
          [reason]: z.object({ [reason]: text }),
          [person]: z.object({ [person]: z.object({ selected_user: z.string().nullish() }) }).optional(),
          [until]: z.object({ [until]: z.object({ selected_date_time: z.number().nullish() }) }).optional(),
        }),
      }),
    }),
  })
  .transform(({ user: by, view: { id: view, private_metadata: spot, state } }): RunAnswer => {
    const { [reason]: why, [person]: who, [until]: when } = state.values;
    const at = (when?.[until].selected_date_time ?? 0) * 1000;
    return { by, view, spot, reason: why[reason].value ?? '', owner: who?.[person].selected_user ?? '', until: at };
  });

/** Reads a submitted form about a run. */
export const runAnswerOf = (body: unknown): RunAnswer => answer.parse(body);

/** A submitted form that asks for an action. */
export interface DoAnswer {
  readonly by: Claimed;
  readonly view: string;
  readonly number: number;
  readonly verb: Verb;
  readonly service: string;
  readonly target: string;
  readonly parameter: string;
  readonly glass: string;
}

const option = z.object({ selected_option: z.object({ value: z.string() }).nullish() });

const doAnswer = z
  .object({
    user,
    view: z.object({
      id: z.string(),
      private_metadata: z.string().regex(/^\d{1,9}$/u),
      state: z.object({
        values: z.object({
          [verb]: z.object({ [verb]: z.object({ selected_option: z.object({ value: z.enum(verbs) }) }) }),
          [service]: z.object({ [service]: option }).optional(),
          [target]: z.object({ [target]: text }),
          [parameter]: z.object({ [parameter]: text }),
          [glass]: z.object({ [glass]: text }),
        }),
      }),
    }),
  })
  .transform(({ user: by, view: { id: view, private_metadata: number, state } }): DoAnswer => {
    const { values } = state;
    return {
      ...{ by, view, number: Number(number), verb: values[verb][verb].selected_option.value },
      service: values[service]?.[service].selected_option?.value ?? '',
      target: (values[target][target].value ?? '').trim(),
      parameter: (values[parameter][parameter].value ?? '').trim(),
      glass: values[glass][glass].value ?? '',
    };
  });

/** Reads a submitted form that asks for an action. */
export const doAnswerOf = (body: unknown): DoAnswer => doAnswer.parse(body);
