import { randomBytes } from 'node:crypto';
import { AppError, toAppError, type Clock } from '#core';
import type { Docker } from '#docker';
import { createMessageDecoder, type RpcMessage } from '#mcp';
import { cleanLog } from '../docker/clean-log.ts';
import type { McpPort } from '../types.ts';
import { openMcpSession, type McpPipe } from './mcp-session.ts';
import type { ProjectServer } from './servers-file.ts';

export interface StartServerDeps {
  readonly docker: Docker;
  readonly clock: Clock;
}

const maxMessageBytes = 16 * 1024 * 1024;
const memoryBytes = 2 * 2 ** 30;
const pids = 512;
const graceSeconds = 3;
const removalMs = 15_000;
const mostErrorText = 4000;

/** Starts a server of the project in a container that ends with the session. @throws AppError `docker.*`, `mcp.*` */
export async function startProjectServer(
  deps: StartServerDeps,
  server: ProjectServer,
  { signal, onOutput }: { readonly signal: AbortSignal; readonly onOutput: (text: string) => void },
): Promise<McpPort> {
  await ensureImage(deps.docker, server.image, { signal, onOutput });
  const pipe = await openContainer(deps.docker, server, signal);
  return await openMcpSession(pipe, { clock: deps.clock, server: server.name, signal });
}

async function ensureImage(
  docker: Docker,
  image: string,
  { signal, onOutput }: { readonly signal: AbortSignal; readonly onOutput: (text: string) => void },
): Promise<void> {
  try {
    await docker.images.inspect(image, { signal });
    return;
  } catch (error) {
    if (toAppError(error).code !== 'docker.not_found') throw error;
  }
  onOutput(`Pulling ${image}\n`);
  for await (const event of docker.images.pull(image, { signal })) {
    if (event.totalBytes === undefined) onOutput(`${event.status}\n`);
  }
}

async function openContainer(docker: Docker, server: ProjectServer, signal: AbortSignal): Promise<McpPipe> {
  const { name, image, command, entrypoint, env, binds, workingDir, user, hasNetwork, extraHosts } = server;
  const id = await docker.containers.create(
    {
      Image: image,
      ...(command && { Cmd: command }),
      ...(entrypoint && { Entrypoint: entrypoint }),
      Env: env.map(([key, value]) => `${key}=${value}`),
      ...(workingDir !== undefined && { WorkingDir: workingDir }),
      ...(user !== undefined && { User: user }),
      Labels: { 'gantry.assistant.server': name },
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        AutoRemove: true,
        Init: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Memory: memoryBytes,
        MemorySwap: memoryBytes,
        PidsLimit: pids,
        Binds: binds,
        NetworkMode: hasNetwork ? 'bridge' : 'none',
        ExtraHosts: extraHosts,
        LogConfig: { Type: 'none' },
      },
    },
    { name: `gantry-assistant-${randomBytes(6).toString('hex')}`, signal },
  );
  try {
    const attachment = await docker.containers.attach(id, { stdin: true });
    await docker.containers.start(id, { signal });
    return containerPipe({ docker, id, name, attachment });
  } catch (error) {
    await docker.containers.remove(id);
    throw error;
  }
}

interface Attached {
  readonly docker: Docker;
  readonly id: string;
  readonly name: string;
  readonly attachment: Awaited<ReturnType<Docker['containers']['attach']>>;
}

function containerPipe({ docker, id, name, attachment }: Attached): McpPipe {
  let errors = '';
  const failed = (detail: string): AppError => {
    const said = cleanLog(errors).slice(-500);
    const reason = said === '' ? detail : `${detail}: ${said}`;
    return new AppError('mcp.server_failed', `The MCP server ${name} ended: ${reason}.`, {
      params: { server: name, reason },
    });
  };
  async function read(message: (message: RpcMessage) => void): Promise<AppError> {
    const decoder = createMessageDecoder({
      maxBytes: maxMessageBytes,
      message,
      stray: (line) => {
        errors = `${errors}${line}\n`.slice(-mostErrorText);
      },
      tooLarge: () => undefined,
    });
    try {
      for await (const { stream, bytes } of attachment.output) {
        if (stream === 'stdout') decoder.push(bytes);
        else errors = (errors + bytes.toString('utf8')).slice(-mostErrorText);
      }
      return failed('it closed its output');
    } catch (error) {
      return failed(toAppError(error).message);
    }
  }
  let reading: Promise<void> | undefined;
  return {
    send(message) {
      attachment.input.write(`${JSON.stringify(message)}\n`);
    },
    listen({ message, closed }) {
      reading = read(message).then(closed);
    },
    async close() {
      attachment.input.end();
      attachment.close();
      await reading;
      // The Engine removes it as it ends; who closes wants to be sure that nothing is left. One that ended by itself is gone.
      const signal = AbortSignal.timeout(removalMs);
      const gone = docker.containers.wait(id, { condition: 'removed', signal }).catch(() => undefined);
      await docker.containers.stop(id, { graceSeconds }).catch(() => undefined);
      await docker.containers.remove(id);
      await gone;
    },
  };
}
