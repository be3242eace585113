import { AppError, closest } from '#core';

export interface ProfileTemplate {
  readonly id: string;
  readonly title: string;
  /** Names of servers in catalogues. */
  readonly servers: readonly string[];
}

/** Docker's (contract mcp-toolkit §1.1), and one whose servers come with Gantry. */
export const profileTemplates: readonly ProfileTemplate[] = [
  { id: 'basics', title: 'Basics', servers: ['memory', 'sequentialthinking', 'filesystem'] },
  { id: 'ai-coding', title: 'AI Coding', servers: ['context7', 'sequentialthinking'] },
  { id: 'dev-workflow', title: 'Dev Workflow', servers: ['github-official', 'atlassian-remote'] },
  { id: 'terminal-control', title: 'Terminal Control', servers: ['desktop-commander', 'filesystem'] },
];

/** Where the servers of Docker's templates are. */
export const templateCatalog = 'mcp/docker-mcp-catalog';

/** @throws AppError `request.not_found` */
export function templateOf(id: string): ProfileTemplate {
  const found = profileTemplates.find((one) => one.id === id);
  if (found) return found;
  const ids = profileTemplates.map((one) => one.id);
  const near = closest(id, ids);
  throw new AppError('request.not_found', `There is no template ${id}.`, {
    hint: near === undefined ? `There are: ${ids.join(', ')}` : `Did you mean ${near}?`,
    params: { reason: 'no_template', template: id, known: ids.join(', ') },
  });
}
