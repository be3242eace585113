export { createLogReader, type LogReader } from './logs/log-reader.ts';
export { createMetrics } from './metrics/metrics.ts';
export { mergeRunnerTexts, type RunnerText } from './metrics/runner-text.ts';
export { tokenUse } from './metrics/token-use.ts';
export type { Gauges, Metrics, TokenUse, TransferKind } from './metrics/types.ts';
export { createRecorder, type Recorder } from './requests/recorder.ts';
export { createRequestStore } from './requests/request-store.ts';
export type { AnsweredRequest, ModelRequests, Recording, RequestRecord } from './requests/types.ts';
