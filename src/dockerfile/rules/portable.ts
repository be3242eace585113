import { effective } from '../analysis/analyse.ts';
import { findStage, sourcesOf } from '../analysis/stages.ts';
import { knownPlatforms } from '../facts/base-images.ts';
import { flagValue } from '../source/model.ts';
import { commandsOf, copiesOf, finalPlaced, finalRuns, isExternal, placed, rootOf } from './find.ts';
import { isRoot, isStaticBuild, userOf } from './security-rights.ts';
import type { Check } from './types.ts';

const constantPlatform: Check = function* ({ stages }) {
  for (const { from, platform, name, distribution, isReachable } of stages.all) {
    if (
      platform === undefined ||
      !isReachable ||
      distribution === 'windows' ||
      (flagValue(from, 'platform') ?? '').includes('$')
    )
      continue;
    const architecture = platform.split('/')[1] ?? platform;
    // A stage that names its platform is there for it.
    if (name && (name.text.includes(architecture) || name.text.includes(platform.split('/')[0] ?? platform))) continue;
    yield { at: from, params: { platform } };
  }
};

const targetPlatform: Check = function* ({ stages }) {
  for (const { from } of stages.all) {
    const flag = from.flags.find(({ name }) => name === 'platform');
    if (!flag || !/^\$\{?TARGETPLATFORM\}?$/.test(flag.value ?? '')) continue;
    yield { at: from, edits: [{ start: flag.start, end: flag.end + 1, text: '' }] };
  }
};

const architecture =
  /(?<![A-Za-z0-9])(?:amd64|x86[_-]64|linux[_-]x64|arm64|aarch64|i386|armv7l?|armhf)(?![A-Za-z0-9])/i;

const fixedArchitecture: Check = function* (analysis) {
  for (const { instruction, commands } of analysis.runs) {
    if (
      /TARGETARCH|TARGETPLATFORM|print-architecture|uname -m|uname -p|\barch\b\)|apk --print-arch|TARGETVARIANT|BUILDARCH/.test(
        instruction.text,
      )
    )
      continue;
    const hits = commands.filter(
      ({ words, assignments }) =>
        words.some(({ value }) => isArchitectureWord(value)) ||
        assignments.some(({ name, value }) => /ARCH/.test(name) && architecture.test(value)),
    );
    const [first] = hits;
    const found = first
      ? architecture.exec(
          [...first.words.map(({ value }) => value), ...first.assignments.map(({ value }) => value)].join(' '),
        )?.[0]
      : undefined;
    if (first && found !== undefined) yield { at: first, params: { architecture: found } };
  }
  for (const { instruction, sources } of copiesOf(analysis, 'ADD')) {
    const found = architecture.exec(sources.find((source) => /^https?:/.test(source)) ?? '')?.[0];
    if (found !== undefined) yield { at: instruction, params: { architecture: found } };
  }
  for (const { instruction } of placed(analysis, 'ENV')) {
    const property = instruction.properties.find(
      ({ name, value = '' }) => /^(?:GOARCH|TARGETARCH|.*_ARCH)$/.test(name) && architecture.test(value),
    );
    if (property) yield { at: property.span, params: { architecture: property.value ?? '' } };
  }
};

/** Addresses, packages and files, not the words of a test. */
function isArchitectureWord(value: string): boolean {
  return (
    architecture.test(value) &&
    /[/.:_-]/.test(value.replace(/x86[_-]64/g, '')) &&
    !/^(?:linux\/(?:amd64|arm64)|--platform=.*)$/.test(value)
  );
}

const missingPlatform: Check = function* ({ stages, context }) {
  for (const stage of stages.all) {
    if (!stage.isReachable || !isExternal(stage)) continue;
    const { image, platform } = stage;
    const available = context?.images?.[image.text]?.platforms ?? knownPlatforms(image.repository);
    if (!available) continue;
    const fixed =
      platform !== undefined && !platform.includes('$')
        ? [platform]
        : (context?.services ?? []).flatMap((service) => service.platforms);
    const missing = fixed.find((one) => !available.some((known) => one === known || one.startsWith(`${known}/`)));
    if (missing !== undefined) yield { at: stage.from, params: { platform: missing, available: available.join(', ') } };
  }
};

const bashInSh: Check = function* ({ runs }) {
  for (const run of runs) {
    if (!/(?:^|\/)(?:sh|ash|dash)$/.test(run.shell?.[0] ?? '') || run.stage.distribution === 'rpm') continue;
    // Alpine's ash knows pipefail, `source` and substring expansion.
    const isAsh = run.stage.distribution === 'alpine';
    const found = run.script.bashOnly.find(
      ({ what }) => !(isAsh && /^(?:source|\[\[ \]\]|\$\{x:0:1\}|\$\{x\/a\/b\}|\$' '|&>)$/.test(what)),
    );
    if (found) yield { at: found, params: { what: found.what } };
  }
};

const namedUser: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final || final.distribution === 'windows') return;
  const instruction = effective(final, 'USER');
  const user = userOf(final);
  if (!instruction || user === undefined || /^\d+(?::\d+)?$/.test(user) || isRoot(user) || user.includes('$')) return;
  const name = user.split(':')[0] ?? user;
  const id = userId(analysis, name);
  const isPlain = instruction.text.trim() === name && id !== undefined;
  const { start } = instruction.argument;
  yield {
    at: instruction,
    params: { user },
    edits: isPlain ? [{ start, end: start + name.length, text: id }] : undefined,
  };
};

function userId(analysis: Parameters<Check>[0], user: string): string | undefined {
  for (const { command } of commandsOf(finalRuns(analysis), 'useradd', 'adduser')) {
    const words = command.words.map(({ value }) => value);
    if (words.at(-1) !== user && !words.includes(user)) continue;
    const index = words.findIndex((word) => /^(?:-[a-zA-Z]*u|--uid)$/.test(word));
    const joined = words.map((word) => /^--uid=(\d+)$/.exec(word)?.[1]).find((one) => one !== undefined);
    const id = index === -1 ? joined : words[index + 1];
    if (id !== undefined && /^\d+$/.test(id) && id !== '0') return id;
  }
  return undefined;
}

const glibcOnMusl: Check = function* (analysis) {
  const { final, all } = analysis.stages;
  if (final?.distribution === 'alpine') {
    for (const instruction of final.instructions) {
      const [source] = instruction.keyword === 'COPY' ? sourcesOf(instruction) : [];
      const stage = source === undefined ? undefined : findStage(all, source);
      if (!stage || stage.distribution !== 'debian' || isStaticBuild(analysis, stage)) continue;
      const { repository } = rootOf(stage).image;
      const compiled = /^(?:golang|rust|gcc|python|swift|haskell|ruby)$/.test(repository);
      const copiesCode = instruction.words.some(({ text }) =>
        /\/(?:bin|venv|\.venv|site-packages|target|lib|app|build|out|dist|server|main|usr|opt|node_modules|go)\b|\/\w+$/.test(
          text,
        ),
      );
      if (compiled && copiesCode) yield { at: instruction, variant: 'copy', params: { stage: source ?? '' } };
    }
  }
  for (const { run, command, manager, packages } of analysis.installs) {
    if (run.stage.distribution !== 'alpine' || manager !== 'pip') continue;
    const found = packages.find(({ value }) =>
      /^(?:tensorflow|torch|torchvision|jaxlib|onnxruntime|open3d|mediapipe)(?:[=<>~!].*)?$/.test(value),
    )?.value;
    if (found !== undefined) yield { at: command, variant: 'wheel', params: { package: found } };
  }
  for (const { run, command } of commandsOf(analysis.runs, 'curl', 'wget')) {
    if (run.stage.distribution !== 'alpine') continue;
    const url = command.words.find(({ value }) => /linux-gnu|glibc|manylinux/.test(value))?.value;
    const installsGlibc = analysis.installs.some(({ packages }) =>
      packages.some(({ value }) => /^(?:gcompat|libc6-compat|glibc)/.test(value)),
    );
    if (url !== undefined && !installsGlibc && !/sgerrand|alpine-pkg-glibc/.test(url))
      yield { at: command, variant: 'download', params: { url } };
  }
};

const windowsText: Check = function* ({ file, stages }) {
  const carriages: { start: number; end: number; text: string }[] = [];
  for (
    let at = file.source.indexOf('\r\n');
    at !== -1 && carriages.length < 20_000;
    at = file.source.indexOf('\r\n', at + 2)
  )
    carriages.push({ start: at, end: at + 1, text: '' });
  const isWindows = stages.all.some(({ distribution }) => distribution === 'windows');
  if (carriages.length > 0 && !isWindows)
    yield { at: { start: 0, end: 0 }, variant: 'crlf', evidence: '\\r\\n', edits: carriages };
  for (const stage of stages.all) {
    for (const instruction of stage.instructions) {
      const hasPath = /(?:^|[\s"=])[A-Za-z]:\\/.test(instruction.text);
      if (!hasPath) continue;
      if (
        !isWindows &&
        /^(?:COPY|ADD|WORKDIR|ENV|VOLUME)$/.test(instruction.keyword) &&
        stage.distribution !== 'unknown'
      )
        yield { at: instruction, variant: 'path' };
      else if (isWindows && file.escape === '\\') {
        yield { at: instruction, variant: 'escape' };
        return;
      }
    }
  }
};

const hostSpecific: Check = function* (analysis) {
  for (const { instruction } of placed(analysis, 'ENV', 'RUN', 'CMD', 'ENTRYPOINT', 'ARG', 'ADD')) {
    const found =
      /host\.docker\.internal|(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(
        instruction.text,
      )?.[0];
    if (found !== undefined) yield { at: instruction, params: { what: found } };
  }
  for (const { instruction, sources, isFromStage } of copiesOf(analysis)) {
    const found = isFromStage ? undefined : sources.find((source) => /^\/?(?:home|Users)\/[^/$]+\//.test(source));
    if (found !== undefined) yield { at: instruction, params: { what: found } };
  }
};

const lowPort: Check = function* (analysis) {
  const { final } = analysis.stages;
  const user = final ? userOf(final) : undefined;
  if (user === undefined || isRoot(user) || user.includes('$')) return;
  for (const { instruction } of finalPlaced(analysis, 'EXPOSE')) {
    const low = instruction.words.find(
      ({ text }) =>
        /^\d+(?:\/tcp|\/udp)?$/.test(text) && Number.parseInt(text, 10) < 1_024 && Number.parseInt(text, 10) > 0,
    );
    if (low) yield { at: instruction, params: { port: low.text, user } };
  }
};

export const portableChecks: Readonly<Record<string, Check>> = {
  POR01: constantPlatform,
  POR02: targetPlatform,
  POR03: fixedArchitecture,
  POR04: missingPlatform,
  POR05: bashInSh,
  POR06: namedUser,
  POR07: glibcOnMusl,
  POR08: windowsText,
  POR09: hostSpecific,
  POR10: lowPort,
};
