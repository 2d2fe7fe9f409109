/** Rules for blocks, and which of them each surface takes. Limits: https://docs.slack.dev/reference/block-kit/blocks. */

import {
  all,
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
  type Surface,
} from './shape.ts';
import { accessory, actionsElement, buttonElement, cell, contextActionsElement, inputElement } from './elements.ts';
import { anyText, id, imageElement, imageSource, link, mrkdwn, plainText, richText } from './texts.ts';

const block = (fields: { readonly [name: string]: Field }): Rule => object({ block_id: id, ...fields });

/** A rule that at least one of the named fields is there. */
const oneAtLeast =
  (message: string, ...names: readonly string[]): Rule =>
  (value, at, report) => {
    const given = Object.keys(value ?? {});
    if (!names.some((name) => given.includes(name))) report(message, at);
  };

const section = all(
  block({
    text: opt(anyText(3000)),
    fields: opt(list(anyText(2000), 1, 10)),
    accessory: opt(accessory),
    expand: opt(boolean),
  }),
  (value, at, report) =>
    oneAtLeast('must define either `text` or `fields`', 'text', 'fields')(value, at, (message) =>
      report(message, `${at}/type`),
    ),
);

const image = all(
  block({ ...imageSource, title: opt(plainText(2000)) }),
  oneAtLeast('must define either `image_url` or `slack_file`', 'image_url', 'slack_file'),
);

const video = block({
  video_url: link,
  thumbnail_url: link,
  alt_text: chars(1, 2000),
  title: plainText(200),
  title_url: opt(link),
  author_name: opt(chars(1, 50)),
  provider_name: opt(chars(1, 255)),
  provider_icon_url: opt(link),
  description: opt(plainText(200)),
});

/** Blocks that every surface takes. */
const everywhere = {
  actions: block({ elements: list(actionsElement, 1, 25) }),
  context: block({
    elements: list(
      byType({ image: imageElement, plain_text: plainText(3000), mrkdwn: mrkdwn(3000) }, 'element'),
      1,
      10,
    ),
  }),
  divider: block({}),
  header: block({ text: plainText(150) }),
  image,
  input: block({
    label: plainText(2000),
    hint: opt(plainText(2000)),
    element: inputElement,
    optional: opt(boolean),
    dispatch_action: opt(boolean),
  }),
  rich_text: richText,
  section,
  video,
};

const table = block({
  rows: list(list(cell, 1, 20), 1, 100),
  column_settings: opt(list(object({ align: opt(oneOf('left', 'center', 'right')), is_wrapped: opt(boolean) }), 0, 20)),
});

const equalColumns: Rule = (value, at, report) => {
  const rows: unknown = typeof value === 'object' && value !== null && 'rows' in value ? value.rows : [];
  const widths = Array.isArray(rows) ? rows.map((row) => (Array.isArray(row) ? row.length : 0)) : [];
  if (new Set(widths).size > 1) report('all rows must have the same number of columns', `${at}/rows`);
};

const dataTable = all(
  block({
    rows: list(list(cell, 1, 20), 2, 101),
    caption: chars(1, 255),
    page_size: opt(integer(1, 100)),
    row_header_column_index: opt(integer(0, 19)),
  }),
  equalColumns,
);

/** Slack has not published limits for plans and task cards; those of titles are guesses. */
const taskCard = block({
  task_id: chars(1, 255),
  title: chars(1, 255),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
  details: opt(richText),
  output: opt(richText),
  sources: opt(list(byType({ url: object({ url: link, text: chars(1, 255) }) }), 0, 50)),
});

const card = all(
  block({
    hero_image: opt(imageElement),
    icon: opt(imageElement),
    title: opt(mrkdwn(150)),
    subtitle: opt(mrkdwn(150)),
    body: opt(mrkdwn(200)),
    actions: opt(list(buttonElement, 1, 25)),
  }),
  oneAtLeast('must define one of `hero_image`, `title`, `actions` or `body`', 'hero_image', 'title', 'actions', 'body'),
);
const cards = { card, carousel: block({ elements: list(byType({ card }), 1, 10) }) };

const container = all(
  block({
    title: opt(plainText(150)),
    rich_text_title: opt(richText),
    subtitle: opt(anyText(150)),
    child_blocks: list(byType({ ...everywhere, table }), 1, 10),
    width: opt(oneOf('narrow', 'standard', 'wide', 'full')),
    icon: opt(imageElement),
    is_collapsible: opt(boolean),
    default_collapsed: opt(boolean),
    has_header_divider: opt(boolean),
  }),
  oneAtLeast('must define either `title` or `rich_text_title`', 'title', 'rich_text_title'),
);

/** The rule for one block on each surface. */
export const blockOn: { readonly [surface in Surface]: Rule } = {
  message: byType({
    ...everywhere,
    ...cards,
    container,
    context_actions: block({ elements: list(contextActionsElement, 1, 5) }),
    data_table: dataTable,
    markdown: block({ text: chars(1, 12_000) }),
    plan: block({ title: chars(1, 255), tasks: opt(list(byType({ task_card: taskCard }), 0, 100)) }),
    table,
    task_card: taskCard,
  }),
  modal: byType({
    ...everywhere,
    alert: block({ text: anyText(200), level: opt(oneOf('default', 'info', 'warning', 'error', 'success')) }),
  }),
  home: byType({ ...everywhere, ...cards }),
};
