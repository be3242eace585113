import { unloadRequest } from '#contract';
import { AppError, formatGoDuration } from '#core';
import type { RunnerStatus } from '#inference';
import { parseJsonObject, readBody } from './http/body.ts';
import { sendError, sendJson, type Exchange } from './http/exchange.ts';
import type { ApiOptions } from './types.ts';
import { parseValue } from './http/parse-value.ts';

/** What Go prints for a time that is not set; clients of docker/model-runner read it as "in use". */
const zeroTime = '0001-01-01T00:00:00Z';

/** One row of `/engines/ps` (contract model-runner §2.8), and what we add to it. */
export function psRow(runner: RunnerStatus): Readonly<Record<string, unknown>> {
  const { keepAliveMs, expiresAt, lastUsed } = runner;
  return {
    backend_name: runner.backend,
    model_name: runner.modelName,
    mode: runner.mode,
    last_used: lastUsed === undefined ? zeroTime : new Date(lastUsed).toISOString(),
    ...(runner.activeRequests > 0 ? { in_use: true } : {}),
    ...(runner.state === 'loading' ? { loading: true } : {}),
    keep_alive: keepAliveText(keepAliveMs),
    model_id: runner.modelId,
    ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }),
    active_requests: runner.activeRequests,
    queued_requests: runner.queuedRequests,
    ...(runner.pid === undefined ? {} : { pid: runner.pid }),
    memory_bytes: runner.estimatedBytes,
    context_size: runner.config.contextSize,
  };
}

/** A Go duration, or `-1` for ever. */
export function keepAliveText(ms: number): string {
  return ms < 0 || !Number.isFinite(ms) ? '-1' : formatGoDuration(ms);
}

export async function engineStatus(exchange: Exchange, { inference }: ApiOptions): Promise<void> {
  sendJson(exchange, 200, await inference.status());
}

export function enginePs(exchange: Exchange, { inference }: ApiOptions): void {
  sendJson(exchange, 200, inference.running().map(psRow));
}

export async function engineDf(exchange: Exchange, { models, daemon }: ApiOptions): Promise<void> {
  const [modelBytes, runtimeBytes] = await Promise.all([models.diskUsage(), daemon.runtimesDiskUsage()]);
  sendJson(exchange, 200, { models_disk_usage: modelBytes, default_backend_disk_usage: runtimeBytes });
}

export async function engineUnload(exchange: Exchange, { inference }: ApiOptions): Promise<void> {
  try {
    const request = parseValue(unloadRequest, parseJsonObject(await readBody(exchange.request)));
    if (!request.success) {
      const param = request.error.issues[0]?.path.join('.') ?? '';
      throw new AppError('request.invalid', `"${param}" has the wrong type.`, { params: { param } });
    }
    const { all, backend, models = [] } = request.data;
    const which = all ? { all } : { models };
    const unloaded = await inference.unload({ ...which, ...(backend ? { backend } : {}) });
    sendJson(exchange, 200, { unloaded_runners: unloaded });
  } catch (error) {
    sendError(exchange, error, {
      shape: 'text',
      text: (failure) => (failure.code === 'request.invalid' ? 'invalid request' : failure.message),
    });
  }
}
