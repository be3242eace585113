import { describe, expect, it } from 'vitest';
import { candidatePaths, clientEnvironment, projectPath, type Machine } from './paths.ts';
import { clientIds, clients, type ClientId, type ClientSpec } from './table.ts';

const linux: Machine = { platform: 'linux', env: {}, home: '/home/me' };
const mac: Machine = { platform: 'darwin', env: {}, home: '/Users/me' };
const windows: Machine = {
  platform: 'win32',
  env: {
    APPDATA: 'C:\\Users\\me\\AppData\\Roaming',
    LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local',
    ProgramFiles: 'C:\\Program Files',
  },
  home: 'C:\\Users\\me',
};

const paths = (id: ClientId, machine: Machine): readonly string[] => candidatePaths(clients[id].global, machine);

describe('where a client has its file', () => {
  const roaming = 'C:\\Users\\me\\AppData\\Roaming';
  const support = '/Users/me/Library/Application Support';
  const roo = 'globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json';
  const cline = 'globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json';
  const backslashed = (path: string): string => path.replaceAll('/', '\\');
  const table: Readonly<Record<ClientId, readonly [string, string, string]>> = {
    'claude-code': ['/home/me/.claude.json', '/Users/me/.claude.json', 'C:\\Users\\me\\.claude.json'],
    'claude-desktop': [
      '/home/me/.config/claude/claude_desktop_config.json',
      `${support}/Claude/claude_desktop_config.json`,
      `${roaming}\\Claude\\claude_desktop_config.json`,
    ],
    cline: [
      `/home/me/.config/Code/User/${cline}`,
      `${support}/Code/User/${cline}`,
      `${roaming}\\Code\\User\\${backslashed(cline)}`,
    ],
    codex: ['/home/me/.codex/config.toml', '/Users/me/.codex/config.toml', 'C:\\Users\\me\\.codex\\config.toml'],
    continue: [
      '/home/me/.continue/config.yaml',
      '/Users/me/.continue/config.yaml',
      'C:\\Users\\me\\.continue\\config.yaml',
    ],
    'copilot-cli': [
      '/home/me/.copilot/mcp-config.json',
      '/Users/me/.copilot/mcp-config.json',
      'C:\\Users\\me\\.copilot\\mcp-config.json',
    ],
    crush: [
      '/home/me/.config/crush/crush.json',
      '/Users/me/.config/crush/crush.json',
      'C:\\Users\\me\\AppData\\Local\\crush\\crush.json',
    ],
    cursor: ['/home/me/.cursor/mcp.json', '/Users/me/.cursor/mcp.json', 'C:\\Users\\me\\.cursor\\mcp.json'],
    gemini: [
      '/home/me/.gemini/settings.json',
      '/Users/me/.gemini/settings.json',
      'C:\\Users\\me\\.gemini\\settings.json',
    ],
    goose: [
      '/home/me/.config/goose/config.yaml',
      '/Users/me/.config/goose/config.yaml',
      `${roaming}\\Block\\goose\\config\\config.yaml`,
    ],
    gordon: [
      '/home/me/.docker/mcp/profiles.json',
      '/Users/me/.docker/mcp/profiles.json',
      'C:\\Users\\me\\.docker\\mcp\\profiles.json',
    ],
    kiro: [
      '/home/me/.kiro/settings/mcp.json',
      '/Users/me/.kiro/settings/mcp.json',
      'C:\\Users\\me\\.kiro\\settings\\mcp.json',
    ],
    lmstudio: [
      '/home/me/.cache/lm-studio/mcp.json',
      '/Users/me/.cache/lm-studio/mcp.json',
      'C:\\Users\\me\\.cache\\lm-studio\\mcp.json',
    ],
    opencode: [
      '/home/me/.config/opencode/opencode.json',
      '/Users/me/.config/opencode/opencode.json',
      'C:\\Users\\me\\.config\\opencode\\opencode.json',
    ],
    qwen: ['/home/me/.qwen/settings.json', '/Users/me/.qwen/settings.json', 'C:\\Users\\me\\.qwen\\settings.json'],
    roo: [
      `/home/me/.config/Code/User/${roo}`,
      `${support}/Code/User/${roo}`,
      `${roaming}\\Code\\User\\${backslashed(roo)}`,
    ],
    sema4: [
      '/home/me/.sema4ai/sema4ai-studio/mcp_servers.json',
      '/Users/me/.sema4ai/sema4ai-studio/mcp_servers.json',
      'C:\\Users\\me\\AppData\\Local\\sema4ai\\sema4ai-studio\\mcp_servers.json',
    ],
    vscode: [
      '/home/me/.config/Code/User/mcp.json',
      `${support}/Code/User/mcp.json`,
      `${roaming}\\Code\\User\\mcp.json`,
    ],
    windsurf: [
      '/home/me/.codeium/windsurf/mcp_config.json',
      '/Users/me/.codeium/windsurf/mcp_config.json',
      'C:\\Users\\me\\.codeium\\windsurf\\mcp_config.json',
    ],
    zed: [
      '/home/me/.config/zed/settings.json',
      '/Users/me/.config/zed/settings.json',
      `${roaming}\\Zed\\settings.json`,
    ],
  };

  it.each(clientIds)('%s', (id) => {
    expect([linux, mac, windows].map((machine) => paths(id, machine)[0])).toEqual(table[id]);
  });

  it('is named by a variable before all others, when that is an absolute path', () => {
    const at = (env: Machine['env']): readonly string[] => paths('claude-code', { ...linux, env });
    expect(at({ CLAUDE_CONFIG_DIR: '/c' })).toEqual(['/c/.claude.json', '/home/me/.claude.json']);
    expect(at({ CLAUDE_CONFIG_DIR: 'c' })).toEqual(['/home/me/.claude.json']);
    expect(at({ CLAUDE_CONFIG_DIR: '' })).toEqual(['/home/me/.claude.json']);
    const xdg = { ...linux, env: { XDG_CONFIG_HOME: '/x' } };
    expect(paths('vscode', xdg)).toEqual(['/x/Code/User/mcp.json', '/home/me/.config/Code/User/mcp.json']);
  });

  it('is not known on a Windows that does not name its folders', () => {
    expect(paths('claude-desktop', { ...windows, env: {} })).toEqual([]);
  });
});

describe('the file of a project', () => {
  it.each([
    ['claude-code', '.mcp.json'],
    ['crush', '.crush.json'],
    ['cursor', '.cursor/mcp.json'],
    ['gemini', '.gemini/settings.json'],
    ['kiro', '.kiro/settings/mcp.json'],
    ['opencode', 'opencode.json'],
    ['qwen', '.qwen/settings.json'],
    ['roo', '.roo/mcp.json'],
    ['vscode', '.vscode/mcp.json'],
  ] as const)('of %s is %s', (id, file) => {
    expect(clients[id].project.file).toBe(file);
    expect(projectPath(file, 'C:\\p', 'win32')).toBe(`C:\\p\\${file.replaceAll('/', '\\')}`);
  });

  it('is one that no other client has', () => {
    const specs: readonly ClientSpec[] = clientIds.map((id) => clients[id]);
    expect(specs.filter(({ project }) => project).length).toBe(9);
  });
});

it('the environment of a server is spelled out on Windows alone', () => {
  expect(clientEnvironment(windows)).toEqual({
    LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local',
    ProgramFiles: 'C:\\Program Files',
  });
  expect(clientEnvironment({ ...linux, env: { LOCALAPPDATA: '/x' } })).toEqual({});
});
