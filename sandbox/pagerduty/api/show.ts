/** Resources as the REST API and webhooks show them. */

import { nameOf } from '../account/account.ts';
import type { Policy, Schedule, Service, User } from '../account/seed.ts';
import type { Agent, Alert, Incident, Note, StatusUpdate } from '../incidents/incident.ts';
import type { World } from '../world.ts';

/** A reference to another resource. */
export type Reference = {
  readonly id: string;
  readonly type: string;
  readonly summary: string;
  readonly self: string;
  readonly html_url: string;
};

const folders = {
  user: 'users',
  service: 'services',
  escalation_policy: 'escalation_policies',
  incident: 'incidents',
  priority: 'priorities',
  schedule: 'schedules',
} as const;

/** A time as the API writes it. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Where a resource is, for machines and for people. */
function places(world: World, path: string): { readonly self: string; readonly html_url: string } {
  return {
    self: `https://api.pagerduty.com/${path}`,
    html_url: `https://${world.seed.subdomain}.pagerduty.com/${path}`,
  };
}

/** A reference to a resource of a kind. */
function refer(world: World, kind: keyof typeof folders, id: string, summary: string): Reference {
  return { id, type: `${kind}_reference`, summary, ...places(world, `${folders[kind]}/${id}`) };
}

/** A reference to a user. */
export function referUser(world: World, id: string): Reference {
  return refer(world, 'user', id, nameOf(world, id));
}

/** A reference to a policy. */
export function referPolicy(world: World, id: string): Reference {
  return refer(world, 'escalation_policy', id, world.account.policies.find((each) => each.id === id)?.name ?? id);
}

/** A reference to a service. */
export function referService(world: World, id: string): Reference {
  return refer(world, 'service', id, world.account.services.get(id)?.name ?? id);
}

/** A reference to an incident. */
export function referIncident(world: World, { id, number, title }: Incident): Reference {
  return refer(world, 'incident', id, `[#${number}] ${title}`);
}

/** A reference to a priority, or null. */
export function referPriority(world: World, id: string | null): Reference | null {
  if (id === null) return null;
  return refer(world, 'priority', id, world.account.priorities.find((each) => each.id === id)?.name ?? id);
}

/** Who did something; null when PagerDuty did it by itself. */
export function referAgent(world: World, agent: Agent): Reference | null {
  if (!agent) return null;
  if (agent.kind === 'user') return referUser(world, agent.id);
  const path = `services/${agent.service}/integrations/${agent.id}`;
  const type = 'events_api_v2_inbound_integration_reference';
  return { id: agent.id, type, summary: 'Events API V2', ...places(world, path) };
}

/** A user in full. */
export function showUser(world: World, { id, name, email }: User) {
  return {
    ...{ id, type: 'user', summary: name, ...places(world, `users/${id}`), name, email },
    ...{ time_zone: 'Etc/UTC', role: 'user', job_title: null, description: null, invitation_sent: false },
    ...{ contact_methods: [], notification_rules: [], teams: [] },
  };
}

/** A policy in full. */
export function showPolicy(world: World, { id, name, loops, levels }: Policy) {
  const { schedules } = world.account;
  const services = [...world.account.services.values()].filter(({ policy }) => policy === id);
  return {
    ...{ id, type: 'escalation_policy', summary: name, ...places(world, `escalation_policies/${id}`), name },
    escalation_rules: levels.map((level) => ({
      id: level.id,
      escalation_delay_in_minutes: level.delayMinutes,
      targets: level.targets.map((target) =>
        target.type === 'user'
          ? referUser(world, target.id)
          : refer(world, 'schedule', target.id, schedules.get(target.id)?.name ?? target.id),
      ),
    })),
    ...{ services: services.map((each) => referService(world, each.id)), num_loops: loops, teams: [] },
    ...{ description: null, on_call_handoff_notifications: 'if_has_services' },
  };
}

/** A schedule as a reference. */
export function referSchedule(world: World, schedule: Schedule | null): Reference | null {
  return schedule && refer(world, 'schedule', schedule.id, schedule.name);
}

/** A service in full. */
export function showService(world: World, service: Service) {
  const { id, name, integration, urgency, ackTimeout, autoResolveTimeout, policy, status } = service;
  const open = world.incidents.filter((each) => each.service === id && each.status !== 'resolved');
  const triggered = open.some((each) => each.status === 'triggered');
  const busy = open.length === 0 ? 'active' : triggered ? 'critical' : 'warning';
  return {
    ...{ id, type: 'service', summary: name, ...places(world, `services/${id}`), name, description: null },
    ...{ acknowledgement_timeout: ackTimeout, auto_resolve_timeout: autoResolveTimeout },
    ...{ status: status === 'disabled' ? 'disabled' : busy, escalation_policy: referPolicy(world, policy), teams: [] },
    ...{ incident_urgency_rule: { type: 'constant', urgency }, alert_creation: 'create_alerts_and_incidents' },
    integrations: [referAgent(world, { kind: 'integration', id: integration.id, service: id })],
  };
}

/** Whom an incident's responders were asked by, one by one, as incidents show them. */
function responders(world: World, incident: Incident) {
  const asked = incident.responders.map(({ user, by, message, at, state }) => ({
    ...{ state, message, requested_at: timestamp(at), updated_at: timestamp(at) },
    ...{ user: referUser(world, user), requester: referUser(world, by), incident: referIncident(world, incident) },
  }));
  return { incidents_responders: asked, responder_requests: [] };
}

/** An incident in full. */
export function showIncident(world: World, incident: Incident) {
  const { id, number, title, status, urgency, service, policy, changedBy, changedAt, alert } = incident;
  const alerts = { triggered: alert?.status === 'triggered' ? 1 : 0, resolved: alert?.status === 'resolved' ? 1 : 0 };
  const agent = referAgent(world, changedBy) ?? referService(world, service);
  return {
    ...{ id, type: 'incident', summary: `[#${number}] ${title}`, ...places(world, `incidents/${id}`) },
    ...{ incident_number: number, title, description: title, status, urgency, incident_key: incident.key },
    ...{ created_at: timestamp(incident.createdAt), updated_at: timestamp(changedAt) },
    ...{ last_status_change_at: timestamp(changedAt), last_status_change_by: agent },
    ...{ service: referService(world, service), escalation_policy: referPolicy(world, policy), teams: [] },
    assigned_via: incident.via,
    assignments: incident.assignees.map(({ user, at }) => ({ at: timestamp(at), assignee: referUser(world, user) })),
    acknowledgements: incident.acknowledgers.map(({ agent: by, at }) => ({
      at: timestamp(at),
      acknowledger: referAgent(world, by),
    })),
    ...{ priority: referPriority(world, incident.priority), resolve_reason: null, pending_actions: [] },
    ...{ alert_counts: { all: alert ? 1 : 0, ...alerts }, conference_bridge: incident.bridge },
    ...{ is_mergeable: incident.status !== 'resolved', incident_type: { name: 'incident_default' } },
    resolved_at: incident.resolvedAt === null ? null : timestamp(incident.resolvedAt),
    ...responders(world, incident),
    ...(incident.body === null ? {} : { body: { type: 'incident_body', details: incident.body } }),
  };
}

/** The alert of an incident. */
export function showAlert(world: World, incident: Incident, alert: Alert) {
  const { id, key, status, severity, event, createdAt } = alert;
  return {
    ...{
      id,
      type: 'alert',
      summary: incident.title,
      ...places(world, `alerts/${id}`),
      alert_key: key,
      status,
      severity,
    },
    ...{ created_at: timestamp(createdAt), suppressed: false, service: referService(world, incident.service) },
    ...{ incident: referIncident(world, incident), body: { type: 'alert_body', cef_details: event['payload'] } },
  };
}

/** A note. */
export function showNote(world: World, { id, by, content, at }: Note) {
  const user = referUser(world, by);
  return { id, user, channel: { summary: 'The PagerDuty website or APIs' }, content, created_at: timestamp(at) };
}

/** A status update. */
export function showUpdate(world: World, { id, by, message, at }: StatusUpdate) {
  return { id, message, created_at: timestamp(at), sender: referUser(world, by) };
}
