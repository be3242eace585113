import { effective, chainOf, type Analysis } from '../analysis/analyse.ts';
import { parseDurationMs } from '#core';
import { flagValue } from '../source/model.ts';
import {
  commandLine,
  commandsOf,
  copiesOf,
  finalChain,
  finalPlaced,
  insertAfter,
  isWholeContext,
  rootOf,
  wordsText,
} from './find.ts';
import type { Check } from './types.ts';

function startLine({ stages }: Analysis): string {
  const { final } = stages;
  if (!final) return '';
  return ['ENTRYPOINT', 'CMD']
    .map((keyword) => effective(final, keyword))
    .map((one) => (one ? commandLine(one).join(' ') : ''))
    .join(' ')
    .trim();
}

function finalVariable(analysis: Analysis, name: RegExp): string | undefined {
  return finalChain(analysis)
    .flatMap(({ variables }) => variables)
    .find((one) => one.kind === 'ENV' && name.test(one.name))?.value;
}

const heap: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final) return;
  const start = startLine(analysis);
  const at = effective(final, 'CMD') ?? effective(final, 'ENTRYPOINT');
  if (!at) return;
  if (/(?:^|[\s/])java\s/.test(`${start} `) && /-jar|-cp|-classpath|\.jar|[A-Z]\w+$/.test(start)) {
    const isSet =
      /-Xmx|RAMPercentage|JAVA_OPTS|JAVA_TOOL_OPTIONS/.test(start) ||
      finalVariable(analysis, /^(?:JAVA_TOOL_OPTIONS|JAVA_OPTS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|CATALINA_OPTS)$/) !==
        undefined;
    if (!isSet) yield { at, variant: 'jvm' };
  }
  if (/(?:^|[\s/])node\s/.test(`${start} `) && analysis.context?.services?.some(({ memoryLimited }) => memoryLimited)) {
    const isSet =
      /max-old-space-size/.test(start) || /max-old-space-size/.test(finalVariable(analysis, /^NODE_OPTIONS$/) ?? '');
    if (!isSet) yield { at, variant: 'node' };
  }
};

const init = /(?:^|[\s/])(?:tini|tini-static|dumb-init|s6-overlay|docker-init|catatonit|init)(?:\s|$)/;

const firstProcess: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final || final.distribution === 'windows' || analysis.context?.services?.some(({ hasInit }) => hasInit)) return;
  const entry = effective(final, 'ENTRYPOINT');
  const command = effective(final, 'CMD');
  const main = entry ?? command;
  if (!main || init.test(startLine(analysis))) return;
  const line = commandLine(main).join(' ');
  const script =
    /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|a|da)?sh -[a-z]*c (.*)$/s.exec(line)?.[1] ?? (main.json ? undefined : line);
  if (script !== undefined) {
    if (/&&|;|\|(?!\|)|&(?!&)/.test(script.replaceAll(/"[^"]*"|'[^']*'/g, '')) && !/\bexec\s/.test(script))
      yield { at: main, variant: 'shell' };
    else if (/^(?:npm|yarn|pnpm)\s/.test(script))
      yield { at: main, variant: 'npm', params: { tool: script.split(' ')[0] ?? '' } };
  } else if (/^(?:npm|yarn|pnpm)$/.test(main.json?.[0] ?? ''))
    yield { at: main, variant: 'npm', params: { tool: main.json?.[0] ?? '' } };
};

const stopSignals: Readonly<Record<string, string>> = {
  nginx: 'SIGQUIT',
  httpd: 'SIGWINCH',
  postgres: 'SIGINT',
  'php-fpm': 'SIGQUIT',
};

const stopSignal: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final) return;
  const root = rootOf(final);
  const instruction = effective(final, 'STOPSIGNAL');
  const signal = instruction?.text.trim().toUpperCase().replace(/^SIG/, '');
  if (instruction && (signal === 'KILL' || signal === '9')) {
    yield { at: instruction, variant: 'kill' };
    return;
  }
  const fromImage = Object.hasOwn(stopSignals, root.image.repository) ? stopSignals[root.image.repository] : undefined;
  if (
    instruction &&
    fromImage !== undefined &&
    signal !== undefined &&
    `SIG${signal}` !== fromImage &&
    !/^\d+$|\$/.test(signal)
  ) {
    yield { at: instruction, variant: 'image', params: { signal: fromImage } };
  }
  const program = /(?:^|[\s/])(nginx|php-fpm[\d.]*|httpd|apachectl|apache2ctl)(?:\s|$)/.exec(startLine(analysis))?.[1];
  if (
    !instruction &&
    fromImage === undefined &&
    program !== undefined &&
    !/nginx|php|httpd/.test(root.image.repository)
  ) {
    const start = effective(final, 'CMD') ?? effective(final, 'ENTRYPOINT');
    if (start)
      yield {
        at: start,
        variant: 'missing',
        params: { program, signal: /^nginx|^php/.test(program) ? 'SIGQUIT' : 'SIGWINCH' },
      };
  }
};

const wgetProgress: Check = function* ({ runs }) {
  for (const { run, command } of commandsOf(runs, 'wget')) {
    const words = command.words.map(({ value }) => value);
    const isQuiet = words.some((word) =>
      /^-[a-zA-Z]*q|^-nv$|^--(?:quiet|no-verbose|progress|output-file|append-output|spider|help|version)|^-o$|^-a$/.test(
        word,
      ),
    );
    if (isQuiet) continue;
    const flag = run.stage.distribution === 'debian' || run.stage.distribution === 'rpm' ? '--progress=dot:giga' : '-q';
    yield {
      at: command,
      params: { flag },
      edits: run.form === 'exec' ? undefined : [insertAfter(command.nameAt, ` ${flag}`)],
    };
  }
};

const healthProbe: Check = function* (analysis) {
  for (const { instruction } of finalPlaced(analysis, 'HEALTHCHECK')) {
    const time = (name: string, initial: number): number => {
      const text = flagValue(instruction, name);
      const parsed = text === undefined ? undefined : parseDurationMs(text);
      return parsed ?? initial;
    };
    if (/^none\b/i.test(instruction.text.trim())) continue;
    const interval = time('interval', 30_000);
    const timeout = time('timeout', 30_000);
    const flag = instruction.flags.find(({ name }) => name === 'interval');
    if (interval < 5_000 && flag)
      yield {
        at: instruction,
        variant: 'interval',
        edits: [{ start: flag.start, end: flag.end, text: '--interval=30s' }],
      };
    else if (timeout >= interval && flagValue(instruction, 'timeout') !== undefined)
      yield { at: instruction, variant: 'timeout' };
    const probe = instruction.text.replace(/^\s*CMD\s+/i, '');
    const heavy = /(?:^|[\s"[/])(node|python3?|java|ruby|php|deno|bun|npm|npx)["\s,]/.exec(`${probe} `)?.[1];
    if (heavy !== undefined && interval < 30_000)
      yield { at: instruction, variant: 'heavy', params: { program: heavy } };
  }
};

const runtimeVariables: Check = function* (analysis) {
  const { final } = analysis.stages;
  const root = final ? rootOf(final) : undefined;
  const start = final ? (finalPlaced(analysis, 'ENTRYPOINT', 'CMD')[0]?.instruction ?? undefined) : undefined;
  if (!final || !root || !start) return;
  const isPython =
    root.image.repository === 'python' ||
    /(?:^|[\s/])(?:python3?|gunicorn|uvicorn|celery|flask)\s/.test(`${startLine(analysis)} `);
  const isNode = root.image.repository === 'node';
  const missing: string[] = [];
  if (isPython) {
    if (finalVariable(analysis, /^PYTHONUNBUFFERED$/) === undefined && !/python3? -u/.test(startLine(analysis)))
      missing.push('PYTHONUNBUFFERED=1');
    if (finalVariable(analysis, /^PYTHONDONTWRITEBYTECODE$/) === undefined && missing.length > 0)
      missing.push('PYTHONDONTWRITEBYTECODE=1');
  } else if (
    isNode &&
    finalVariable(analysis, /^NODE_ENV$/) === undefined &&
    !/NODE_ENV=/.test(startLine(analysis)) &&
    !hasArgNodeEnv(analysis)
  )
    missing.push('NODE_ENV=production');
  if (missing.length === 0) return;
  const isFirstColumn = analysis.file.startOfLine(start.line) === start.start;
  // Nothing that is built later may see the variable, and who develops in the image does not want it.
  const isLast =
    final.instructions.includes(start) &&
    !final.instructions.some(({ keyword, start: at }) => keyword === 'RUN' && at > start.start);
  const edits =
    isFirstColumn && isLast && !/\b(?:dev|watch|serve)\b/.test(startLine(analysis))
      ? [{ start: start.start, end: start.start, text: `ENV ${missing.join(' ')}\n` }]
      : undefined;
  yield { at: start, params: { names: missing.join(' ') }, edits };
};

function hasArgNodeEnv(analysis: Analysis): boolean {
  return finalChain(analysis).some(({ variables }) => variables.some(({ name }) => name === 'NODE_ENV'));
}

const parallelism: Check = function* ({ runs }) {
  for (const { run, command } of commandsOf(runs, 'make', 'cmake', 'ninja', 'gradle', 'gradlew')) {
    const words = command.words.map(({ value }) => value);
    if (command.name === 'make') {
      const index = words.findIndex((word) => /^(?:-[a-z]*j|--jobs)$/.test(word));
      const isUnbounded = index !== -1 && !/^\d+$|^\$/.test(words[index + 1] ?? '');
      const isParallel =
        words.some((word) => /^-j|^--jobs/.test(word)) ||
        command.assignments.some(({ name }) => name === 'MAKEFLAGS') ||
        run.stage.variables.some(({ name }) => name === 'MAKEFLAGS');
      const compiles = run.commands.some(
        ({ name, path }) => /^(?:configure|cmake|autogen\.sh|Configure)$/.test(name) || path.endsWith('/configure'),
      );
      const isTarget = words.some((word) => /^(?:install|clean|test|check|help)$/.test(word));
      if (isUnbounded) yield { at: command, variant: 'unbounded' };
      else if (!isParallel && compiles && !isTarget)
        yield { at: command, variant: 'serial', params: { flag: '-j"$(nproc)"' } };
    } else if (
      command.name === 'cmake' &&
      words[0] === '--build' &&
      !words.some((word) => /^(?:-j|--parallel)/.test(word)) &&
      !run.stage.variables.some(({ name }) => name === 'CMAKE_BUILD_PARALLEL_LEVEL') &&
      !run.commands.some((one) => wordsText(one).includes('-GNinja') || wordsText(one).includes('-G Ninja'))
    ) {
      yield { at: command, variant: 'serial', params: { flag: '--parallel' } };
    }
  }
};

const severalServices: Check = function* (analysis) {
  const { final } = analysis.stages;
  const at = final ? (effective(final, 'CMD') ?? effective(final, 'ENTRYPOINT')) : undefined;
  if (!final || !at) return;
  const start = startLine(analysis);
  const manager =
    /(?:^|[\s/"])(supervisord|pm2(?:-runtime|-docker)?|runsvdir|monit|circusd|foreman|honcho|forever)(?:\s|$|")/.exec(
      start,
    )?.[1];
  const cron =
    /(?:^|[\s/])(?:cron|crond|service \S+ start)\b[^|]*(?:&&|;|&)/.exec(start) ??
    /(?:&&|;)\s*(?:service \S+ start|cron)\b/.exec(start);
  if (manager !== undefined) yield { at, params: { program: manager } };
  else if (cron) yield { at, params: { program: 'cron' } };
};

const fixedWorkers: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final) return;
  for (const keyword of ['ENTRYPOINT', 'CMD']) {
    const instruction = effective(final, keyword);
    const line = instruction ? commandLine(instruction).join(' ') : '';
    const match =
      /(?:^|[\s/])(gunicorn|uvicorn|puma|hypercorn|granian|unicorn|uwsgi|celery)\b.*?\s(?:-w|--workers|--processes|-p|--concurrency|-c)[ =](\d+)/.exec(
        line,
      );
    if (instruction && match && Number(match[2]) > 1)
      yield { at: instruction, params: { program: match[1] ?? '', count: match[2] ?? '' } };
  }
};

const largeBytes = 500_000_000;
const modelFile = /\.(?:gguf|safetensors|onnx|pt|pth|ckpt|h5|tflite|pb|ggml)$/i;

const bakedData: Check = function* (analysis) {
  const chain = finalChain(analysis);
  for (const { instruction, stage, sources, isFromStage } of copiesOf(analysis)) {
    if (!chain.includes(stage)) continue;
    const model = sources.find((source) => modelFile.test(source));
    const sizes = analysis.context?.sizesBytes;
    const total =
      isFromStage || !sizes ? 0 : sources.reduce((sum, source) => sum + bytesOf(analysis, source, sizes), 0);
    if (model !== undefined) yield { at: instruction, variant: 'model', params: { path: model } };
    else if (total > largeBytes)
      yield { at: instruction, variant: 'large', params: { megabytes: Math.round(total / 1_000_000) } };
  }
  for (const { run, command } of commandsOf(analysis.runs, 'huggingface-cli', 'hf', 'ollama', 'curl', 'wget')) {
    if (!chainOf(analysis.stages.final ?? run.stage).includes(run.stage)) continue;
    const text = wordsText(command);
    const isModel = /^(?:curl|wget)$/.test(command.name)
      ? command.words.some(({ value }) => modelFile.test(value.replace(/\?.*$/, '')))
      : /^(?:download|pull)\b/.test(text);
    if (isModel) yield { at: command, variant: 'model', params: { path: text.slice(0, 80) } };
  }
};

function bytesOf({ dockerignore }: Analysis, source: string, sizes: Readonly<Record<string, number>>): number {
  const path = source.replace(/^\.?\//, '').replace(/\/$/, '');
  let total = 0;
  for (const [file, size] of Object.entries(sizes)) {
    const isIn = isWholeContext(source) || file === path || file.startsWith(`${path}/`);
    if (isIn && dockerignore?.ignores(file) !== true) total += size;
  }
  return total;
}

export const resourceChecks: Readonly<Record<string, Check>> = {
  RES01: heap,
  RES02: firstProcess,
  RES03: stopSignal,
  RES04: wgetProgress,
  RES05: healthProbe,
  RES06: runtimeVariables,
  RES07: parallelism,
  RES08: severalServices,
  RES09: fixedWorkers,
  RES10: bakedData,
};
