import { toAppError } from '#core';
import { createContainerSecrets } from '../secrets/container-secrets.ts';
import { createHideSecrets } from '../secrets/hide-secrets.ts';
import { projectSecrets } from '../secrets/project-secrets.ts';
import { composeLintTool } from './analysis/compose-lint-tool.ts';
import { dockerfileTools } from './analysis/dockerfile-tools.ts';
import { engineAnalysis } from './analysis/engine-tools.ts';
import type { GroupedTool, ToolGroup } from './define-tool.ts';
import { containerChanges, containerLogs, removeContainer } from './docker/change-containers.ts';
import { composeTools } from './docker/compose-tools.ts';
import { programImages } from './docker/docker-program.ts';
import { engineFacts } from './docker/engine-facts.ts';
import { changeImages, readImages } from './docker/images.ts';
import { inspectContainer, listContainers } from './docker/list-containers.ts';
import { runContainer } from './docker/run-container.ts';
import { networkTools, volumeTools } from './docker/volumes-networks.ts';
import { docsTool } from './docs/docs-tool.ts';
import { createFileChanges } from './files/changes.ts';
import { listDirectory, readFile, searchFilesTool } from './files/read-tools.ts';
import { openWorkingFolder } from './files/working-folder.ts';
import { deleteFileTool, editFileTool, writeFileTool } from './files/write-tools.ts';
import { mcpTools } from './mcp/mcp-tools.ts';
import { createProjectServers } from './mcp/project-servers.ts';
import { modelTools } from './models/model-tools.ts';
import { shellTool } from './shell/shell-tool.ts';
import { createTitle } from './titles.ts';
import type { AssistantToolDeps, AssistantToolSet, McpPort, McpTool } from './types.ts';
import { fetchTool } from './web/fetch-tool.ts';

/** The tools of one session. @throws AppError `request.not_found` when its working directory is not there */
export async function createAssistantTools(deps: AssistantToolDeps): Promise<AssistantToolSet> {
  const { docker, clock, env, runProcess, models, mcp, docs, fetchPage, scan, language } = deps;
  const folder = await openWorkingFolder(deps.workingDirectory);
  const changes = createFileChanges(folder, deps.changesFolder);
  const title = createTitle(language);
  let secrets = await projectSecrets(folder, { signal: new AbortController().signal });
  let stored: readonly string[] = [];
  const ofContainers = createContainerSecrets(docker);
  const known = (): readonly string[] => [...secrets, ...stored, ...ofContainers.values()];
  const hideSecrets = createHideSecrets({ byForm: deps.hideSecrets, env, known });
  /** What a tool changed may have brought a container whose secrets are not known yet. */
  const changed = async (signal: AbortSignal): Promise<void> => {
    await ofContainers.refresh({ signal }).catch(() => signal.throwIfAborted());
  };
  const engine = { docker, clock, title };
  const files = { folder, changes, title };
  const programs = { docker, folder, env, runProcess, title };
  // The most useful first: who has room for some of them only takes those.
  const fixed: readonly GroupedTool[] = [
    ...engineAnalysis({ ...engine, language, scan }),
    ...dockerfileTools({ ...files, language }),
    listContainers(engine),
    inspectContainer(engine),
    containerLogs(engine),
    listDirectory(files),
    readFile(files),
    searchFilesTool(files),
    editFileTool(files),
    writeFileTool(files),
    shellTool({ root: folder.root, env, runProcess, title }),
    runContainer(engine),
    ...containerChanges(engine),
    removeContainer(engine),
    deleteFileTool(files),
    ...readImages(engine),
    ...changeImages(engine),
    ...programImages(programs),
    ...composeTools(programs),
    composeLintTool(files),
    ...engineFacts(engine),
    ...volumeTools(engine),
    ...networkTools(engine),
    ...(docs ? [docsTool({ docs, title })] : []),
    ...(fetchPage ? [fetchTool({ fetchPage, title })] : []),
    ...(models ? modelTools({ models, title }) : []),
  ];
  const tools: GroupedTool[] = [];
  const own: { readonly tools: readonly McpTool[]; readonly port: McpPort }[] = [];
  let toolkit: readonly McpTool[] = [];
  let starter: GroupedTool | undefined;
  const servers = createProjectServers({
    docker,
    clock,
    env,
    folder,
    title,
    onStart() {
      own.length = 0;
      compose();
    },
    onTools(found, port) {
      own.push({ tools: found, port });
      compose();
    },
  });

  /** In place: whoever holds the list sees what is there now. */
  function compose(): void {
    const all = [...fixed, ...(starter ? [starter] : [])];
    const add = (found: readonly McpTool[], port: McpPort, group: 'mcp' | 'project-mcp'): void => {
      const taken = new Set(all.map(({ spec }) => spec.name));
      all.push(...mcpTools(found, { port, group, title, taken }));
    };
    for (const one of own) add(one.tools, one.port, 'project-mcp');
    if (mcp) add(toolkit, mcp, 'mcp');
    tools.splice(0, tools.length, ...all.map((tool) => withoutSecrets(tool, { hide: hideSecrets, changed })));
  }
  compose();

  return {
    tools,
    get groups() {
      return groupsOf(tools);
    },
    changes,
    hideSecrets,
    async refresh(options) {
      const problems: { server: string; reason: string }[] = [];
      const attempt = async <Value>(server: string, work: () => Promise<Value>): Promise<Value | undefined> => {
        try {
          return await work();
        } catch (error) {
          options.signal.throwIfAborted();
          problems.push({ server, reason: toAppError(error).message });
          return undefined;
        }
      };
      secrets = (await attempt('project', () => projectSecrets(folder, options))) ?? secrets;
      stored = (await attempt('secrets', async () => await deps.storedSecrets?.(options))) ?? stored;
      await changed(options.signal);
      starter = await attempt('project', () => servers.startTool());
      if (mcp) toolkit = (await attempt('toolkit', () => mcp.tools(options))) ?? [];
      compose();
      return problems;
    },
    async close() {
      await servers.close();
    },
  };
}

/** Whoever calls a tool gets no secret out of it. */
function withoutSecrets(
  tool: GroupedTool,
  {
    hide,
    changed,
  }: { readonly hide: (text: string) => string; readonly changed: (signal: AbortSignal) => Promise<void> },
): GroupedTool {
  return {
    ...tool,
    async prepare(args, options) {
      const prepared = await tool.prepare(args, options);
      return {
        ...prepared,
        async run({ signal, onOutput }) {
          try {
            const output = await prepared.run({ signal, onOutput: (text) => onOutput(hide(text)) });
            if (!prepared.isReadOnly) await changed(signal);
            return { ...output, text: hide(output.text) };
          } catch (error) {
            if (!prepared.isReadOnly && !signal.aborted) await changed(signal);
            throw error;
          }
        },
      };
    },
  };
}

function groupsOf(tools: readonly GroupedTool[]): AssistantToolSet['groups'] {
  const groups = new Map<ToolGroup, string[]>();
  for (const { group, spec } of tools) groups.set(group, [...(groups.get(group) ?? []), spec.name]);
  return [...groups].map(([group, names]) => ({ group, tools: names }));
}
