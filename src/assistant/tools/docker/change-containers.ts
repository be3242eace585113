import { z } from 'zod';
import { cleanLog } from './clean-log.ts';
import { assess, defineTool, ownWords, untrusted, type GroupedTool } from '../define-tool.ts';
import type { TitleKey } from '../titles.ts';
import { objectName } from './ask-engine.ts';
import type { DockerToolDeps } from './list-containers.ts';

const mostLogBytes = 256 * 1024;

export function containerLogs({ docker, clock, title }: DockerToolDeps): GroupedTool {
  return defineTool({
    name: 'container_logs',
    group: 'containers',
    description: 'Reads the last lines that a container wrote.',
    args: z.object({
      name: objectName,
      tail: z.int().min(1).max(2000).optional().describe('Lines; 200 when left out'),
      since_minutes: z.number().positive().max(525_600).optional(),
    }),
    readsOnly: true,
    plan: ({ name, tail = 200, since_minutes: since }) => ({
      assessment: assess('R1'),
      targets: [name],
      title: title('containers.logs', { name }),
      preview: `docker logs --tail ${tail}${since === undefined ? '' : ` --since ${since}m`} ${name}`,
      async run({ signal }) {
        const sinceSeconds = since === undefined ? undefined : Math.floor(clock.now() / 1000 - since * 60);
        const kept: Buffer[] = [];
        let bytes = 0;
        for await (const chunk of docker.containers.logs(name, { tail, sinceSeconds, signal })) {
          kept.push(chunk.bytes);
          bytes += chunk.bytes.length;
          // The end of a log says most.
          while (bytes > mostLogBytes && kept.length > 1) bytes -= kept.shift()?.length ?? 0;
        }
        const log = cleanLog(Buffer.concat(kept).subarray(-mostLogBytes).toString('utf8'));
        return untrusted(log === '' ? '(It wrote nothing.)' : log);
      },
    }),
  });
}

interface Change {
  readonly name: string;
  readonly description: string;
  readonly key: TitleKey;
  readonly command: string;
  readonly done: string;
}

const changes = {
  start: {
    name: 'start_container',
    description: 'Starts a container that is stopped.',
    key: 'containers.start',
    command: 'start',
    done: 'started',
  },
  stop: {
    name: 'stop_container',
    description: 'Stops a running container.',
    key: 'containers.stop',
    command: 'stop',
    done: 'stopped',
  },
  restart: {
    name: 'restart_container',
    description: 'Stops and starts a container.',
    key: 'containers.restart',
    command: 'restart',
    done: 'restarted',
  },
} as const satisfies Record<string, Change>;

/** Start, stop, restart. */
export function containerChanges({ docker, title }: DockerToolDeps): readonly GroupedTool[] {
  const act = {
    start: (name: string, signal: AbortSignal) => docker.containers.start(name, { signal }),
    stop: (name: string, signal: AbortSignal) => docker.containers.stop(name, { signal }),
    async restart(name: string, signal: AbortSignal) {
      await docker.containers.stop(name, { signal });
      await docker.containers.start(name, { signal });
    },
  };
  return (['start', 'stop', 'restart'] as const).map((kind) => {
    const { name: tool, description, key, command, done } = changes[kind];
    return defineTool({
      name: tool,
      group: 'containers',
      description,
      args: z.object({ name: objectName }),
      plan: ({ name }) => ({
        assessment: assess('R3', 'writes'),
        targets: [name],
        title: title(key, { name }),
        preview: `docker ${command} ${name}`,
        async run({ signal }) {
          // An id or a part of one leads to the same container; what is not there fails here, with its name.
          await docker.containers.inspect(name, { signal });
          await act[kind](name, signal);
          const { state } = await docker.containers.inspect(name, { signal });
          return ownWords(`${name} was ${done}; it is ${state.status} now.`);
        },
      }),
    });
  });
}

export function removeContainer({ docker, title }: DockerToolDeps): GroupedTool {
  return defineTool({
    name: 'remove_container',
    group: 'containers',
    description: 'Ends and removes a container with its anonymous volumes. Named volumes stay.',
    args: z.object({ name: objectName }),
    plan: ({ name }) => ({
      assessment: assess('R5', 'deletes'),
      targets: [name],
      title: title('containers.remove', { name }),
      preview: `docker rm --force --volumes ${name}`,
      async run({ signal }) {
        await docker.containers.inspect(name, { signal });
        await docker.containers.remove(name, { signal });
        return ownWords(`The container ${name} was removed.`);
      },
    }),
  });
}
