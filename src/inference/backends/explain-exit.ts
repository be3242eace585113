import { AppError, formatSize } from '#core';
import { explainStartFailure } from '../runtimes/explain-start-failure.ts';
import { exitRules, lessMemory, type ExitFacts, type Verdict } from './exit-rules.ts';

/**
 * Turns the end of a runner that should have served into an error with a cause and a remedy. Pure: decides from exit code,
 * signal and the last output.
 */
export function explainExit(facts: ExitFacts): AppError {
  const verdict = decide(facts);
  const { exit, alias, runtime } = facts;
  return new AppError(verdict.code, verdict.message, {
    hint: verdict.hint,
    params: {
      reason: verdict.reason,
      model: alias,
      runtime: `${runtime.name} ${runtime.version}`,
      exit: exit.signal ?? exit.code ?? 'unknown',
      ...verdict.params,
      lastOutput: exit.lastOutput.slice(-1024),
    },
  });
}

function decide(facts: ExitFacts): Verdict {
  const { exit, runtime, alias } = facts;
  const loader = explainStartFailure(
    {
      code: exit.code,
      signal: exit.signal,
      stdout: '',
      stderr: exit.lastOutput,
      timedOut: false,
      startError: undefined,
    },
    facts.osRelease,
  );
  if (
    loader.reason === 'glibc_too_old' ||
    loader.reason === 'library_missing' ||
    loader.reason === 'wrong_architecture'
  ) {
    return {
      code: 'backend.failed',
      reason: loader.reason,
      message: `${runtime.name} cannot run on this machine: ${loader.words}.`,
      hint: loader.hint ?? 'Use another llama-server: gantry runtime use /path/to/llama-server',
      params: { words: loader.words },
    };
  }
  // The kernel's word beats what the program said before.
  if (exit.memoryLimitBytes !== undefined) {
    const limit = formatSize(exit.memoryLimitBytes);
    return {
      code: 'inference.out_of_memory',
      reason: 'container_memory',
      message: `${alias} needs more than the ${limit} of memory that its container may use.`,
      hint: lessMemory,
      params: { limit },
    };
  }
  for (const { pattern, verdict } of exitRules) {
    const match = pattern.exec(exit.lastOutput);
    if (match) return verdict(match, facts);
  }
  const signal = exit.signal ?? signalOfCode(exit.code);
  if (signal === 'SIGILL') {
    return {
      code: 'backend.failed',
      reason: 'illegal_instruction',
      message: `${runtime.name} uses instructions that this processor does not have.`,
      hint: 'Use a llama-server built for this processor: gantry runtime use /path/to/llama-server',
    };
  }
  if (signal === 'SIGKILL') {
    return {
      code: 'inference.out_of_memory',
      reason: 'killed',
      message: `The system killed the runtime of ${alias}, most likely because memory ran out.`,
      hint: `${lessMemory}. The kernel log (dmesg) says whether it was the out-of-memory killer.`,
    };
  }
  if (signal) {
    return {
      code: 'backend.crashed',
      reason: 'crashed',
      message: `${runtime.name} ${runtime.version} crashed with ${signal} while it loaded ${alias}.`,
      hint: 'See gantry logs for its last output; another version of the runtime may help.',
      params: { signal },
    };
  }
  const python = /^(\w*(?:Error|Exception)): (.{1,300})$/m.exec(exit.lastOutput);
  const detail = python ? `${python[1]}: ${python[2]}` : lastErrorLine(exit.lastOutput);
  return {
    code: 'backend.failed',
    reason: python ? 'python_error' : 'unknown',
    message: `${runtime.name} ${runtime.version} ended before it served ${alias}${detail ? `: ${detail}` : ` (code ${exit.code})`}.`,
    hint: 'See gantry logs for its whole output.',
    params: { detail },
  };
}

/** A shell reports the signal of its child as 128 plus its number. */
function signalOfCode(code: number | null): string | undefined {
  return code === null ? undefined : { 132: 'SIGILL', 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV' }[code];
}

function lastErrorLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim());
  const line = lines.findLast((text) => / E |\berror\b/i.test(text)) ?? lines.at(-1) ?? '';
  // llama.cpp starts a line with a time, a level and the function that speaks.
  return line
    .replace(/^[\d.]+ [A-Z] /, '')
    .trim()
    .replace(/[.]+$/, '')
    .slice(0, 300);
}
