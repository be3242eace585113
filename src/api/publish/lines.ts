import type { ProgressLine } from '#contract';
import type { PullEvent } from '#models';
import { megabytes } from '../models/pull-line.ts';

type Mode = NonNullable<ProgressLine['mode']>;

const noLayer = { total: 0, layer: { size: 0, current: 0 } } as const;

/** What the client of a push is told about one event (contract model-runner §2.4). */
export function pushLine(event: PullEvent): ProgressLine {
  return lineOf(event, { mode: 'push', verb: 'Uploaded', done: 'Model pushed successfully' });
}

/** The same for packaging, where the bytes go into the store. */
export function packageLine(event: PullEvent): ProgressLine {
  return lineOf(event, { mode: 'pull', verb: 'Packaged', done: 'Model packaged successfully' });
}

function lineOf(event: PullEvent, { mode, verb, done }: { mode: Mode; verb: string; done: string }): ProgressLine {
  switch (event.type) {
    case 'status':
      return { type: 'progress', message: event.message, ...noLayer, mode };
    case 'warning':
      return { type: 'warning', message: event.message, ...noLayer, mode, code: event.code, params: event.params };
    case 'progress':
      return {
        type: 'progress',
        message: `${verb}: ${megabytes(event.receivedBytes)} MB`,
        total: event.totalBytes,
        layer: { id: event.layer, size: event.sizeBytes, current: event.receivedBytes },
        mode,
      };
    case 'done':
      return { type: 'success', message: done, ...noLayer, mode, tag: event.tag, id: event.model.id };
  }
}

/** The line that ends a load. */
export function loadedLine({ id, tag }: { id: string; tag: string | undefined }): ProgressLine {
  return {
    type: 'success',
    message: 'Model loaded successfully',
    ...noLayer,
    mode: 'pull',
    id,
    ...(tag === undefined ? {} : { tag }),
  };
}
