/** Requests to a cluster: what they carry, how long they take, and whether they were sent. */
import { connect, createServer as createPlainServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startKubernetesSandbox } from '../../sandbox/kubernetes/server.ts';
import { openClusters } from '../../src/kubernetes/cluster.ts';
import { config, serve, troubleOf } from './reaching.ts';

describe('a request', () => {
  it('carries what it must, and gives back what came', async () => {
    await using site = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      request.on('end', () => {
        response.setHeader('date', 'Sat, 21 Nov 2026 03:12:05 GMT');
        response.setHeader('warning', ['299 - "be \\"careful\\""', '299 - "and quick"']);
        const { authorization, 'content-type': type } = request.headers;
        response.end(JSON.stringify({ method: request.method, url: request.url, authorization, type, body }));
      });
    });
    const { cluster } = site;
    const written = await cluster.patch('/apis/x', { a: null }, 'merge', { dryRun: 'All', left: undefined });
    expect(written.date).toBe(Date.UTC(2026, 10, 21, 3, 12, 5));
    expect(written.warnings).toEqual(['be "careful"', 'and quick']);
    expect(written.object).toEqual({
      ...{ method: 'PATCH', url: '/base/apis/x?dryRun=All', authorization: 'Bearer hush-hush' },
      ...{ type: 'application/merge-patch+json', body: '{"a":null}' },
    });
    expect((await cluster.patch('/x', [], 'json', {})).object).toMatchObject({ type: 'application/json-patch+json' });
    expect((await cluster.remove('/x', {})).object).toMatchObject({ method: 'DELETE', type: 'application/json' });
    expect((await cluster.post('/x', {})).object).toMatchObject({ method: 'POST' });
    expect(await cluster.text('/log', { tailLines: 5 })).toContain('/base/log?tailLines=5');
  });

  it('goes over a connection that is kept', async () => {
    await using site = await serve((_request, response) => void response.end('{}'));
    for (let index = 0; index < 30; index += 1) await site.cluster.get('/x');
    expect(site.connections()).toBeLessThanOrEqual(2);
  });

  it('that nobody answers ends in time; a write may have been done, a read was not', async () => {
    await using site = await serve(() => undefined, { total: 150 });
    const read = await troubleOf(site.cluster.get('/x'));
    expect([read.kind, read.message]).toEqual([
      'network',
      expect.stringMatching(/^Cluster eu \(127.0.0.1:\d+\) did not answer within 0.2 seconds$/),
    ]);
    const write = await troubleOf(site.cluster.patch('/x', {}, 'merge', {}));
    expect(write.kind).toBe('ambiguous');
    expect(write.message).toContain('so it is not known whether it was done');
  });

  it('whose answer breaks off is no answer', async () => {
    await using site = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"kind":');
      response.destroy();
    });
    expect((await troubleOf(site.cluster.get('/x'))).kind).toBe('network');
    expect((await troubleOf(site.cluster.remove('/x', {}))).kind).toBe('ambiguous');
  });

  it('that a page of a proxy answers is no answer either', async () => {
    await using site = await serve((_request, response) => void response.end('<html>Please log in</html>'));
    const { kind, message } = await troubleOf(site.cluster.patch('/x', {}, 'merge', {}));
    expect(`${kind}: ${message}`).toBe(
      'ambiguous: Cluster eu answered something that is not a Kubernetes object: is a proxy in the way?',
    );
  });

  it('stops with the signal of whoever asked', async () => {
    await using site = await serve(() => undefined);
    const stop = new AbortController();
    const asking = troubleOf(site.cluster.until(stop.signal).get('/x'));
    stop.abort();
    expect((await asking).kind).toBe('network');
  });

  it('to a place where nobody is was not sent', async () => {
    await using clusters = openClusters({
      eu: { kubeconfig: config({ server: 'https://127.0.0.1:1' }), context: null },
      us: { kubeconfig: config({ server: 'https://cluster.invalid' }), context: null },
    });
    for (const name of clusters.names) {
      const { kind } = await troubleOf(clusters.get(name).patch('/x', {}, 'merge', {}));
      expect(kind).toBe('network');
    }
  });

  it('goes through an HTTP proxy when the kubeconfig names one', async () => {
    await using sandbox = await startKubernetesSandbox({ https: true });
    let tunnels = 0;
    const proxy = createPlainServer((socket) => {
      socket.once('data', (head) => {
        tunnels += 1;
        const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString()) ?? [];
        const far = connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          far.pipe(socket).pipe(far);
        });
        far.on('error', () => socket.destroy());
        socket.on('error', () => far.destroy());
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const kubeconfig = sandbox
      .kubeconfig('bot-token')
      .replace(/(\n +)(server: )/, `$1proxy-url: http://127.0.0.1:${port}$1$2`);
    {
      await using clusters = openClusters({ eu: { kubeconfig, context: null } });
      expect(await clusters.get('eu').get('/apis/apps/v1/namespaces/shop/deployments/checkout')).toHaveProperty('spec');
    }
    expect(tunnels).toBe(1);
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
  });
});
