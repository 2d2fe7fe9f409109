-- What Vigie remembers: webhooks as they came, incidents with their alerts and groups, the timeline, and what must follow.
-- Forward only. Times come from the caller, never from now(), so that a test can say what time it is.

create table counters (
  name        text primary key,
  value       bigint not null
);
comment on table counters is
  'numbers without gaps, taken in the commit that uses them: of incidents, and per source of bodies taken in and of bodies recorded';
insert into counters (name, value) values ('incidents', 0);

create table sources (
  name        text primary key
);
comment on table sources is 'one row a configured source';

create table inbox (
  source      text not null references sources,
  seq         bigint not null,
  received_at timestamptz not null,
  body        text not null,
  parked_at   timestamptz,
  fault       text,
  primary key (source, seq),
  constraint parked_says_why check ((parked_at is null) = (fault is null))
);
comment on table inbox is
  'a log a source: the counter taken:<source> is the last body that came in, recorded:<source> the last one done with';

create table frozen_runbooks (
  hash        text primary key,
  frozen      jsonb not null
);
comment on table frozen_runbooks is 'runbooks as incidents keep them, once each; the walk in incidents.state names its own';

create table incidents (
  number      bigint primary key,
  version     int not null,
  kind        text not null check (kind in ('alert', 'declared', 'storm', 'checklist')),
  source      text references sources,
  title       text not null,
  service     text,
  severity    text not null check (severity in ('info', 'warning', 'high', 'critical')),
  phase       text not null check (phase in ('triggered', 'acknowledged', 'recovering', 'suppressed', 'resolved', 'closed')),
  open        boolean generated always as (phase not in ('resolved', 'closed')) stored,
  opened_at   timestamptz not null,
  changed_at  timestamptz not null,
  lines       int not null,
  head        bytea not null,
  state       jsonb not null,
  constraint only_alerts_have_a_source check ((kind in ('alert', 'storm')) = (source is not null))
);
create index incidents_open on incidents (source, number) where open;
create unique index one_open_storm on incidents (source) where open and kind = 'storm';

create table alerts (
  source      text not null references sources,
  fingerprint text not null,
  incident    bigint not null references incidents,
  held        boolean not null,
  alert       jsonb not null,
  primary key (incident, fingerprint)
);
create unique index one_holder on alerts (source, fingerprint) where held;
comment on column alerts.held is 'an alert is held by one incident at a time; the others keep what they knew of it';

create table alert_groups (
  source      text not null references sources,
  receiver    text not null,
  key         text not null check (length(key) = 64),
  incident    bigint not null references incidents,
  linked_at   timestamptz not null,
  alert_group jsonb not null,
  primary key (source, receiver, key)
);
create index alert_groups_of on alert_groups (incident);
create index alert_groups_recent on alert_groups (source, linked_at);

create table runs (
  id          text primary key,
  incident    bigint not null references incidents,
  target      text not null,
  verb        text not null,
  asked_by    text not null,
  automatic   boolean not null,
  stand       text not null,
  template    text,
  begun_at    timestamptz
);
create unique index one_run_is_sent_to_a_target on runs (target) where stand = 'running';
create index runs_of_target on runs (target, begun_at);
comment on table runs is 'what was asked for on workloads, over all incidents: who holds a target, and how often it was acted on';

create table timeline (
  incident    bigint not null references incidents,
  seq         int not null,
  at          timestamptz not null,
  cause       text,
  line        jsonb not null,
  hash        bytea not null check (length(hash) = 32),
  primary key (incident, seq)
);
create index timeline_steps on timeline ((line ->> 'runbook'), at) where line ->> 'type' = 'StepEnded';
create index timeline_refusals on timeline (at) where line ->> 'type' in ('DeedRefused', 'RefusalsNoticed');
create unique index caused_once on timeline (cause) where cause is not null;
comment on column timeline.cause is 'what was pressed, or which effect it settles: the same cause is recorded once';
comment on column timeline.hash is 'sha256 over the previous hash and this line: a changed line breaks every later one';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the timeline is append-only';
end $$;
create trigger timeline_is_append_only before update or delete on timeline
  for each row execute function refuse_change();

create table outbox (
  id          bigint generated always as identity primary key,
  effect_id   text not null unique,
  incident    bigint references incidents,
  room        text not null,
  lane        text not null,
  once        text,
  priority    int not null,
  effect      jsonb not null,
  wanted      int not null,
  due_at      timestamptz not null,
  rung_at     timestamptz,
  attempts    int not null default 0,
  crashes     int not null default 0,
  running     boolean not null default false,
  fence       int not null default 0,
  lease_until timestamptz,
  fault       text,
  created_at  timestamptz not null,
  settled_at  timestamptz,
  outcome     text check (outcome in ('performed', 'refused', 'given up')),
  constraint settled_has_outcome check ((settled_at is null) = (outcome is null)),
  constraint running_has_lease check (not running or lease_until is not null)
);
create unique index once_pending on outbox (once) where settled_at is null;
create unique index one_running_a_lane on outbox (lane) where running;
create index outbox_pending on outbox (lane, id) where settled_at is null;
create index outbox_due on outbox (due_at) where settled_at is null;
create index outbox_settled on outbox (settled_at) where settled_at is not null;
comment on column outbox.incident is 'null for the timer of a checklist, which opens an incident';
comment on column outbox.wanted is 'version of the incident that asked last; a level-triggered row is settled only when that version was performed';

create table pages (
  incident    bigint not null references incidents,
  dedup_key   text not null,
  pager       text,
  primary key (incident, dedup_key)
);
create index pages_of_key on pages (dedup_key, incident);
create index pages_of_pager on pages (pager) where pager is not null;
comment on table pages is 'the dedup keys of episodes that paged, and the ids of the incidents that PagerDuty made of them: what its webhooks are matched by';

create table hooks (
  id          text primary key,
  received_at timestamptz not null,
  body        text not null,
  settled_at  timestamptz
);
create index hooks_waiting on hooks (received_at) where settled_at is null;
comment on table hooks is 'webhooks of PagerDuty as they came, by the id of their event; settled when they are recorded, or concern nobody';

create table receipts (
  incident    bigint not null references incidents,
  purpose     text not null,
  place       text not null,
  at          timestamptz not null,
  primary key (incident, purpose)
);
comment on table receipts is 'where something landed: a channel id, a message ts; bookkeeping of the rooms, not events';

create table bookkeeping (
  name        text primary key,
  value       text not null,
  at          timestamptz not null
);
comment on table bookkeeping is 'small facts that outlive a process, such as our own Slack user id';
create index receipts_of_place on receipts (place) where purpose = 'channel';
create index inbox_parked on inbox (source, seq) where parked_at is not null;
