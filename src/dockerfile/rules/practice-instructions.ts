import { chainOf, type Analysis } from '../analysis/analyse.ts';
import { findStage, isDeclaredAt, type Stage } from '../analysis/stages.ts';
import { platformArgs, predefinedArgs, referencesIn } from '../analysis/variables.ts';
import { flagValue, type Instruction } from '../source/model.ts';
import {
  absolutePath,
  argumentsOf,
  copiesOf,
  finalChain,
  finalRuns,
  isInside,
  placed,
  resolve,
  rootOf,
} from './find.ts';
import { absoluteDestination, splitEnv } from './rewrites.ts';
import type { Check, Hit } from './types.ts';

/** Their own working directory is `/`, so a relative one means the same with a slash before it. */
const startsAtRoot: ReadonlySet<string> = new Set([
  'debian',
  'ubuntu',
  'alpine',
  'node',
  'python',
  'ruby',
  'rust',
  'fedora',
  'centos',
  'rockylinux',
  'almalinux',
  'nginx',
  'scratch',
  'busybox',
  'eclipse-temurin',
  'openjdk',
]);

const relativeWorkdir: Check = function* (analysis) {
  for (const { instruction, stage } of placed(analysis, 'WORKDIR')) {
    const path = resolve(instruction.text.trim().replaceAll(/^["']|["']$/g, ''), stage, instruction);
    if (path === '' || isAbsolute(path) || path.startsWith('$')) continue;
    const isAfterAbsolute = chainOf(stage).some((one) =>
      one.instructions.some(
        (other) =>
          other.keyword === 'WORKDIR' &&
          (one !== stage || other.start < instruction.start) &&
          /^["']?(?:[/$]|[A-Za-z]:)/.test(other.text.trim()),
      ),
    );
    if (isAfterAbsolute) continue;
    const at = instruction.argument.start;
    const isPlain =
      /^[\w.-][\w./-]*$/.test(instruction.text.trim()) &&
      !/^\.{1,2}\//.test(path) &&
      startsAtRoot.has(rootOf(stage).image.repository);
    yield { at: instruction, params: { path }, edits: isPlain ? [{ start: at, end: at, text: '/' }] : undefined };
  }
};

function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\)/.test(path);
}

const exposed: Check = function* (analysis) {
  for (const { instruction } of placed(analysis, 'EXPOSE')) {
    for (const word of instruction.words) {
      const text = word.text.replaceAll(/^["']|["']$/g, '');
      if (text.includes('$')) continue;
      const fits = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text);
      if (!fits) {
        const inner = /^(?:(?:\d+\.){3}\d+:)?(?:\d+(?:-\d+)?)?:(\d+(?:-\d+)?(?:\/(?:tcp|udp|sctp))?)$/i.exec(text)?.[1];
        yield {
          at: word,
          variant: 'format',
          params: { port: text },
          edits: inner === undefined ? undefined : [{ ...span(word), text: inner.toLowerCase() }],
        };
      } else if (
        [fits[1], fits[2]].some((port) => port !== undefined && (Number(port) > 65_535 || Number(port) === 0))
      ) {
        yield { at: word, variant: 'range', params: { port: text } };
      } else if (fits[3] !== undefined && !/^(?:tcp|udp|sctp)$/i.test(fits[3]))
        yield { at: word, variant: 'format', params: { port: text } };
      else if (fits[3] !== undefined && fits[3] !== fits[3].toLowerCase()) {
        yield {
          at: word,
          severity: 'warning',
          variant: 'casing',
          params: { port: text },
          edits: [{ ...span(word), text: text.toLowerCase() }],
        };
      }
    }
  }
};

function span({ start, end }: { start: number; end: number }): { start: number; end: number } {
  return { start, end };
}

const severalSources: Check = function* (analysis) {
  for (const { instruction } of placed(analysis, 'COPY', 'ADD')) {
    const all = argumentsOf(instruction);
    const destination = all.at(-1) ?? '';
    if (all.length < 3 || /[/\\]$|^\.{1,2}$|\$\{?\w+\}?$/.test(destination)) continue;
    const last = instruction.words.at(-1);
    const at = instruction.json ? undefined : last?.end;
    yield {
      at: instruction,
      params: { path: destination },
      edits: at === undefined || /["']$/.test(last?.text ?? '') ? undefined : [{ start: at, end: at, text: '/' }],
    };
  }
};

const knownImages: ReadonlySet<string> = new Set([
  'alpine',
  'busybox',
  'composer',
  'debian',
  'golang',
  'hello-world',
  'nginx',
  'node',
  'python',
  'ubuntu',
  'rust',
  'redis',
  'postgres',
  'php',
  'ruby',
  'maven',
  'gradle',
]);

const copySource: Check = function* ({ stages }) {
  for (const stage of stages.all) {
    if (!stage.isReachable) continue;
    for (const instruction of stage.instructions) {
      const from = flagValue(instruction, 'from');
      if (from === undefined || from === '' || from.includes('$') || !/^(?:COPY|ADD)$/.test(instruction.keyword))
        continue;
      const target = findStage(stages.all, from);
      if (target === stage) yield { at: instruction, variant: 'own', params: { from } };
      else if (target && target.index > stage.index) yield { at: instruction, variant: 'later', params: { from } };
      else if (!target && /^\d+$/.test(from)) yield { at: instruction, variant: 'unknown', params: { from } };
      else if (!target && !/[:/@]/.test(from) && !knownImages.has(from))
        yield { at: instruction, severity: 'warning', variant: 'unknown', params: { from } };
    }
  }
};

const stageNames: Check = function* ({ stages }) {
  const seen = new Set<string>();
  for (const { name } of stages.all) {
    if (!name) continue;
    const key = name.text.toLowerCase();
    if (key === 'scratch' || key === 'context') yield { at: name, variant: 'reserved', params: { name: name.text } };
    else if (seen.has(key)) yield { at: name, variant: 'twice', params: { name: name.text } };
    seen.add(key);
  }
};

const keywords: ReadonlySet<string> = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

const order: Check = function* ({ file, stages }) {
  const first = stages.head.find(({ keyword }) => keyword !== 'ARG' && keywords.has(keyword));
  if (first) yield { at: first, variant: 'first', params: { keyword: first.keyword } };
  else if (stages.all.length === 0) yield { at: { start: 0, end: 0 }, variant: 'empty' };
  for (const instruction of file.instructions) {
    if (!keywords.has(instruction.keyword))
      yield {
        at: instruction,
        variant: 'unknown',
        severity: 'error',
        params: { keyword: instruction.keyword.slice(0, 60) },
      };
    const trigger = instruction.trigger?.keyword;
    if (trigger === 'FROM' || trigger === 'ONBUILD' || trigger === 'MAINTAINER')
      yield { at: instruction, variant: 'onbuild', params: { keyword: trigger } };
  }
};

const selfReference: Check = function* (analysis) {
  for (const { instruction, stage } of placed(analysis, 'ENV')) {
    if (instruction.properties.length < 2) continue;
    const own = new Set(instruction.properties.map(({ name }) => name));
    for (const property of instruction.properties) {
      const { name, value = '', span: at } = property;
      const used = referencesIn(value).find(
        (one) => one.name !== name && own.has(one.name) && one.operator === undefined,
      );
      if (used && !isDeclaredAt(stage, used.name, instruction.start))
        yield {
          at,
          params: { name: used.name },
          edits: splitEnv({ instruction, property, needed: used.name }, analysis),
        };
    }
  }
};

const relativeDestination: Check = function* (analysis) {
  for (const { instruction, stage, destination } of copiesOf(analysis)) {
    if (isAbsolute(destination) || /^\$|^%|^~/.test(destination)) continue;
    const hasWorkdir = chainOf(stage).some((one) =>
      one.instructions.some(
        (other) => other.keyword === 'WORKDIR' && (one !== stage || other.start < instruction.start),
      ),
    );
    if (!hasWorkdir)
      yield { at: instruction, params: { path: destination }, edits: absoluteDestination(instruction, stage) };
  }
};

/** ENV of well-known base images. */
const fromBase =
  /^(?:PATH|HOME|HOSTNAME|LANG|LC_ALL|TERM|PWD|SHELL|USER|TZ|(?:NODE|YARN|PYTHON|PIP|GO|GOLANG|RUST|CARGO|RUSTUP|RUBY|GEM|BUNDLE|BUNDLER|PHP|PHPIZE|JAVA|JDK|JRE|MAVEN|GRADLE|NGINX|NJS|PKG|PG|PGDATA|POSTGRES|MYSQL|MARIADB|REDIS|MONGO|CATALINA|TOMCAT|HTTPD|APACHE|COMPOSER|DOTNET|ASPNET|ASPNETCORE|NVIDIA|CUDA|LD|KEYCLOAK|JENKINS|KAFKA|ES|ELASTIC|GPG|DEBIAN|SWIFT|HELM|BUN|DENO|POETRY|UV)\w*)$/;

const undefinedVariables: Check = function* ({ stages, instructions }) {
  const globals = new Map(stages.globalArgs.map((one) => [one.name, one]));
  for (const stage of stages.all) {
    if (!stage.isReachable) continue;
    const { start, end } = stage.from;
    const text = `${stage.from.words[0]?.text ?? ''} ${flagValue(stage.from, 'platform') ?? ''}`;
    for (const { name, operator } of referencesIn(text)) {
      const declared = globals.get(name);
      if (platformArgs.has(name) || operator !== undefined) continue;
      if (!declared) yield { at: { start, end }, variant: 'from', params: { name } };
      else if (declared.value === undefined || declared.value === '')
        yield { at: { start, end }, variant: 'default', params: { name } };
    }
  }
  for (const { instruction, stage, isTrigger } of instructions) {
    if (
      isTrigger ||
      !expands.has(instruction.keyword) ||
      rootOf(stage).distribution === 'unknown' ||
      stage.distribution === 'windows'
    )
      continue;
    yield* undefinedIn(instruction, stage);
  }
};

const expands: ReadonlySet<string> = new Set([
  'ADD',
  'COPY',
  'ENV',
  'EXPOSE',
  'LABEL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

function* undefinedIn(instruction: Instruction, stage: Stage): Generator<Hit> {
  const isScratch = rootOf(stage).image.repository === 'scratch';
  const seen = new Set<string>();
  for (const { name, operator, index } of referencesIn(instruction.text)) {
    if (
      operator !== undefined ||
      seen.has(name) ||
      isDeclaredAt(stage, name, instruction.start) ||
      predefinedArgs.has(name)
    )
      continue;
    if (isInSingleQuotes(instruction.text, index) || name === 'PATH' || (!isScratch && fromBase.test(name))) continue;
    if (instruction.keyword === 'ENV' && instruction.properties.some((one) => one.name === name)) continue;
    seen.add(name);
    yield { at: instruction, variant: 'stage', params: { name } };
  }
}

function isInSingleQuotes(text: string, index: number): boolean {
  let quote = '';
  for (let at = 0; at < index; at += 1) {
    const character = text[at] ?? '';
    if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
  }
  return quote === "'";
}

const legacyPairs: Check = function* (analysis) {
  for (const { instruction } of placed(analysis, 'ENV', 'LABEL')) {
    const [property] = instruction.properties;
    if (!property?.isLegacy) continue;
    const value = property.value ?? '';
    const isPlain = !/[\n"\\']/.test(instruction.text);
    const text = `${property.name}=${/^[\w./:@%+,$={}-]+$/.test(value) ? value : `"${value}"`}`;
    const end = instruction.argument.start + instruction.text.trimEnd().length;
    yield {
      at: instruction,
      params: { name: property.name },
      edits: isPlain && value !== '' ? [{ start: instruction.argument.start, end, text }] : undefined,
    };
  }
};

const lostWrites: Check = function* (analysis: Analysis) {
  const chain = finalChain(analysis);
  for (const { instruction, stage } of placed(analysis, 'VOLUME')) {
    if (!chain.includes(stage)) continue;
    for (const written of argumentsOf(instruction)) {
      const path = resolve(written, stage, instruction).replace(/(.)\/+$/, '$1');
      if (path === '/' || path.startsWith('$')) continue;
      const run = finalRuns(analysis).find(
        (one) =>
          one.stage === stage &&
          one.instruction.start > instruction.start &&
          one.commands.some(({ words, redirections }) =>
            [...words.map(({ value }) => value), ...redirections.map(({ target }) => target)].some((word) =>
              isInside(word, path),
            ),
          ),
      );
      const copy = copiesOf(analysis).find(
        (one) =>
          one.stage === stage &&
          one.instruction.start > instruction.start &&
          isInside(absolutePath(one.destination, stage, one.instruction.start), path),
      );
      const later = run?.instruction ?? copy?.instruction;
      if (later) yield { at: later, params: { path } };
    }
  }
};

export const instructionChecks: Readonly<Record<string, Check>> = {
  BP05: relativeWorkdir,
  BP11: exposed,
  BP12: severalSources,
  BP13: copySource,
  BP14: stageNames,
  BP15: order,
  BP16: selfReference,
  BP17: relativeDestination,
  BP20: undefinedVariables,
  BP21: legacyPairs,
  BP23: lostWrites,
};
