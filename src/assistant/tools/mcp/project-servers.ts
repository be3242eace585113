import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { z } from 'zod';
import { AppError, toAppError, type Clock, type Env } from '#core';
import { shellLine } from '#diagnosis';
import type { Docker } from '#docker';
import { assess, defineTool, untrusted, type GroupedTool } from '../define-tool.ts';
import { readContent } from '../files/read-file.ts';
import type { WorkingFolder } from '../files/working-folder.ts';
import type { Title } from '../titles.ts';
import type { McpPort, McpTool } from '../types.ts';
import { isOutside, readServersFile, serversFileName, type ProjectServer, type ServersFile } from './servers-file.ts';
import { startProjectServer } from './start-server.ts';

export interface ProjectServersDeps {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly env: Env;
  readonly folder: WorkingFolder;
  readonly title: Title;
  /** All that ran before are ended; others start. */
  readonly onStart: () => void;
  /** Hears of the tools that came with servers that started. */
  readonly onTools: (tools: readonly McpTool[], port: McpPort) => void;
}

export interface ProjectServers {
  /** The tool that starts them; undefined where the project has no such file, or where they run as it says. */
  startTool(): Promise<GroupedTool | undefined>;
  close(): Promise<void>;
}

const maxBytes = 256 * 1024;

/** MCP servers that the project brings along. Nobody vouches for its file, so nothing of it starts before it was approved. */
export function createProjectServers(deps: ProjectServersDeps): ProjectServers {
  const { folder, title } = deps;
  const running: McpPort[] = [];
  let started: string | undefined;

  async function readFile(): Promise<{ readonly text: string; readonly digest: string } | undefined> {
    const place = await folder.locate(serversFileName);
    if (!place.exists) return undefined;
    const content = await readContent(folder, place, { maxBytes });
    if (!content) return undefined;
    return {
      text: content.bytes.toString('utf8'),
      digest: createHash('sha256').update(content.bytes).digest('hex'),
    };
  }

  async function understand(text: string): Promise<ServersFile> {
    const own = await dotenv(folder);
    const variable = (name: string): string | undefined => own.get(name) ?? deps.env[name];
    return readServersFile(text, { root: folder.root, variable, followLinks });
  }

  async function stopAll(): Promise<void> {
    await Promise.all(running.splice(0).map((port) => port.close()));
  }

  async function startAll(
    { servers, problems }: ServersFile,
    options: { readonly signal: AbortSignal; readonly onOutput: (text: string) => void },
  ): Promise<string> {
    await stopAll();
    deps.onStart();
    const lines = problems.map(({ server, problem }) => `${server}: ${problem}`);
    for (const server of servers) {
      try {
        const port = await startProjectServer(deps, server, options);
        running.push(port);
        const tools = await port.tools(options);
        deps.onTools(tools, port);
        lines.push(`${server.name} runs, with the tools ${tools.map(({ name }) => name).join(', ') || '(none)'}`);
      } catch (error) {
        options.signal.throwIfAborted();
        const { message, hint } = toAppError(error);
        lines.push(`${server.name} does not run: ${message}${hint === undefined ? '' : ` ${hint}`}`);
      }
    }
    return lines.join('\n');
  }

  return {
    async startTool() {
      const found = await readFile();
      if (!found || found.digest === started) return undefined;
      return defineTool({
        name: 'start_project_servers',
        group: 'project-mcp',
        description: `Starts the MCP servers that ${serversFileName} of the project names; their tools can be used then.`,
        args: z.object({}),
        timeoutMs: 15 * 60_000,
        async plan() {
          const file = await readFile();
          if (!file) throw new AppError('request.not_found', `There is no file ${serversFileName}.`);
          const understood = await understand(file.text);
          return {
            assessment: assess('R5', 'unknown-program', 'network', 'host-path'),
            alwaysAsk: true,
            targets: [serversFileName],
            words: understood.servers.map(({ image }) => image),
            title: title('mcp.start', { path: serversFileName }),
            preview: previewOf(understood, folder.root),
            async run(options) {
              const now = await readFile();
              if (now?.digest !== file.digest) {
                throw new AppError('request.invalid', `${serversFileName} was changed meanwhile; nothing was started.`);
              }
              const text = await startAll(understood, options);
              started = file.digest;
              return untrusted(text);
            },
          };
        },
      });
    },
    close: stopAll,
  };
}

function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function previewOf({ servers, problems }: ServersFile, root: string): string {
  return [
    ...servers.map((server) => shellLine({ argv: argvOf(server) })),
    ...servers.flatMap(({ name, passed }) => (passed.length > 0 ? [`# ${name} gets: ${passed.join(', ')}`] : [])),
    ...servers.flatMap(({ name, binds }) =>
      binds.filter((bind) => isOutside(bind, root)).map((bind) => `# ${name} reaches outside of the project: ${bind}`),
    ),
    ...problems.map(({ server, problem }) => `# ${server}: ${problem}`),
  ].join('\n');
}

const base = ['docker', 'run', '--rm', '-i', '--init', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

/** Values that came from the person's environment are not shown: they are secrets as a rule. */
function argvOf(server: ProjectServer): readonly string[] {
  const { image, shown, entrypoint, env, binds, workingDir, user, hasNetwork, extraHosts } = server;
  const [program, ...before] = entrypoint ?? [];
  return [
    ...base,
    ...(hasNetwork ? [] : ['--network', 'none']),
    ...(user === undefined ? [] : ['--user', user]),
    ...(workingDir === undefined ? [] : ['--workdir', workingDir]),
    ...env.flatMap(([name]) => ['-e', name]),
    ...binds.flatMap((bind) => ['-v', bind]),
    ...extraHosts.flatMap((host) => ['--add-host', host]),
    ...(program === undefined ? [] : ['--entrypoint', program]),
    image,
    ...before,
    ...shown,
  ];
}

async function dotenv(folder: WorkingFolder): Promise<ReadonlyMap<string, string>> {
  const place = await folder.locate('.env').catch(() => undefined);
  const content = place && (await readContent(folder, place, { maxBytes }).catch(() => undefined));
  const pairs = (content?.bytes.toString('utf8') ?? '').split('\n').flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match?.[1]) return [];
    return [[match[1], (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')] as const];
  });
  return new Map(pairs);
}
