import { packageRequest, type PackageRequest } from '#contract';
import { AppError } from '#core';
import type { PackagingRequest, PullEvent, WeightsSource } from '#models';
import { readBody } from '../http/body.ts';
import { sendError, type Exchange } from '../http/exchange.ts';
import { untilStopping } from '../models/model-routes.ts';
import { streamProgress } from '../models/progress-stream.ts';
import type { ApiOptions } from '../types.ts';
import { packageLine, pushLine } from './lines.ts';
import { parseBody } from './parse-body.ts';

type Step = { readonly isPush: boolean; readonly event: PullEvent };

/** `POST /gantry/package`: makes a model of files of this machine, or of a stored one, and pushes it when asked to. */
export async function packageModel(exchange: Exchange, { models, daemon, clock }: ApiOptions): Promise<void> {
  const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
  try {
    const request = parseBody(packageRequest, await readBody(exchange.request));
    const packaging = packagingOf(request);
    const { target, push = false, 'bearer-token': bearerToken } = request;
    exchange.notes.model = target.slice(0, 200);
    await streamProgress(exchange, untilStopping(steps(), daemon.stopping), {
      toLine: ({ isPush, event }) => (isPush ? pushLine(event) : packageLine(event)),
      clock,
      mode: push ? 'push' : 'pull',
    });

    async function* steps(): AsyncIterable<Step> {
      for await (const event of models.package(packaging, { signal })) {
        // One success ends the answer: that of the last step.
        if (!push || event.type !== 'done') yield { isPush: false, event };
      }
      if (!push) return;
      for await (const event of models.push(target, { signal, bearerToken })) yield { isPush: true, event };
    }
  } catch (error) {
    if (exchange.gone.aborted) return;
    sendError(exchange, error, { shape: 'text' });
  }
}

/** @throws AppError `request.invalid` unless there is exactly one source */
export function packagingOf(request: PackageRequest): PackagingRequest {
  const { gguf, safetensorsDir, dduf, from, licenses, mmproj, chatTemplate, contextSize, format, target } = request;
  const sources: readonly (WeightsSource | undefined)[] = [
    gguf === undefined ? undefined : { kind: 'gguf', path: gguf },
    safetensorsDir === undefined ? undefined : { kind: 'safetensors', path: safetensorsDir },
    dduf === undefined ? undefined : { kind: 'dduf', path: dduf },
    from === undefined ? undefined : { kind: 'model', reference: from },
  ];
  const [source, ...others] = sources.filter((one) => one !== undefined);
  if (!source || others.length > 0) {
    throw new AppError('request.invalid', 'Exactly one of gguf, safetensorsDir, dduf and from must be given.', {
      params: { reason: 'one_source', param: 'gguf, safetensorsDir, dduf, from' },
    });
  }
  return { source, mmproj, chatTemplate, licences: licenses, contextSize, format, target };
}
