/** A Docker CLI plugin that this program can be. */
export interface Plugin {
  /** The file in the plugin folder; Docker finds its command by it. */
  readonly file: `docker-${string}`;
  /** The command of docker that runs it: `docker model`. */
  readonly word: string;
  /** What help calls the program; with the command's own words behind it, it reads as the user typed it. */
  readonly name: string;
  /** Our command that everything after the word belongs to, where that is not the whole program. */
  readonly prefix: readonly string[];
  readonly description: string;
}

export const plugins: readonly Plugin[] = [
  { file: 'docker-model', word: 'model', name: 'docker model', prefix: [], description: 'Gantry Model Runner' },
  { file: 'docker-ai', word: 'ai', name: 'docker', prefix: ['ai'], description: 'Gantry Assistant' },
  { file: 'docker-mcp', word: 'mcp', name: 'docker', prefix: ['mcp'], description: 'Gantry MCP Toolkit' },
  {
    file: 'docker-desktop',
    word: 'desktop',
    name: 'docker',
    prefix: ['desktop'],
    description: 'Model Runner switches, as Docker Desktop has them',
  },
];

export function pluginOf(file: string): Plugin | undefined {
  return plugins.find((plugin) => plugin.file === file);
}

/**
 * What Docker asks for as `docker-cli-plugin-metadata` (contract model-runner §1.1). Compose passes runtime flags only to
 * version 1.0.6 and later, so our own version is told with its first number two higher: 0.3.1 is 2.3.1.
 */
export function pluginMetadata({ description }: Plugin, version: string): string {
  const [major = '0', ...rest] = version.split('.');
  const told = {
    SchemaVersion: '0.1.0',
    Vendor: 'Gantry',
    Version: [Number(major) + 2, ...rest].join('.'),
    ShortDescription: description,
  };
  return `${JSON.stringify(told, undefined, 5)}\n`;
}
