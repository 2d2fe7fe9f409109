/** Wires the door for alerts: bodies are stored before they are answered, drained in their order, and listened to for heartbeats. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { translate } from '../alertmanager/payload.ts';
import { webhook } from '../alertmanager/webhook.ts';
import type { Config } from '../config/config.ts';
import type { EmergencyPager } from './emergency.ts';
import type { Engine } from '../engine.ts';
import { explain } from '../incident/fault.ts';
import { startDrains } from '../queue/drains.ts';
import { listenTo, withoutBeats } from './watchdog.ts';

/** Opens the door. `emergency` hears whether bodies can be stored. */
export async function openIntake(
  config: Config,
  { store, metrics, clock }: Engine,
  server: FastifyInstance,
  emergency: EmergencyPager,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { severities } = config.rules;
  const beatOf = (source: string) => config.sources[source]?.heartbeat ?? null;
  const drains = stack.use(
    startDrains(
      Object.keys(config.sources),
      (source) =>
        store.drain(
          source,
          (name, stored) => withoutBeats(translate(name, stored, severities), beatOf(name)),
          listenTo(config, source),
        ),
      (source, error) => log.error({ source, fault: explain(error) }, 'draining the inbox'),
    ),
  );
  await server.register(webhook, {
    sources: config.sources,
    accept: async (arrival) => {
      try {
        await store.accept(arrival);
      } catch (error) {
        emergency.refused(arrival);
        throw error;
      }
      emergency.stored();
      drains.wake(arrival.source);
    },
    clock,
    answered: (source, status) => metrics.bodies.inc({ source, status: String(status) }),
    troubled: (source, fault) => log.error({ source, fault: explain(fault) }, 'storing a webhook body'),
  });
}
