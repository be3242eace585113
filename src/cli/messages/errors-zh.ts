import type { ErrorCode } from '#core';

/** A sentence and a hint for an error; used when its parameters hold every value the sentence names. */
export interface ErrorText {
  readonly text: string;
  readonly hint?: string | undefined;
}

/** Per code, the most specific sentence first. An error that fits none keeps its English sentence. */
export const errorsZh: Readonly<Record<ErrorCode, readonly ErrorText[]>> = {
  'request.invalid': [],
  'request.too_large': [{ text: '请求体超过了 {limit}。' }, { text: '请求体过大。' }],
  'request.not_found': [],
  'request.forbidden': [],
  'request.aborted': [{ text: '请求已取消。' }],
  'reference.invalid': [],
  'model.not_found': [],
  'model.conflict': [],
  'model.in_use': [],
  'model.invalid_file': [],
  'model.unsupported': [],
  'store.locked': [],
  'store.corrupt': [],
  'store.disk_full': [],
  'source.unreachable': [],
  'source.unauthorized': [],
  'source.forbidden': [],
  'source.not_found': [],
  'source.rate_limited': [],
  'source.stalled': [],
  'source.truncated': [],
  'source.digest_mismatch': [],
  'source.invalid_response': [],
  'source.not_allowed': [],
  'runtime.not_found': [],
  'runtime.not_installed': [],
  'runtime.install_failed': [],
  'runtime.unsupported_platform': [],
  'backend.not_found': [],
  'backend.failed': [],
  'backend.crashed': [],
  'inference.unsupported': [],
  'inference.context_overflow': [],
  'inference.out_of_memory': [],
  'inference.queue_full': [],
  'inference.timeout': [],
  'daemon.not_running': [],
  'daemon.already_running': [],
  'daemon.start_failed': [],
  'daemon.stopping': [],
  'daemon.port_in_use': [],
  'settings.invalid': [],
  internal: [],
};
