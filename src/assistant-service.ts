import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { Assistant, AssistantDeps, AssistantToolSet } from '#assistant';
import { createSecretScanner, toAppError, type Clock, type Env, type Log, type Paths } from '#core';
import type { Docker } from '#docker';
import type { Inference } from '#inference';
import type { Models } from '#models';
import { createHttpClient, readDockerProxies } from '#registry';
import type { SettingsStore } from '#settings';
import type { ClosableMcpDoor } from './mcp-door.ts';

export interface AssistantServiceDeps {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SettingsStore;
  readonly docker: Docker;
  readonly models: Models;
  readonly inference: Inference;
  readonly mcp: ClosableMcpDoor;
  readonly memory: () => { readonly budgetBytes: number };
  readonly storeRevision: () => number;
}

export interface AssistantService {
  /** Made when it is first asked for: a daemon that is never asked pays nothing for it. */
  get(): Promise<Assistant>;
  close(): Promise<void>;
}

export function createAssistantService(deps: AssistantServiceDeps): AssistantService {
  let made: Promise<{ readonly assistant: Assistant; close(): Promise<void> }> | undefined;
  return {
    get: async () => {
      made ??= make(deps);
      made.catch(() => {
        made = undefined;
      });
      return (await made).assistant;
    },
    async close() {
      await (await made?.catch(() => undefined))?.close();
    },
  };
}

async function make(deps: AssistantServiceDeps): Promise<{ readonly assistant: Assistant; close(): Promise<void> }> {
  const { paths, env, clock, settings, docker, models, inference } = deps;
  const log = deps.log.child({ component: 'assistant' });
  const [assistantParts, brains, ports, { createFactsFinder }, { createHomeSecrets }] = await Promise.all([
    import('#assistant'),
    import('./assistant-brain.ts'),
    import('./assistant-ports.ts'),
    import('#cli'),
    import('#mcp'),
  ]);
  const dockerProxies = await readDockerProxies(paths.dockerConfig);
  const http = createHttpClient({ env, clock, dockerProxies });
  const patient = createHttpClient({
    env,
    clock,
    dockerProxies,
    limits: { headerMs: patienceMs, idleMs: patienceMs },
  });
  const folder = join(paths.home, 'assistant');
  const changesOf = (id: string): string => join(folder, 'changes', id);
  const secrets = createHomeSecrets({ paths, env, clock });
  const scanner = createSecretScanner();
  const hideSecrets = (text: string): string => scanner.hide(text);
  const fetchBytes = ports.fetchBytesWith(http);
  const docs = ports.docsPort();
  const scan = ports.scanPort({ paths, env, clock, fetchBytes });
  const runner = ports.modelsPort({ models, inference, post: brains.postTo(paths.socket) });
  const mcp = ports.toolkitPort(() => deps.mcp.gateway(), { clock });
  const storedSecrets = async ({ signal }: { readonly signal: AbortSignal }): Promise<readonly string[]> => {
    // What a command gives is read when it is needed, and not to look for it in texts.
    const kept = (await secrets.list()).filter(({ place }) => !('command' in place));
    const values = await Promise.all(
      kept.map(async ({ name }) => await secrets.find(name, { signal }).catch(() => undefined)),
    );
    signal.throwIfAborted();
    return values.filter((value) => value !== undefined);
  };
  const facts = createFactsFinder({ env, paths, clock, docker: async () => docker, fetchBytes });

  const tools: AssistantDeps['tools'] = async ({ id, workingDirectory }, language): Promise<AssistantToolSet> => {
    const { runProcess } = assistantParts;
    const set = await assistantParts.createAssistantTools({
      docker,
      clock,
      env,
      workingDirectory,
      changesFolder: changesOf(id),
      language,
      runProcess,
      hideSecrets,
      models: runner,
      mcp: settings.current().assistant.mcp ? mcp : undefined,
      docs,
      fetchPage: ports.fetchPagePort(http),
      scan,
      storedSecrets,
    });
    const fix = assistantParts.applyFixTool({
      docker,
      clock,
      env,
      workingDirectory,
      runProcess,
      language,
      changes: set.changes,
    });
    return {
      ...set,
      get tools() {
        return [...set.tools, fix];
      },
      get groups() {
        return set.groups;
      },
    };
  };

  const assistant = assistantParts.createAssistant({
    sessions: assistantParts.createSessionStore({
      folder: join(folder, 'sessions'),
      clock,
      log,
      keep: () => settings.current().assistant.keepSessions,
      onRemoved: async (id) => await rm(changesOf(id), { recursive: true, force: true }),
    }),
    settings: {
      current: () => {
        const { enforced, ...own } = settings.current().assistant;
        const isModelLocked = settings
          .entries()
          .some(({ path, origin }) => origin === 'locked' && path.join('.') === 'assistant.model');
        return { ...own, locked: enforced, isModelLocked };
      },
      async change(changes) {
        await settings.change(changes.map(({ path, value }) => ({ path: ['assistant', ...path], value })));
      },
    },
    ...brains.createBrain({
      ...deps,
      http: patient,
      log,
      secret: async (name) => await secrets.read(name),
    }),
    tools,
    facts,
    attach: async ({ kind, name }, { workingDirectory, signal }) => {
      if (kind === 'file') {
        const project = await assistantParts.openWorkingFolder(workingDirectory);
        return await assistantParts.readProjectText(project, await project.locate(name), {
          maxBytes: maxAttachedBytes,
        });
      }
      if (kind === 'container') {
        const { markdown } = await facts.of(
          { kind: 'why', container: name },
          { workingDirectory, language: 'en', signal },
        );
        return markdown;
      }
      if (kind === 'image') return JSON.stringify(await docker.images.inspect(name, { signal }), undefined, 2);
      if (kind === 'model') return JSON.stringify(await models.get(name), undefined, 2);
      if (kind === 'server') return await ports.askOwn(paths.socket, serverPath(name), { signal });
      const { stream } = await docker.request({ method: 'GET', path: `/volumes/${encodeURIComponent(name)}`, signal });
      return (await stream.toArray()).join('');
    },
    async files(directory, prefix) {
      return await assistantParts.findNames(directory, prefix, {
        until: AbortSignal.timeout(listingMs),
        seconds: listingMs / 1000,
      });
    },
    hideSecrets,
    clock,
    log,
    newId: randomUUID,
    surroundings: async (workingDirectory) => await surroundings(docker, workingDirectory),
  });
  return {
    assistant,
    async close() {
      await assistant.close();
      await mcp.close();
      await Promise.all([http.close(), patient.close()]);
    },
  };
}

function serverPath(name: string): string {
  return `/gantry/mcp/profiles/default/servers/${encodeURIComponent(name)}`;
}

const patienceMs = 10 * 60_000;
const maxAttachedBytes = 1024 * 1024;
const listingMs = 5000;

async function surroundings(docker: Docker, workingDirectory: string): Promise<string> {
  const engine = await docker.version({ signal: AbortSignal.timeout(listingMs) }).then(
    ({ version, os, arch: engineArch }) => `Docker Engine ${version} (${os}/${engineArch})`,
    (error: unknown) => `No Docker Engine answers: ${toAppError(error).message}`,
  );
  return `System: ${platform()} ${arch()}. ${engine}. Working directory: ${workingDirectory}`;
}
