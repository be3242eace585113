import { AppError } from '#core';
import { ConfigTextError } from './formats/config-text.ts';
import { clientIds } from './table.ts';

/** Why a client's file is left as it is. */
export type ConfigReason =
  | 'folder'
  | 'special'
  | 'dangling'
  | 'too_large'
  | 'no_access'
  | 'encoding'
  | 'changed'
  | 'edited_since'
  | 'syntax'
  | 'shape'
  | 'unsafe';

export function configError(
  file: string,
  { reason, because, line = 0, column = 0 }: { reason: ConfigReason; because: string; line?: number; column?: number },
  cause?: unknown,
): AppError {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return new AppError('mcp.client_invalid', `${place} is left as it is: ${because}.`, {
    hint: reason === 'changed' ? 'Try again.' : 'Nothing was changed. Put the file right, or edit it by hand.',
    params: { file, place, reason, because },
    cause,
  });
}

/** Names the file in what a format says of its text. */
export function withFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error;
    const { reason, line, column } = error;
    throw configError(file, { reason, because: error.message, line, column }, error);
  }
}

export function unknownClient(client: string): AppError {
  const known = clientIds.join(', ');
  return new AppError('mcp.client_not_found', `There is no client "${client}".`, {
    hint: `Known are: ${known}. For others: gantry mcp client manual-instructions`,
    params: { client, known },
  });
}

export function globalOnly(client: string): AppError {
  return new AppError('mcp.client_invalid', `${client} has no configuration for a project.`, {
    hint: 'Run the command again with --global.',
    params: { client, reason: 'global_only' },
  });
}

export function noHttp(client: string): AppError {
  return new AppError('mcp.client_invalid', `${client} cannot reach the gateway by a URL.`, {
    hint: 'Leave out --transport, so that it starts the gateway by itself.',
    params: { client, reason: 'no_http' },
  });
}

export function noTokenVariable(client: string): AppError {
  return new AppError('mcp.client_invalid', `${client} cannot take a token from its environment.`, {
    hint: 'Tokens are not written into files. Leave out --transport, so that it starts the gateway by itself.',
    params: { client, reason: 'no_token' },
  });
}

export function noProject(folder: string): AppError {
  return new AppError('mcp.client_invalid', `${folder} is in no project: neither it nor a folder above has .git.`, {
    hint: 'Go into a project, or run the command again with --global.',
    params: { folder, reason: 'no_project' },
  });
}

export function nothingToUndo(client: string, file: string): AppError {
  return new AppError('mcp.client_invalid', `Nothing was changed for ${client} in ${file} that could be undone.`, {
    params: { client, file, reason: 'nothing_to_undo' },
  });
}
