import type { ProjectFiles } from './detect.ts';

export interface Generated {
  readonly dockerfile: string;
  readonly dockerignore: string;
  readonly compose: string;
}

/** What a Dockerfile is made of; each language fills it in. */
export interface Recipe {
  readonly dockerfile: readonly string[];
  /** Besides what no image needs. */
  readonly ignored: readonly string[];
  readonly port: number | undefined;
  readonly environment?: readonly string[] | undefined;
}

const alwaysIgnored = [
  '.git',
  '.gitignore',
  '.github',
  '.dockerignore',
  'Dockerfile*',
  'compose*.yaml',
  'docker-compose*.yml',
  '.env',
  '.env.*',
  '*.pem',
  '*.key',
  '*.log',
  '.DS_Store',
  '.idea',
  '.vscode',
  'README*',
  'docs',
  'coverage',
] as const;

export function assemble({ dockerfile, ignored, port, environment = [] }: Recipe): Generated {
  return {
    dockerfile: `# syntax=docker/dockerfile:1\n\n${dockerfile.join('\n')}\n`,
    dockerignore: `${[...alwaysIgnored, ...ignored].join('\n')}\n`,
    compose: composeText(port, environment),
  };
}

function composeText(port: number | undefined, environment: readonly string[]): string {
  const lines = [
    'services:',
    '  app:',
    '    build: .',
    '    init: true',
    '    restart: unless-stopped',
    '    read_only: true',
    '    tmpfs:',
    '      - /tmp',
    '    cap_drop:',
    '      - ALL',
    '    security_opt:',
    '      - no-new-privileges:true',
  ];
  if (environment.length > 0) lines.push('    environment:', ...environment.map((one) => `      ${one}`));
  if (port !== undefined) lines.push('    ports:', `      - 127.0.0.1:${port}:${port}`);
  lines.push(
    '    deploy:',
    '      resources:',
    '        limits:',
    '          memory: 512M',
    '    logging:',
    '      driver: local',
  );
  return `${lines.join('\n')}\n`;
}

export function has({ paths }: ProjectFiles, path: string): boolean {
  return paths.includes(path);
}

export function hasFolder({ paths }: ProjectFiles, folder: string): boolean {
  return paths.some((path) => path.startsWith(`${folder}/`));
}

/** The JSON of a project's file; an empty object for what cannot be read. */
export function jsonOf({ texts }: ProjectFiles, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(texts[path] ?? '{}');
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(value: unknown, key: string): string | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** One of the versions that are maintained, nearest to the one a project asks for. */
export function chooseVersion(wanted: string | undefined, offered: readonly string[], initial: string): string {
  const number = /(\d+(?:\.\d+)?)/.exec(wanted ?? '')?.[1];
  if (number === undefined) return initial;
  return (
    offered.find((one) => one === number || one.startsWith(`${number}.`) || number.startsWith(`${one}.`)) ?? initial
  );
}

export const labels = (title: string): readonly string[] => [
  `LABEL org.opencontainers.image.title="${title.replaceAll(/[^\w. -]/g, '')}"`,
];
