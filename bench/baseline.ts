/** The bar to measure against: a bare Fastify route that parses and validates Alertmanager's bodies with zod, and keeps nothing. */
import Fastify from 'fastify';
import { z } from 'zod';

const texts = z.record(z.string(), z.string());
const time = z.iso.datetime({ offset: true });

const payload = z.object({
  version: z.literal('4'),
  groupKey: z.string(),
  truncatedAlerts: z.int().min(0).optional(),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: texts,
  commonLabels: texts,
  commonAnnotations: texts,
  externalURL: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: texts,
      annotations: texts,
      startsAt: time,
      endsAt: time,
      generatorURL: z.string(),
      fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
    }),
  ),
});

const server = Fastify({ logger: false });
server.get('/ready', async () => ({ ready: true }));
server.get('/metrics', async () => {
  const { user, system } = process.cpuUsage();
  return `process_cpu_seconds_total ${(user + system) / 1e6}\n`;
});
server.post('/alertmanager/main', async (request, reply) => {
  const { success } = payload.safeParse(request.body);
  return reply.code(success ? 200 : 400).send({ stored: success });
});
await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
