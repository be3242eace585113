import { createTitle } from './titles.ts';
import type { GroupedTool, ToolGroup } from './define-tool.ts';
import { containerChanges, containerLogs, removeContainer } from './docker/change-containers.ts';
import { inspectContainer, listContainers } from './docker/list-containers.ts';
import { createFileChanges } from './files/changes.ts';
import { listDirectory, readFile, searchFilesTool } from './files/read-tools.ts';
import { deleteFileTool, editFileTool, writeFileTool } from './files/write-tools.ts';
import { openWorkingFolder } from './files/working-folder.ts';
import { shellTool } from './shell/shell-tool.ts';
import { fetchTool } from './web/fetch-tool.ts';
import type { AssistantToolDeps, AssistantToolSet } from './types.ts';

/** The tools of one session. @throws AppError `request.not_found` when its working directory is not there */
export async function createAssistantTools(deps: AssistantToolDeps): Promise<AssistantToolSet> {
  const { docker, clock, env, runProcess } = deps;
  const folder = await openWorkingFolder(deps.workingDirectory);
  const changes = createFileChanges(folder, deps.changesFolder);
  const title = createTitle(deps.language);
  const engine = { docker, clock, title };
  const files = { folder, changes, title };
  const fixed: readonly GroupedTool[] = [
    listContainers(engine),
    inspectContainer(engine),
    containerLogs(engine),
    ...containerChanges(engine),
    removeContainer(engine),
    listDirectory(files),
    readFile(files),
    searchFilesTool(files),
    editFileTool(files),
    writeFileTool(files),
    deleteFileTool(files),
    shellTool({ root: folder.root, env, runProcess, title }),
    ...(deps.fetchPage ? [fetchTool({ fetchPage: deps.fetchPage, title })] : []),
  ];
  const tools = [...fixed];
  return {
    tools,
    get groups() {
      return groupsOf(tools);
    },
    changes,
    async refresh() {
      return [];
    },
    async close() {},
  };
}

function groupsOf(tools: readonly GroupedTool[]): AssistantToolSet['groups'] {
  const groups = new Map<ToolGroup, string[]>();
  for (const { group, spec } of tools) groups.set(group, [...(groups.get(group) ?? []), spec.name]);
  return [...groups].map(([group, names]) => ({ group, tools: names }));
}
