/** The door: Slack's payloads, parsed once into what listeners need. Unknown fields are ignored, missing ones throw. */
import { z } from 'zod';
import { severities } from '../../incident/incident.ts';
import type { Severity } from '../../incident/incident.ts';
import { inputIds, seenValue } from '../ids.ts';
import type { Seen } from '../ids.ts';
import { asTyped } from '../views/text.ts';

/** Who a payload says is acting. */
export interface Claimed {
  readonly id: string;
  readonly name: string;
  readonly team: string | undefined;
  readonly bot: boolean;
}

/** The person in an interactive payload. */
export const user = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    username: z.string().optional(),
    team_id: z.string().optional(),
    is_bot: z.boolean().default(false),
  })
  .transform(({ id, name, username, team_id: team, is_bot: bot }): Claimed => {
    return { id, name: name ?? username ?? id, team, bot };
  });

/** A message of ours, and what its buttons showed. */
export interface Spot {
  readonly seen: Seen;
  readonly channel: string;
  readonly ts: string;
}

/** A pressed button. */
export interface Press {
  readonly by: Claimed;
  readonly trigger: string;
  /** Null when the value is that of another release. */
  readonly spot: Spot | null;
}

const press = z
  .object({
    user,
    trigger_id: z.string(),
    container: z.object({ channel_id: z.string(), message_ts: z.string() }),
    actions: z.tuple([z.object({ value: z.string().default('') })]),
  })
  .transform(({ user: by, trigger_id: trigger, container, actions: [{ value }] }): Press => {
    const { data: seen } = seenValue.safeParse(value);
    const place = { channel: container.channel_id, ts: container.message_ts };
    return { by, trigger, spot: seen === undefined ? null : { seen, ...place } };
  });

/** Reads a button press. */
export const pressOf = (body: unknown): Press => press.parse(body);

/** A typed command. */
export interface Typed {
  readonly by: Claimed;
  readonly text: string;
  readonly channel: string;
  readonly trigger: string;
  /** Ids of the people whom the text names, in its order. */
  readonly mentioned: readonly string[];
}

const typed = z
  .object({
    user_id: z.string(),
    user_name: z.string(),
    team_id: z.string(),
    channel_id: z.string(),
    trigger_id: z.string(),
    text: z.string().default(''),
  })
  .transform((body): Typed => {
    const by = { id: body.user_id, name: body.user_name, team: body.team_id, bot: false };
    const mentioned = [...body.text.matchAll(/<@([UW][A-Z0-9]{2,})(?:\|[^<>]*)?>/gu)].map(([, id = '']) => id);
    return { by, text: asTyped(body.text), channel: body.channel_id, trigger: body.trigger_id, mentioned };
  });

/** Reads a slash command. */
export const typedOf = (body: unknown): Typed => typed.parse(body);

/** A submitted form to declare an incident. */
export interface Declaration {
  readonly by: Claimed;
  readonly view: string;
  readonly title: string;
  readonly severity: Severity;
}

const { title: titleId, severity: severityId, reason: reasonId, person: personId } = inputIds;

const declaration = z
  .object({
    user,
    view: z.object({
      id: z.string(),
      state: z.object({
        values: z.object({
          [titleId]: z.object({ [titleId]: z.object({ value: z.string().nullish() }) }),
          [severityId]: z.object({
            [severityId]: z.object({ selected_option: z.object({ value: z.enum(severities) }) }),
          }),
        }),
      }),
    }),
  })
  .transform(({ user: by, view: { id: view, state } }): Declaration => {
    const title = state.values[titleId][titleId].value ?? '';
    return { by, view, title, severity: state.values[severityId][severityId].selected_option.value };
  });

/** Reads a submitted declare form. */
export const declarationOf = (body: unknown): Declaration => declaration.parse(body);

/** A submitted form to close an incident. */
export interface Closing {
  readonly by: Claimed;
  readonly view: string;
  readonly reason: string;
  readonly spot: Spot;
}

/** What a form remembers of the card that it was opened from. */
const remembered = <S extends z.ZodType>(seen: S) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ seen, channel: z.string(), ts: z.string() }));

/** A submitted form of a card, with these fields. */
export const formOf = <S extends z.ZodType, F extends z.ZodRawShape>(seen: S, fields: F) =>
  z.object({
    user,
    view: z.object({
      id: z.string(),
      private_metadata: remembered(seen),
      state: z.object({ values: z.object(fields) }),
    }),
  });

/** A field for text. */
export const textField = z.object({ value: z.string().nullish() });

/** A menu of people. */
export const personField = z.object({ selected_user: z.string().nullish() });

const closing = formOf(seenValue, { [reasonId]: z.object({ [reasonId]: textField }) }).transform(
  ({ user: by, view: { id: view, private_metadata: spot, state } }): Closing => {
    return { by, view, reason: state.values[reasonId][reasonId].value ?? '', spot };
  },
);

/** Reads a submitted form to close an incident. */
export const closingOf = (body: unknown): Closing => closing.parse(body);

/** A submitted form to page somebody. */
export interface PageAnswer extends Closing {
  /** Their id; empty when nobody was chosen. */
  readonly person: string;
}

const paging = formOf(seenValue, {
  [reasonId]: z.object({ [reasonId]: textField }),
  [personId]: z.object({ [personId]: personField }),
}).transform(({ user: by, view: { id: view, private_metadata: spot, state } }): PageAnswer => {
  const { [reasonId]: reason, [personId]: person } = state.values;
  return { by, view, spot, reason: reason[reasonId].value ?? '', person: person[personId].selected_user ?? '' };
});

/** Reads a submitted form to page somebody. */
export const pageAnswerOf = (body: unknown): PageAnswer => paging.parse(body);
