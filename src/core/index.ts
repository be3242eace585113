export { writeFileAtomic } from './atomic-write.ts';
export { closest } from './closest.ts';
export { delay, systemClock, type Clock } from './clock.ts';
export { deferred, type Deferred } from './deferred.ts';
export { digestFromHex, digestHex, isDigest, parseDigest, shortId, type Digest } from './digest.ts';
export { AppError, errorCodeOf, isAbort, toAppError, type ErrorCode, type ErrorParams } from './errors.ts';
export { silentLog, type Log, type LogFields } from './log.ts';
export { createMutex, type Mutex } from './mutex.ts';
export { gantryPaths, type Env, type Paths } from './paths.ts';
export {
  isAlive,
  thisProcess,
  tryProcessLock,
  type LockAttempt,
  type LockOwner,
  type ProcessLock,
} from './process-lock.ts';
export { formatGoDuration, formatIecSize, formatSize, parseDurationMs } from './units.ts';
export { version } from './version.ts';
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { createRotatingFile, type RotatingFile, type RotatingFileOptions } from './rotating-file.ts';
export { listLogFiles, type LogFile } from './log-files.ts';
export { createTail, type Tail } from './log-tail.ts';
export { createSecretScanner } from './secret-scan/scanner.ts';
export type { SecretHit, SecretRule, SecretScanner } from './secret-scan/types.ts';
