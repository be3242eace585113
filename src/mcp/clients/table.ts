import type { JsonObject } from '../types.ts';
import { stdioEntry, typedStdioEntry, type Connection } from './entries.ts';
import type { ConfigFormat } from './formats/config-text.ts';
import { jsonFormat } from './formats/json.ts';
import { tomlFormat } from './formats/toml.ts';
import { yamlFormat } from './formats/yaml.ts';
import { everywhere, type ClientPlatform, type PathTable } from './paths.ts';

type Stdio = Extract<Connection, { kind: 'stdio' }>;
type Http = Extract<Connection, { kind: 'http' }>;

export interface ClientSpec {
  readonly title: string;
  readonly homepage: string;
  readonly format: ConfigFormat;
  /** The name of our entry in its file. */
  readonly entry: string;
  readonly global: PathTable;
  /** Below the root of a project, as far as the client has such a file. */
  readonly project?: { readonly file: string; readonly stdio?: (connection: Stdio) => JsonObject };
  readonly stdio: (connection: Stdio, platform: ClientPlatform, profile: string | undefined) => JsonObject;
  /** For clients that know streamable HTTP. */
  readonly http?: (connection: Http) => JsonObject;
  /** How its file refers to a variable of the environment. */
  readonly variable?: (name: string) => string;
}

const mcpServers = jsonFormat('mcpServers');
const entry = 'MCP_DOCKER';
const shell = (name: string): string => `\${${name}}`;
const editor = (name: string): string => `\${env:${name}}`;

/** `{ url, headers }`, with the token as the client refers to variables. */
function remote(
  variable: ((name: string) => string) | undefined,
  { key = 'url', type }: { key?: string; type?: string } = {},
): (connection: Http) => JsonObject {
  return ({ url, tokenEnv }) => ({
    ...(type === undefined ? {} : { type }),
    [key]: url,
    ...(tokenEnv === undefined || !variable ? {} : { headers: { Authorization: `Bearer ${variable(tokenEnv)}` } }),
  });
}

/** A file of VS Code or of an editor made of it. */
function editorFiles(editors: readonly string[], file: string): PathTable {
  return {
    linux: editors.flatMap((one) => [`$XDG_CONFIG_HOME/${one}/User/${file}`, `.config/${one}/User/${file}`]),
    darwin: editors.map((one) => `Library/Application Support/${one}/User/${file}`),
    win32: editors.map((one) => `$APPDATA/${one}/User/${file}`),
  };
}

function configFiles(...files: readonly string[]): readonly string[] {
  return files.flatMap((file) => [`$XDG_CONFIG_HOME/${file}`, `.config/${file}`]);
}

/** The clients of `docker mcp` (contract mcp-toolkit §4), and some more. */
export const clients = {
  'claude-code': {
    title: 'Claude Code',
    homepage: 'https://code.claude.com',
    format: mcpServers,
    entry,
    global: everywhere('$CLAUDE_CONFIG_DIR/.claude.json', '.claude.json'),
    project: { file: '.mcp.json', stdio: typedStdioEntry },
    stdio: stdioEntry,
    http: remote(shell, { type: 'http' }),
    variable: shell,
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    homepage: 'https://claude.ai/download',
    format: mcpServers,
    entry,
    global: {
      linux: ['.config/claude/claude_desktop_config.json'],
      darwin: ['Library/Application Support/Claude/claude_desktop_config.json'],
      win32: ['$APPDATA/Claude/claude_desktop_config.json'],
    },
    stdio: stdioEntry,
  },
  cline: {
    title: 'Cline',
    homepage: 'https://cline.bot',
    format: mcpServers,
    entry,
    global: editorFiles(['Code', 'Cursor'], 'globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'),
    stdio: stdioEntry,
    http: remote(undefined, { type: 'streamableHttp' }),
  },
  codex: {
    title: 'Codex',
    homepage: 'https://developers.openai.com/codex',
    format: tomlFormat('mcp_servers'),
    entry,
    global: everywhere('$CODEX_HOME/config.toml', '.codex/config.toml'),
    stdio: (connection, platform) => {
      const { command, ...others } = stdioEntry(connection);
      return { command: platform === 'win32' && command === 'docker' ? 'docker.exe' : (command ?? ''), ...others };
    },
    http: ({ url, tokenEnv }) => ({ url, ...(tokenEnv === undefined ? {} : { bearer_token_env_var: tokenEnv }) }),
    variable: (name) => name,
  },
  continue: {
    title: 'Continue',
    homepage: 'https://continue.dev',
    format: yamlFormat({
      container: 'mcpServers',
      kind: 'list',
      preamble: { name: 'Local Assistant', version: '1.0.0', schema: 'v1' },
    }),
    entry,
    global: everywhere('.continue/config.yaml'),
    stdio: stdioEntry,
    http: remote(undefined, { type: 'streamable-http' }),
  },
  crush: {
    title: 'Crush',
    homepage: 'https://github.com/charmbracelet/crush',
    format: jsonFormat('mcp'),
    entry,
    global: {
      linux: configFiles('crush/crush.json'),
      darwin: configFiles('crush/crush.json'),
      win32: ['$LOCALAPPDATA/crush/crush.json'],
    },
    project: { file: '.crush.json' },
    stdio: typedStdioEntry,
    http: remote((name) => `$${name}`, { type: 'http' }),
    variable: (name) => `$${name}`,
  },
  cursor: {
    title: 'Cursor',
    homepage: 'https://cursor.com',
    format: mcpServers,
    entry,
    global: everywhere('.cursor/mcp.json'),
    project: { file: '.cursor/mcp.json' },
    stdio: stdioEntry,
    http: remote(editor),
    variable: editor,
  },
  gemini: {
    title: 'Gemini CLI',
    homepage: 'https://github.com/google-gemini/gemini-cli',
    format: mcpServers,
    entry,
    global: everywhere('.gemini/settings.json'),
    project: { file: '.gemini/settings.json' },
    stdio: stdioEntry,
    http: remote(shell, { key: 'httpUrl' }),
    variable: shell,
  },
  goose: {
    title: 'Goose',
    homepage: 'https://block.github.io/goose',
    format: yamlFormat({ container: 'extensions', kind: 'map' }),
    entry: 'mcpdocker',
    global: {
      linux: configFiles('goose/config.yaml'),
      darwin: configFiles('goose/config.yaml'),
      win32: ['$APPDATA/Block/goose/config/config.yaml'],
    },
    stdio: ({ command: { command, args }, env }) => ({
      cmd: command,
      args,
      bundled: null,
      description: 'The Docker MCP Toolkit',
      enabled: true,
      env_keys: [],
      envs: env,
      name: entry,
      timeout: 300,
      type: 'stdio',
    }),
  },
  gordon: {
    title: 'Gordon',
    homepage: 'https://docs.docker.com/ai/gordon',
    format: jsonFormat(undefined),
    entry: 'gordon',
    global: everywhere('$DOCKER_CONFIG/mcp/profiles.json', '.docker/mcp/profiles.json'),
    stdio: (_connection, _platform, profile = 'default') => ({ profile }),
  },
  kiro: {
    title: 'Kiro',
    homepage: 'https://kiro.dev',
    format: mcpServers,
    entry,
    global: everywhere('.kiro/settings/mcp.json'),
    project: { file: '.kiro/settings/mcp.json', stdio: typedStdioEntry },
    stdio: stdioEntry,
    http: remote(shell),
    variable: shell,
  },
  lmstudio: {
    title: 'LM Studio',
    homepage: 'https://lmstudio.ai',
    format: mcpServers,
    entry,
    global: everywhere('.cache/lm-studio/mcp.json', '.lmstudio/mcp.json'),
    stdio: stdioEntry,
    http: remote(undefined),
  },
  opencode: {
    title: 'OpenCode',
    homepage: 'https://opencode.ai',
    format: jsonFormat('mcp'),
    entry,
    global: everywhere(...configFiles('opencode/opencode.json', 'opencode/opencode.jsonc')),
    project: { file: 'opencode.json' },
    stdio: ({ command: { command, args }, env }) => ({
      type: 'local',
      command: [command, ...args],
      enabled: true,
      ...(Object.keys(env).length > 0 ? { environment: env } : {}),
    }),
    http: (connection) => ({ ...remote((name) => `{env:${name}}`, { type: 'remote' })(connection), enabled: true }),
    variable: (name) => `{env:${name}}`,
  },
  sema4: {
    title: 'Sema4.ai Studio',
    homepage: 'https://sema4.ai',
    format: mcpServers,
    entry,
    global: {
      linux: ['.sema4ai/sema4ai-studio/mcp_servers.json'],
      darwin: ['.sema4ai/sema4ai-studio/mcp_servers.json'],
      win32: ['AppData/Local/sema4ai/sema4ai-studio/mcp_servers.json'],
    },
    stdio: (connection) => ({ transport: 'stdio', ...stdioEntry(connection) }),
  },
  vscode: {
    title: 'Visual Studio Code',
    homepage: 'https://code.visualstudio.com',
    format: jsonFormat('servers'),
    entry,
    global: editorFiles(['Code'], 'mcp.json'),
    project: { file: '.vscode/mcp.json' },
    stdio: typedStdioEntry,
    http: remote(editor, { type: 'http' }),
    variable: editor,
  },
  zed: {
    title: 'Zed',
    homepage: 'https://zed.dev',
    format: jsonFormat('context_servers'),
    entry,
    global: {
      linux: configFiles('zed/settings.json'),
      darwin: ['.config/zed/settings.json'],
      win32: ['$APPDATA/Zed/settings.json', '.config/zed/settings.json'],
    },
    stdio: (connection) => ({ source: 'custom', enabled: true, ...stdioEntry(connection) }),
    http: remote(undefined),
  },

  // Beyond the list of Docker's toolkit.
  'copilot-cli': {
    title: 'GitHub Copilot CLI',
    homepage: 'https://github.com/github/copilot-cli',
    format: mcpServers,
    entry,
    global: everywhere('.copilot/mcp-config.json'),
    stdio: (connection) => ({ type: 'local', ...stdioEntry(connection), tools: ['*'] }),
    http: (connection) => ({ ...remote(undefined, { type: 'http' })(connection), tools: ['*'] }),
  },
  qwen: {
    title: 'Qwen Code',
    homepage: 'https://qwenlm.github.io/qwen-code-docs',
    format: mcpServers,
    entry,
    global: everywhere('.qwen/settings.json'),
    project: { file: '.qwen/settings.json' },
    stdio: stdioEntry,
    http: remote(shell, { key: 'httpUrl' }),
    variable: shell,
  },
  roo: {
    title: 'Roo Code',
    homepage: 'https://roocode.com',
    format: mcpServers,
    entry,
    global: editorFiles(['Code', 'Cursor'], 'globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json'),
    project: { file: '.roo/mcp.json' },
    stdio: stdioEntry,
    http: remote(editor, { type: 'streamable-http' }),
    variable: editor,
  },
  windsurf: {
    title: 'Windsurf',
    homepage: 'https://windsurf.com',
    format: mcpServers,
    entry,
    global: everywhere('.codeium/windsurf/mcp_config.json'),
    stdio: stdioEntry,
    http: remote(editor, { key: 'serverUrl' }),
    variable: editor,
  },
} as const satisfies Record<string, ClientSpec>;

export type ClientId = keyof typeof clients;

export const clientIds = Object.keys(clients).toSorted() as readonly ClientId[];

export function isClientId(name: string): name is ClientId {
  return Object.hasOwn(clients, name);
}
