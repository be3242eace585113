import { mergeRunnerTexts, type Metrics, type RunnerText } from '#observe';
import type { RunnerStatus } from '#inference';
import { AppError } from '#core';
import { sendError, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import { textOf } from '../inference/answers.ts';
import type { RouteDeps } from '../route-sets.ts';

/** What a runner may take to tell its metrics. */
const patienceMs = 2000;

type Deps = Pick<RouteDeps, 'inference' | 'models' | 'clock' | 'log' | 'upstreams' | 'daemon'> & {
  readonly metrics: Metrics;
};

/** `/metrics`: those of the runners as they give them, then our own (contract model-runner §7). */
export function createMetricsRoutes(deps: Deps): RouteSet {
  const { inference, models, clock, log, upstreams, metrics } = deps;

  async function runnerText(status: RunnerStatus, socket: string): Promise<RunnerText | undefined> {
    const late = new AbortController();
    const cancel = clock.schedule(patienceMs, () => late.abort());
    try {
      const answer = await upstreams.open({
        socket,
        path: '/metrics',
        method: 'GET',
        stream: false,
        signals: [late.signal],
      });
      const text = await textOf(answer);
      if (answer.statusCode !== 200) throw new AppError('backend.failed', `It answered ${answer.statusCode}.`);
      const { backend, modelName: model, mode } = status;
      return { text, labels: { backend, model, mode } };
    } catch (error) {
      metrics.runnerUnreadable();
      log.warn('a runner did not give its metrics', { runner: status.id, error });
      return undefined;
    } finally {
      cancel();
    }
  }

  async function show({ response }: Exchange): Promise<void> {
    const runners = inference.running();
    const ready = runners.flatMap((status) =>
      status.state === 'ready' && status.socket !== undefined ? runnerText(status, status.socket) : [],
    );
    const lag = loopLag(clock);
    const [texts, storeBytes, eventLoopLagSeconds] = await Promise.all([
      Promise.all(ready),
      models.diskUsage().catch(() => undefined),
      lag,
    ]);
    const own = await metrics.text({
      queuedRequests: sum(runners, ({ queuedRequests }) => queuedRequests),
      activeRequests: sum(runners, ({ activeRequests }) => activeRequests),
      runners: runners.length,
      runnerBytes: sum(runners, ({ estimatedBytes }) => estimatedBytes),
      storeBytes,
      residentBytes: process.memoryUsage.rss(),
      eventLoopLagSeconds,
    });
    const found = texts.filter((text) => text !== undefined);
    const theirs = found.length === 0 ? '# No active runners\n' : mergeRunnerTexts(found);
    const body = Buffer.from(`${theirs}${own}`);
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
  }

  return {
    match(verb, path) {
      if (path !== '/metrics') return undefined;
      return verb === 'GET' ? show : notAllowed;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function notAllowed({ response }: Exchange): void {
  const body = Buffer.from('Method not allowed\n');
  response
    .writeHead(405, { 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD', 'content-length': body.length })
    .end(body);
}

function sum(runners: readonly RunnerStatus[], of: (runner: RunnerStatus) => number): number {
  return runners.reduce((total, runner) => total + of(runner), 0);
}

/** How long what is ready has to wait now. */
function loopLag({ monotonic }: Pick<RouteDeps['clock'], 'monotonic'>): Promise<number> {
  const began = monotonic();
  return new Promise((resolve) => setImmediate(() => resolve((monotonic() - began) / 1000)));
}
