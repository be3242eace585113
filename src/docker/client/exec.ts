import { z } from 'zod';
import { AppError } from '#core';
import type { Exec, ExecOptions } from '../types.ts';
import { openAttachment } from './attach.ts';
import { askJson, cancelOf, segment, tell } from './call.ts';
import type { ContainersDeps } from './containers.ts';
import { createdAnswer } from './schemas.ts';

const execAnswer = z.looseObject({ Running: z.boolean(), ExitCode: z.number().nullish() });

/** Starts a program in a container that runs. @throws AppError `docker.*` */
export async function startExec(deps: ContainersDeps, container: string, options: ExecOptions): Promise<Exec> {
  const { sendRequest, open } = deps;
  const { command, environment = [], user, terminal } = options;
  const id = await askJson(
    sendRequest,
    {
      method: 'POST',
      path: `/containers/${segment(container)}/exec`,
      json: {
        AttachStdin: terminal !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Tty: terminal !== undefined,
        Cmd: command,
        Env: environment,
        ...(user === undefined ? {} : { User: user }),
      },
      ...cancelOf(options),
    },
    createdAnswer,
  );
  const { connection, apiPrefix } = await open(cancelOf(options));
  const isTerminal = terminal !== undefined;
  const streams = await openAttachment(connection, {
    path: `${apiPrefix}/exec/${id}/start`,
    json: { Detach: false, Tty: isTerminal },
    tty: isTerminal,
    ...cancelOf(options),
  });
  const resize: Exec['resize'] = ({ columns, rows }, cancel = {}) =>
    tell(sendRequest, {
      method: 'POST',
      path: `/exec/${id}/resize`,
      query: { w: columns, h: rows },
      ...cancelOf(cancel),
    });
  const state: Exec['state'] = async (cancel = {}) => {
    const { Running, ExitCode } = await askJson(
      sendRequest,
      { method: 'GET', path: `/exec/${id}/json`, ...cancelOf(cancel) },
      execAnswer,
    );
    return { running: Running, exitCode: ExitCode ?? undefined };
  };
  if (terminal) {
    // A program that is over by now has no terminal whose size could be set.
    await resize(terminal, cancelOf(options)).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
  }
  return { ...streams, resize, state };
}
