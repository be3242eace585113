import { dockerfile, ignoredByDocker, ignoredByGit, packageJson, tsconfig } from './project-files.ts';
import { catalogYaml, composeYaml, readme } from './running-files.ts';
import { basicServer, pageServer, uiPage } from './server-code.ts';

/** What a new server is made from: `basic` has a tool, `chatgpt-app-basic` a tool and the page that shows what it gave. */
export const serverTemplates = ['basic', 'chatgpt-app-basic'] as const;
export type ServerTemplate = (typeof serverTemplates)[number];

export interface NewServer {
  readonly name: string;
  readonly template: ServerTemplate;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

const longestName = 60;

/** The beginnings of a server, in TypeScript on the official SDK: what it does, how it is built, and how a catalogue describes it. */
export function serverFiles({ name, template }: NewServer): readonly NewFile[] {
  const hasPage = template === 'chatgpt-app-basic';
  return [
    { path: 'server.ts', text: hasPage ? pageServer(name) : basicServer(name) },
    ...(hasPage ? [{ path: 'ui.html', text: uiPage }] : []),
    { path: 'package.json', text: packageJson(name) },
    { path: 'tsconfig.json', text: tsconfig },
    ...(hasPage
      ? [{ path: 'html.d.ts', text: "declare module '*.html' {\n  const text: string;\n  export default text;\n}\n" }]
      : []),
    { path: 'Dockerfile', text: dockerfile(name) },
    { path: '.dockerignore', text: ignoredByDocker },
    { path: '.gitignore', text: ignoredByGit },
    { path: 'compose.yaml', text: composeYaml(name) },
    { path: 'catalog.yaml', text: catalogYaml(name) },
    { path: 'README.md', text: readme(name) },
  ];
}

/** A name that catalogues, images and packages accept, from the name of a folder; undefined when nothing is left of it. */
export function serverNameFrom(folder: string): string | undefined {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, longestName)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}
