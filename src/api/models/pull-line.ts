import type { ProgressLine } from '#contract';
import type { RuntimeInstallEvent } from '#inference';
import type { PullEvent } from '#models';

const noLayer = { total: 0, layer: { size: 0, current: 0 }, mode: 'pull' } as const;

/** What the client of a pull is told about one event (contract model-runner §2.4). */
export function pullLine(event: PullEvent): ProgressLine {
  switch (event.type) {
    case 'status':
      return { type: 'progress', message: event.message, ...noLayer };
    case 'warning':
      return { type: 'warning', message: event.message, ...noLayer, code: event.code, params: event.params };
    case 'progress':
      return {
        type: 'progress',
        message: `Downloaded: ${megabytes(event.receivedBytes)} MB`,
        total: event.totalBytes,
        layer: { id: event.layer, size: event.sizeBytes, current: event.receivedBytes },
        mode: 'pull',
      };
    case 'done':
      return {
        type: 'success',
        message: event.cached
          ? `Using cached model: ${event.model.config.size ?? `${megabytes(event.model.sizeBytes)}MiB`}`
          : 'Model pulled successfully',
        ...noLayer,
        tag: event.tag,
      };
  }
}

/** The same for the installation of a runtime. */
export function installLine(event: RuntimeInstallEvent): ProgressLine {
  switch (event.type) {
    case 'status':
      return { type: 'progress', message: event.message, ...noLayer };
    case 'progress':
      return {
        type: 'progress',
        message: `Downloaded: ${megabytes(event.receivedBytes)} MB`,
        total: event.totalBytes,
        layer: { id: 'runtime', size: event.totalBytes, current: event.receivedBytes },
        mode: 'pull',
      };
    case 'done':
      return { type: 'success', message: `Installed ${event.runtime.name} ${event.runtime.version}`, ...noLayer };
  }
}

// docker/model-runner counts in 1024 × 1024 and writes MB.
export function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(2);
}
