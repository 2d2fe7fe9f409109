/** The two listeners: the public one is for Slack, the private one for Alertmanager, probes, Prometheus and our own command line. */
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Listed, StepStats } from './incident/contracts.ts';
import type { Readiness } from './ops/health.ts';
import type { Shown } from './store/queries.ts';

/** What the private listener shows. */
export interface Views {
  readonly ready: () => Promise<Readiness>;
  readonly metrics: { scrape(): Promise<string>; readonly contentType: string };
  readonly list: (all: boolean) => Promise<readonly Listed[]>;
  readonly show: (number: number) => Promise<Shown | undefined>;
  readonly stats: (runbook: string | null) => Promise<readonly StepStats[]>;
}

/** A listener. Keep-alive outlasts the 90 s of Go clients such as Alertmanager, so that we never cut a request they just sent. */
export const listener = (): FastifyInstance =>
  Fastify({
    logger: false,
    keepAliveTimeout: 95_000,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: true },
  });

/** Slack waits 3 s for an answer, and Alertmanager comes again: what is still open after this is not waited for. */
const grace = 5_000;

/**
 * Takes nothing in any more, and resolves when what came in is answered, or after the grace. A connection on which nothing
 * was ever asked is not idle to Node until its `headersTimeout` of 60 s, and would outlast any orchestrator's patience.
 */
export async function close(server: FastifyInstance): Promise<void> {
  const late = setTimeout(() => server.server.closeAllConnections(), grace);
  const answered = setInterval(() => server.server.closeIdleConnections(), 100);
  await server.close();
  clearTimeout(late);
  clearInterval(answered);
}

/** Adds the probe that says only that the process turns. */
export const showHealth = (server: FastifyInstance): void => {
  server.get('/health', async () => ({ ok: true }));
};

/** Adds what operators and `vigie incident` read. */
export function showViews(server: FastifyInstance, views: Views): void {
  server.get('/ready', async (_request, reply) => {
    const readiness = await views.ready();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(views.metrics.contentType).send(await views.metrics.scrape()),
  );
  server.get<{ Querystring: { all?: string } }>('/incidents', async (request) =>
    views.list(request.query.all !== undefined),
  );
  server.get<{ Querystring: { runbook?: string } }>('/runbooks/stats', async (request) =>
    views.stats(request.query.runbook ?? null),
  );
  server.get<{ Params: { number: string } }>('/incidents/:number', async (request, reply) => {
    const number = Number(request.params.number);
    const shown = Number.isSafeInteger(number) && number > 0 ? await views.show(number) : undefined;
    return shown ?? reply.code(404).send({ error: `There is no incident ${request.params.number}.` });
  });
}
