import { effective, type Analysis } from '../analysis/analyse.ts';
import { chainOf } from '../analysis/analyse.ts';
import type { Stage } from '../analysis/stages.ts';
import { hasShell, isToolchain, runsAsNonRoot } from '../facts/base-images.ts';
import { endOfLife } from '../facts/end-of-life.ts';
import { findStage, sourcesOf } from '../analysis/stages.ts';
import { flagValue } from '../source/model.ts';
import {
  argumentsOf,
  commandLine,
  commandsOf,
  copiesOf,
  finalChain,
  finalPlaced,
  finalRuns,
  isExternal,
  isUrl,
  placed,
  resolve,
  rootOf,
  wordsText,
} from './find.ts';
import type { Check, Edit, Hit } from './types.ts';

export function userOf(stage: Stage): string | undefined {
  const instruction = effective(stage, 'USER');
  return instruction ? resolve(instruction.text.trim(), stage, instruction).replaceAll(/^["']|["']$/g, '') : undefined;
}

export function isRoot(user: string): boolean {
  return /^(?:root|0+)(?::|$)/.test(user);
}

/** Programs that give up root themselves once the container runs. */
const dropsRights = /^(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst|setuidgid)$/;

const runsAsRoot: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final || final.distribution === 'windows') return;
  const user = userOf(final);
  const instruction = effective(final, 'USER');
  if (user !== undefined && instruction) {
    if (isRoot(user)) yield { at: instruction, variant: 'root' };
    return;
  }
  const root = rootOf(final);
  if (root.image.isDynamic || runsAsNonRoot(root.image)) return;
  if (
    finalRuns(analysis).some(({ commands }) =>
      commands.some(
        ({ name, words }) =>
          dropsRights.test(name) || words.some(({ value }) => /^(?:gosu|su-exec)(?:[=~<>].*)?$/.test(value)),
      ),
    )
  )
    return;
  if (
    finalPlaced(analysis, 'ENTRYPOINT', 'CMD').some(({ instruction: one }) =>
      commandLine(one).some((word) => dropsRights.test(word)),
    )
  )
    return;
  yield { at: final.from, variant: 'none' };
};

const sudo: Check = function* (analysis) {
  for (const { run, command } of commandsOf(analysis.runs)) {
    const wrapper = command.wrappers.find(({ value }) => value === 'sudo' || value.endsWith('/sudo'));
    const isBare = command.name === 'sudo';
    if (!wrapper && !isBare) continue;
    const user = chainOf(run.stage)
      .flatMap((stage) => stage.instructions)
      .findLast(({ keyword, start }) => keyword === 'USER' && start < run.instruction.start);
    const asRoot = user === undefined ? !runsAsNonRoot(rootOf(run.stage).image) : isRoot(user.text.trim());
    const isPlain =
      wrapper !== undefined &&
      command.wrappers.length === 1 &&
      command.path !== '' &&
      analysis.file.source.slice(wrapper.end, command.nameAt.start).trim() === '';
    const edits: Edit[] | undefined =
      asRoot && isPlain && command.start === wrapper.start
        ? [{ start: wrapper.start, end: command.nameAt.start, text: '' }]
        : undefined;
    yield { at: command, edits };
  }
};

const sshServer: Check = function* (analysis) {
  for (const { instruction } of finalPlaced(analysis, 'EXPOSE')) {
    if (instruction.words.some(({ text }) => /^22(?:\/tcp)?$/i.test(text))) yield { at: instruction };
  }
  const chain = finalChain(analysis);
  for (const { run, command, packages } of analysis.installs) {
    if (
      chain.includes(run.stage) &&
      packages.some(({ value }) => /^(?:openssh-server|openssh|dropbear)(?:[=~<>].*)?$/.test(value))
    )
      yield { at: command };
  }
};

const archive = /\.(?:tar|tar\.(?:gz|bz2|xz|zst|lz4)|tgz|tbz2?|txz|tzst)$/i;

const addInsteadOfCopy: Check = function* (analysis) {
  for (const { instruction, sources } of copiesOf(analysis, 'ADD')) {
    if (sources.length === 0 || instruction.flags.some(({ name }) => /^(?:checksum|keep-git-dir|unpack)$/.test(name)))
      continue;
    if (
      sources.some(
        (source) => isUrl(source) || archive.test(source) || source.includes('$') || /\.git(?:#|$)/.test(source),
      )
    )
      continue;
    const { start, end, text } = instruction.keywordAt;
    // ADD unpacks whatever is a tar archive, so what may be one is left to a person.
    const mayUnpack = sources.some((source) => /[*?[]|\.(?:gz|bz2|xz|zst|Z)$/.test(source));
    const edits = mayUnpack ? undefined : [{ start, end, text: text === text.toLowerCase() ? 'copy' : 'COPY' }];
    yield { at: instruction, edits };
  }
};

const openRights: Check = function* (analysis) {
  for (const { command } of commandsOf(analysis.runs, 'chmod', 'install')) {
    const modes = command.words.map(({ value }) => value);
    const mode =
      command.name === 'chmod'
        ? modes.find((word) => !/^-[a-zA-Z]*$|^--/.test(word) || /^-?[0-7]+$/.test(word))
        : modes[modes.indexOf('-m') + 1];
    if (mode !== undefined && (command.name === 'chmod' || modes.includes('-m')) && isWorldWritable(mode))
      yield { at: command, params: { mode } };
  }
  for (const { instruction } of placed(analysis, 'COPY', 'ADD')) {
    const mode = flagValue(instruction, 'chmod');
    if (mode !== undefined && isWorldWritable(mode)) yield { at: instruction, params: { mode } };
  }
};

function isWorldWritable(mode: string): boolean {
  if (/^[0-7]{3,4}$/.test(mode)) {
    const isSticky = mode.length === 4 && (Number(mode[0]) & 1) === 1;
    return (Number(mode.at(-1)) & 2) === 2 && !isSticky;
  }
  return mode.split(',').some((part) => /^[ugo]*[ao][ugoa]*[+=][rxXst]*w/.test(part));
}

const untrustedBase: Check = function* ({ stages, settings }) {
  const { trustedRegistries } = settings;
  if (trustedRegistries.length === 0) return;
  for (const stage of stages.all) {
    if (!stage.isReachable || !isExternal(stage)) continue;
    const { registry, repository } = stage.image;
    const name = `${registry}/${registry === 'docker.io' && !repository.includes('/') ? 'library/' : ''}${repository}`;
    const isTrusted = trustedRegistries.some((one) => {
      const prefix = one.replace(/\/?\*?$/, '');
      return name === prefix || name.startsWith(`${prefix}/`) || registry === prefix;
    });
    if (!isTrusted) yield { at: stage.from, params: { image: name } };
  }
};

const setuid: Check = function* (analysis) {
  for (const { command } of commandsOf(analysis.runs, 'chmod')) {
    const mode = command.words.find(({ value }) => /^[246][0-7]{3}$|^[ugoa]*\+[rwxXt]*s/.test(value))?.value;
    if (mode !== undefined) yield { at: command, params: { mode } };
  }
};

const systemFolder = /^(?:\/|\/(?:etc|usr|bin|sbin|lib|lib64|boot|var|run|root\/\.ssh)|\/(?:proc|sys|dev)(?:\/.*)?)$/;

const systemPath: Check = function* (analysis) {
  for (const { instruction, stage } of placed(analysis, 'VOLUME', 'WORKDIR')) {
    if (stage.distribution === 'windows') continue;
    for (const written of argumentsOf(instruction)) {
      const path = resolve(written, stage, instruction);
      const bare = path === '/' ? path : path.replace(/\/+$/, '');
      if (systemFolder.test(bare) && !bare.startsWith('/dev/shm')) yield { at: instruction, params: { path: bare } };
    }
  }
};

const insecureBuild: Check = function* (analysis) {
  for (const { instruction } of placed(analysis, 'RUN')) {
    if (flagValue(instruction, 'security') === 'insecure')
      yield { at: instruction, params: { what: '--security=insecure' } };
    if (flagValue(instruction, 'network') === 'host') yield { at: instruction, params: { what: '--network=host' } };
  }
  for (const { instruction } of placed(analysis, 'COPY', 'ADD', 'VOLUME')) {
    if (instruction.text.includes('docker.sock')) yield { at: instruction, params: { what: 'docker.sock' } };
  }
};

const endedBase: Check = function* ({ stages, settings }) {
  for (const stage of stages.all) {
    if (!stage.isReachable || !isExternal(stage)) continue;
    const ended = endOfLife(stage.image, settings.today);
    if (ended) yield { at: stage.from, params: { product: ended.product, date: ended.date } };
  }
};

const digestInProduction: Check = function* (analysis) {
  const { final } = analysis.stages;
  const root = final ? rootOf(final) : undefined;
  if (analysis.settings.profile !== 'production' || !root || !isExternal(root) || root.image.digest !== undefined)
    return;
  yield { at: root.from, params: { image: root.image.text } };
};

const oldDigest: Check = function* ({ stages, context, settings }) {
  for (const stage of stages.all) {
    const facts = stage.isReachable && isExternal(stage) ? context?.images?.[stage.image.text] : undefined;
    if (
      !facts?.digestDate ||
      !facts.newest ||
      stage.image.digest === undefined ||
      facts.newest.digest === stage.image.digest
    )
      continue;
    const days = Math.floor((Date.parse(facts.newest.date) - Date.parse(facts.digestDate)) / 86_400_000);
    if (days > settings.maxBaseAgeDays) yield { at: stage.from, params: { days, digest: facts.newest.digest } };
  }
};

const shellInFinal: Check = function* (analysis) {
  const { final, all } = analysis.stages;
  if (!final || !hasShell(final.distribution) || final.distribution === 'unknown' || final.distribution === 'windows')
    return;
  const builders = final.instructions
    .flatMap((one) => (one.keyword === 'COPY' ? sourcesOf(one) : []))
    .map((source) => findStage(all, source));
  const builder = builders.find((stage) => stage !== undefined && isStaticBuild(analysis, stage));
  if (!builder) return;
  const needs = analysis.installs.some(
    ({ run, packages }) =>
      run.stage === final && packages.some(({ value }) => !/^(?:ca-certificates|tzdata)/.test(value)),
  );
  const startsShell = finalPlaced(analysis, 'CMD', 'ENTRYPOINT').some(
    ({ instruction }) => !instruction.json || /\.sh$|(?:^|\/)(?:ba|a)?sh$/.test(instruction.json[0] ?? ''),
  );
  if (!needs && !startsShell && finalChain(analysis).length === 1) yield { at: final.from };
};

export function isStaticBuild({ allRuns }: Analysis, stage: Stage): boolean {
  const root = rootOf(stage);
  if (!isToolchain(root.image)) return false;
  const isGo = root.image.repository === 'golang';
  const isOff = (name: string, value: string | undefined): boolean => name === 'CGO_ENABLED' && value === '0';
  if (isGo && stage.variables.some(({ name, value }) => isOff(name, value))) return true;
  return allRuns.some(
    (run) =>
      chainOf(stage).includes(run.stage) &&
      run.commands.some(
        (command) =>
          (isGo && command.assignments.some(({ name, value }) => isOff(name, value))) ||
          /unknown-linux-musl|-extldflags[ =]"?-static|target-feature=\+crt-static/.test(wordsText(command)),
      ),
  );
}

const sharedIds: Check = function* (analysis) {
  const seen = new Map<string, Hit['at']>();
  for (const { run, command } of commandsOf(analysis.runs, 'useradd', 'adduser', 'groupadd', 'addgroup')) {
    const isGroup = /group/.test(command.name);
    const words = command.words.map(({ value }) => value);
    const index = words.findIndex((word) => (isGroup ? /^(?:-g|--gid)$/ : /^(?:-u|--uid)$/).test(word));
    const joined = words
      .map((word) => (isGroup ? /^--gid=(\d+)$/ : /^--uid=(\d+)$/).exec(word)?.[1])
      .find((one) => one !== undefined);
    const id = index === -1 ? joined : words[index + 1];
    if (id === undefined || !/^\d+$/.test(id)) continue;
    const key = `${run.stage.index} ${isGroup ? 'group' : 'user'} ${id}`;
    if (!isGroup && Number(id) === 0) yield { at: command, params: { id }, variant: 'root' };
    else if (seen.has(key)) yield { at: command, params: { id }, variant: 'twice' };
    seen.set(key, command);
  }
};

export const rightsChecks: Readonly<Record<string, Check>> = {
  SEC01: runsAsRoot,
  SEC06: sudo,
  SEC07: sshServer,
  SEC08: addInsteadOfCopy,
  SEC09: openRights,
  SEC10: untrustedBase,
  SEC11: setuid,
  SEC12: systemPath,
  SEC13: insecureBuild,
  SEC15: endedBase,
  SEC16: digestInProduction,
  SEC17: oldDigest,
  SEC18: shellInFinal,
  SEC20: sharedIds,
};
