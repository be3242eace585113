import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { InferenceEvent } from '#inference';
import type { Gauges, Metrics } from './types.ts';

/** Clients choose the names of models; more than these are counted together. */
const maxModels = 100;
const seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const tokensPerSecond = [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1000];

/** What the daemon counts itself, in a registry of its own. */
export function createCounters(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name: `gantry_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    { buckets = seconds, labels = [] }: { buckets?: number[]; labels?: L[] } = {},
  ): Histogram<L> => new Histogram({ name: `gantry_${name}`, help, buckets, labelNames: labels, registers });

  const requests = counter('requests_total', 'Inference requests that were answered', 'api', 'status');
  const durations = histogram('request_duration_seconds', 'From a request to the end of its answer', {
    labels: ['api'],
  });
  const firstTokens = histogram('time_to_first_token_seconds', 'From a request to the first event of its answer', {
    labels: ['model'],
  });
  const speeds = histogram('output_tokens_per_second', 'How fast answers were generated', {
    buckets: tokensPerSecond,
    labels: ['model'],
  });
  const promptTokens = counter('prompt_tokens_total', 'Tokens of prompts, cached ones included', 'model');
  const outputTokens = counter('output_tokens_total', 'Tokens that were generated', 'model');
  const loads = counter('model_loads_total', 'Runners that were started', 'model', 'result');
  const loadTimes = histogram('model_load_seconds', 'From the start of a runner until it answers', {
    labels: ['model'],
  });
  const unloads = counter('model_unloads_total', 'Runners that were stopped', 'model', 'reason');
  const crashes = counter('runner_crashes_total', 'Runners that ended though nobody stopped them', 'model');
  const waits = histogram('queue_wait_seconds', 'Waiting for a place in a runner, a load included');
  const refusals = counter('requests_refused_total', 'Requests that got no place in a runner', 'code');
  const transferBytes = counter('transfer_bytes_total', 'Bytes that pulls and pushes moved', 'direction');
  const transfers = counter('transfers_total', 'Pulls and pushes that ended', 'direction', 'result');
  const unreadable = counter('runner_metrics_failures_total', 'Runners that did not give their metrics in time');
  const gauges = {
    queuedRequests: gauge('gantry_requests_queued', 'Requests that wait for a place'),
    activeRequests: gauge('gantry_requests_active', 'Requests that runners answer now'),
    runners: gauge('gantry_runners', 'Runners there are'),
    runnerBytes: gauge('gantry_runner_memory_bytes', 'Memory that the runners are expected to take'),
    storeBytes: gauge('gantry_store_bytes', 'Disk space of the models'),
    residentBytes: gauge('process_resident_memory_bytes', 'Memory of the daemon'),
    eventLoopLagSeconds: gauge('gantry_event_loop_lag_seconds', 'What a timer of the daemon waited just now'),
  };

  const known = new Set<string>();
  const label = (model: string): string => {
    if (!known.has(model) && known.size >= maxModels) return 'other';
    known.add(model);
    return model;
  };

  function count(event: InferenceEvent): void {
    switch (event.type) {
      case 'loadFinished':
        loads.inc({ model: label(event.model), result: 'done' });
        loadTimes.observe({ model: label(event.model) }, event.ms / 1000);
        return;
      case 'loadFailed':
        loads.inc({ model: label(event.model), result: 'failed' });
        return;
      case 'unloaded':
        unloads.inc({ model: label(event.model), reason: event.reason.replaceAll(' ', '_') });
        return;
      case 'runnerExited':
        crashes.inc({ model: label(event.model) });
        return;
      case 'granted':
        waits.observe(event.waitedMs / 1000);
        return;
      case 'refused':
        refusals.inc({ code: event.error.code });
        return;
      case 'loadStarted':
      case 'queued':
        return;
    }
  }

  return {
    answered({ api, status, aborted, durationMs, model, firstTokenMs, use }) {
      requests.inc({ api, status: aborted ? 'aborted' : String(status) });
      durations.observe({ api }, durationMs / 1000);
      if (model === undefined) return;
      const labels = { model: label(model) };
      if (firstTokenMs !== undefined) firstTokens.observe(labels, firstTokenMs / 1000);
      if (use?.promptTokens !== undefined) promptTokens.inc(labels, use.promptTokens);
      if (use?.outputTokens !== undefined) outputTokens.inc(labels, use.outputTokens);
      if (use?.outputTokensPerSecond !== undefined) speeds.observe(labels, use.outputTokensPerSecond);
    },
    inference: count,
    transferred: (direction, bytes) => transferBytes.inc({ direction }, bytes),
    transferEnded: (direction, result) => transfers.inc({ direction, result }),
    runnerUnreadable: () => unreadable.inc(),
    async text(values: Gauges) {
      for (const [name, one] of Object.entries(gauges)) {
        const value = values[name as keyof Gauges];
        if (value !== undefined) one.set(value);
      }
      return await registry.metrics();
    },
  };
}
