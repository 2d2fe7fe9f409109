/** Mounts Bolt's receiver in a Fastify scope of its own, which leaves the body to Bolt. */
import type { HTTPReceiver } from '@slack/bolt';
import type { FastifyInstance } from 'fastify';
import type { Instant } from '../incident/incident.ts';
import { endpoint } from './bolt.ts';

/** Slack's own limit for the past is five minutes and Bolt keeps it; for the future it has none, so a replay could wait. */
const mostAhead = 60;

/** Adds the endpoint. The other routes of the server keep their parsers. */
export async function mountReceiver(
  fastify: FastifyInstance,
  receiver: HTTPReceiver,
  clock: () => Instant,
): Promise<void> {
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    scope.post(endpoint, async (request, reply) => {
      const sent = Number(request.headers['x-slack-request-timestamp']);
      if (sent > clock() / 1000 + mostAhead) return reply.code(401).send();
      reply.hijack();
      receiver.requestListener(request.raw, reply.raw);
    });
  });
}
