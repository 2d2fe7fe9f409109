/** Rules for the texts and small objects that blocks and elements share. Limits: https://docs.slack.dev/reference/block-kit. */

import { isObject, objectAt, objectsAt } from '../../json.ts';
import {
  alternatives,
  boolean,
  byType,
  chars,
  integer,
  list,
  object,
  oneOf,
  opt,
  type Field,
  type Rule,
} from './shape.ts';

/** A `plain_text` object of at most `max` characters. */
export const plainText = (max: number): Rule =>
  byType({ plain_text: object({ text: chars(1, max), emoji: opt(boolean) }) });

/** A `mrkdwn` object of at most `max` characters. */
export const mrkdwn = (max: number): Rule =>
  byType({ mrkdwn: object({ text: chars(1, max), verbatim: opt(boolean) }) });

/** A text object of either kind. */
export const anyText = (max: number): Rule =>
  alternatives(
    byType({
      plain_text: object({ text: chars(1, max), emoji: opt(boolean) }),
      mrkdwn: object({ text: chars(1, max), verbatim: opt(boolean) }),
    }),
  );

/** An absolute link. */
export const link: Rule = (value, at, report) => {
  if (typeof value !== 'string' || !URL.canParse(value)) return report('must be a valid url', at);
  chars(1, 3000)(value, at, report);
};

/** Ids of blocks, actions and callbacks. */
export const id: Field = opt(chars(1, 255));

/** A question that is asked before an action is sent. */
export const confirm: Field = opt(
  object({
    title: opt(plainText(100)),
    text: anyText(300),
    confirm: opt(plainText(30)),
    deny: opt(plainText(30)),
    style: opt(oneOf('primary', 'danger')),
  }),
);

/** An option of a menu; `text` is the rule for its label and description. Values of more than 75 characters are not safe everywhere. */
export const option = (text: Rule): Rule =>
  object({ text, value: chars(1, 75), description: opt(text), url: opt(link) });

/** Either `options` or `option_groups`, not both and not neither. */
export const optionsOrGroups: Rule = (value, at, report) => {
  const given = isObject(value) ? value : {};
  if ('options' in given === 'option_groups' in given) report('must define either `options` or `option_groups`', at);
};

/** Whatever is chosen from the start must be among the options. */
export const initialIsOffered: Rule = (value, at, report) => {
  if (!isObject(value)) return;
  const offered = [
    ...objectsAt(value, 'options'),
    ...objectsAt(value, 'option_groups').flatMap((g) => objectsAt(g, 'options')),
  ];
  const values = new Set(offered.map((each) => each['value']));
  const single = objectAt(value, 'initial_option');
  if (single && !values.has(single['value'])) report('must match one of the options', `${at}/initial_option`);
  const stray = objectsAt(value, 'initial_options').some((each) => !values.has(each['value']));
  if (stray) report('must match one of the options', `${at}/initial_options`);
};

/** Fields of a menu with its own options. */
export const menuOptions: { readonly [name: string]: Field } = {
  options: opt(list(option(plainText(75)), 1, 100)),
  option_groups: opt(list(object({ label: plainText(75), options: list(option(plainText(75)), 1, 100) }), 1, 100)),
};

/** Where an image comes from, and what to say in its place. */
export const imageSource: { readonly [name: string]: Field } = {
  image_url: opt(link),
  slack_file: opt(object({ id: opt(chars(1, 255)), url: opt(link) })),
  alt_text: chars(1, 2000),
};

/** The image element, as it stands in contexts, accessories and icons. */
export const imageElement: Rule = byType({ image: object(imageSource) });

const style = opt(
  object({
    bold: opt(boolean),
    italic: opt(boolean),
    strike: opt(boolean),
    code: opt(boolean),
    underline: opt(boolean),
    highlight: opt(boolean),
    client_highlight: opt(boolean),
    unlink: opt(boolean),
  }),
);

const inline = byType({
  text: object({ text: chars(1, 12_000), style }),
  link: object({ url: link, text: opt(chars(0, 12_000)), unsafe: opt(boolean), style }),
  emoji: object({ name: chars(1, 255), unicode: opt(chars(1, 255)), url: opt(link) }),
  user: object({ user_id: chars(1, 255), style }),
  usergroup: object({ usergroup_id: chars(1, 255), style }),
  channel: object({ channel_id: chars(1, 255), style }),
  team: object({ team_id: chars(1, 255), style }),
  broadcast: object({ range: oneOf('here', 'channel', 'everyone') }),
  color: object({ value: chars(1, 255) }),
  date: object({
    timestamp: integer(0, 99_999_999_999),
    format: chars(1, 255),
    url: opt(link),
    fallback: opt(chars(1, 255)),
  }),
});

const inlines = list(inline, 0, 1000);
const border = opt(integer(0, 1));
const section = object({ elements: inlines });

/** A `rich_text` block, or the same thing inside a table cell, task card or input. */
export const richText: Rule = byType({
  rich_text: object({
    block_id: id,
    elements: list(
      byType({
        rich_text_section: section,
        rich_text_list: object({
          elements: list(byType({ rich_text_section: section }), 1, 1000),
          style: oneOf('bullet', 'ordered'),
          indent: opt(integer(0, 8)),
          offset: opt(integer(0, 100_000)),
          border,
        }),
        rich_text_quote: object({ elements: inlines, border }),
        rich_text_preformatted: object({ elements: inlines, border, language: opt(chars(1, 255)) }),
      }),
      1,
      1000,
    ),
  }),
});
