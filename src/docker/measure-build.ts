import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, errorCodeOf, type Env } from '#core';
import { findBuilder, type Builder } from './builder.ts';

export interface MeasuredBuild {
  readonly sizeBytes: number;
  readonly layers: number;
  readonly durationMs: number;
  readonly builder: Builder;
}

export interface BuildMeter {
  /** Builds a text with nothing from a cache, and leaves no image behind. @throws AppError `docker.failed` */
  measure(source: string, folder: string): Promise<MeasuredBuild>;
}

export interface BuildMeterOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Told what the build prints, line by line; lines without an end are cut. */
  readonly onLine?: ((line: string) => void) | undefined;
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const keptCharacters = 20_000;
const longestLine = 4000;

/** Measures builds through the `docker` command, with BuildKit where client and Engine have it. */
export function createBuildMeter({ env, signal, onLine }: BuildMeterOptions): BuildMeter {
  const run = (args: readonly string[], extra: Env = {}): Promise<Ran> =>
    runDocker(args, { env: { ...env, ...extra }, signal });
  return {
    async measure(source, folder) {
      const builder = await findBuilder(run, env);
      const scratch = await mkdtemp(join(tmpdir(), 'gantry-fix-'));
      const tag = `gantry-fix:${randomBytes(8).toString('hex')}`;
      try {
        const file = join(scratch, 'Dockerfile');
        await writeFile(file, source);
        const startedAt = performance.now();
        const extra = { DOCKER_BUILDKIT: builder === 'BuildKit' ? '1' : '0', BUILDKIT_PROGRESS: 'plain' };
        const built = await runDocker(['build', '--no-cache', '--force-rm', '--tag', tag, '--file', file, folder], {
          env: { ...env, ...extra },
          signal,
          onLine,
        });
        const durationMs = performance.now() - startedAt;
        if (built.code !== 0) throw buildFailed(built);
        const inspected = await run(['image', 'inspect', '--format', '{{.Size}} {{len .RootFS.Layers}}', tag]);
        if (inspected.code !== 0) throw buildFailed(inspected);
        const [sizeBytes = 0, layers = 0] = inspected.stdout.trim().split(' ').map(Number);
        return { sizeBytes, layers, durationMs, builder };
      } finally {
        // Also after Ctrl-C: the image is ours, and nobody else knows its name.
        await runDocker(['image', 'rm', '--force', tag], { env, signal: new AbortController().signal });
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}

function buildFailed({ stderr, stdout }: Ran): AppError {
  const lines = `${stdout}\n${stderr}`
    .trim()
    .split('\n')
    .filter((line) => !/DEPRECATED|buildx|^\s*$/.test(line));
  const reason = (lines.at(-1) ?? 'docker build').trim().slice(0, 500);
  return new AppError('docker.failed', `The build failed: ${reason}`, {
    hint: 'Build it yourself to see everything: docker build .',
    params: { reason: 'build', detail: reason },
  });
}

interface LineReader {
  take(chunk: string): void;
  /** What has no end of a line is one too. */
  end(): void;
}

function lineReader(onLine: (line: string) => void): LineReader {
  let open = '';
  return {
    take(chunk) {
      const lines = `${open}${chunk}`.split(/\r\n|\r|\n/);
      open = (lines.pop() ?? '').slice(0, longestLine);
      for (const line of lines) onLine(line.slice(0, longestLine));
    },
    end() {
      if (open !== '') onLine(open);
      open = '';
    },
  };
}

async function runDocker(args: readonly string[], { env, signal, onLine }: BuildMeterOptions): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const child = spawn('docker', args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      const lines = onLine && lineReader(onLine);
      child[name]
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          texts[name] = (texts[name] + chunk).slice(-keptCharacters);
          lines?.take(chunk);
        })
        .on('end', () => lines?.end());
    }
    child.on('error', (cause) => {
      const isMissing = errorCodeOf(cause) === 'ENOENT';
      reject(
        isMissing
          ? new AppError('docker.unavailable', 'The docker command was not found.', {
              hint: 'Install the Docker CLI.',
              params: { reason: 'no_docker_command' },
              cause,
            })
          : cause,
      );
    });
    child.on('close', (code) => resolve({ code: code ?? 1, ...texts }));
  });
}
