import { z } from 'zod';
import { shellLine } from '#diagnosis';
import { assess, defineTool, oneLine, ownWords, table, untrusted, type GroupedTool } from '../define-tool.ts';
import { askEngine, labels, objectName, text } from './ask-engine.ts';
import { labelsText, type DockerToolDeps } from './list-containers.ts';

const volume = z.looseObject({ Name: z.string(), Driver: text, Mountpoint: text, CreatedAt: text, Labels: labels });
const volumeList = z.looseObject({ Volumes: z.array(volume).nullish() });
const users = z.array(z.looseObject({ Names: z.array(z.string()).nullish() }));

export function volumeTools({ docker, title }: DockerToolDeps): readonly GroupedTool[] {
  return [
    defineTool({
      name: 'list_volumes',
      group: 'volumes',
      description: 'Lists volumes.',
      args: z.object({}),
      readsOnly: true,
      plan: () => ({
        assessment: assess('R0'),
        targets: [],
        title: title('volumes.list'),
        preview: 'docker volume ls',
        async run({ signal }) {
          const { Volumes } = await askEngine(docker, { method: 'GET', path: '/volumes', signal }, volumeList);
          const rows = (Volumes ?? []).map(({ Name, Driver, CreatedAt }) => [Name, Driver, CreatedAt.slice(0, 10)]);
          return untrusted(table(['NAME', 'DRIVER', 'CREATED'], rows));
        },
      }),
    }),
    defineTool({
      name: 'inspect_volume',
      group: 'volumes',
      description: 'Shows a volume and the containers that use it.',
      args: z.object({ name: objectName }),
      readsOnly: true,
      plan: ({ name }) => ({
        assessment: assess('R0'),
        targets: [name],
        title: title('volumes.inspect', { name }),
        preview: `docker volume inspect ${name}`,
        async run({ signal }) {
          const filters = JSON.stringify({ volume: [name] });
          const [one, used] = await Promise.all([
            askEngine(docker, { method: 'GET', path: `/volumes/${name}`, signal }, volume),
            askEngine(
              docker,
              { method: 'GET', path: '/containers/json', query: { all: true, filters }, signal },
              users,
            ),
          ]);
          const names = used.flatMap(({ Names }) => (Names ?? []).slice(0, 1).map((found) => found.replace(/^\//, '')));
          const lines = [
            `name: ${one.Name}`,
            `driver: ${one.Driver}`,
            `created: ${one.CreatedAt}`,
            `used by: ${names.join(' ') || 'no container'}`,
            `labels: ${labelsText(one.Labels)}`,
          ];
          return untrusted(lines.map((line) => oneLine(line, 2000)).join('\n'));
        },
      }),
    }),
    defineTool({
      name: 'create_volume',
      group: 'volumes',
      description: 'Creates a volume.',
      args: z.object({ name: objectName }),
      plan: ({ name }) => ({
        assessment: assess('R3', 'writes'),
        targets: [name],
        title: title('volumes.create', { name }),
        preview: `docker volume create ${name}`,
        async run({ signal }) {
          await docker.volumes.create(name, { signal });
          return ownWords(`The volume ${name} is there.`);
        },
      }),
    }),
    defineTool({
      name: 'remove_volume',
      group: 'volumes',
      description: 'Removes a volume and all data in it. It cannot be undone.',
      args: z.object({ name: objectName }),
      plan: ({ name }) => ({
        assessment: assess('R5', 'deletes'),
        targets: [name],
        title: title('volumes.remove', { name }),
        preview: `docker volume rm ${name}`,
        async run({ signal }) {
          await askEngine(docker, { method: 'DELETE', path: `/volumes/${name}`, signal }, z.unknown());
          return ownWords(`The volume ${name} was removed.`);
        },
      }),
    }),
  ];
}

export function networkTools({ docker, title }: DockerToolDeps): readonly GroupedTool[] {
  return [
    defineTool({
      name: 'list_networks',
      group: 'networks',
      description: 'Lists networks.',
      args: z.object({}),
      readsOnly: true,
      plan: () => ({
        assessment: assess('R0'),
        targets: [],
        title: title('networks.list'),
        preview: 'docker network ls',
        async run({ signal }) {
          const all = await docker.networks.list({ signal });
          const rows = all.map(({ name, driver, scope, subnets }) => [
            name,
            driver,
            scope,
            subnets.map(({ subnet }) => subnet).join(' '),
          ]);
          return untrusted(table(['NAME', 'DRIVER', 'SCOPE', 'SUBNETS'], rows));
        },
      }),
    }),
    defineTool({
      name: 'inspect_network',
      group: 'networks',
      description: 'Shows a network and the containers in it.',
      args: z.object({ name: objectName }),
      readsOnly: true,
      plan: ({ name }) => ({
        assessment: assess('R0'),
        targets: [name],
        title: title('networks.inspect', { name }),
        preview: `docker network inspect ${name}`,
        async run({ signal }) {
          const [one, all] = await Promise.all([
            docker.networks.inspect(name, { signal }),
            docker.containers.list({ all: true, signal }),
          ]);
          const inside = one.containers.map((id) => all.find((each) => each.id === id)?.names[0] ?? id.slice(0, 12));
          const lines = [
            `name: ${one.name}`,
            `driver: ${one.driver}`,
            `subnets: ${one.subnets.map(({ subnet, gateway }) => `${subnet} via ${gateway ?? '-'}`).join('; ')}`,
            `containers: ${inside.join(' ') || 'none'}`,
            `labels: ${labelsText(one.labels)}`,
          ];
          return untrusted(lines.map((line) => oneLine(line, 4000)).join('\n'));
        },
      }),
    }),
    defineTool({
      name: 'create_network',
      group: 'networks',
      description: 'Creates a bridge network.',
      args: z.object({ name: objectName, internal: z.boolean().optional().describe('Without a way out') }),
      plan: ({ name, internal = false }) => ({
        assessment: assess('R3', 'writes'),
        targets: [name],
        title: title('networks.create', { name }),
        preview: shellLine({ argv: ['docker', 'network', 'create', ...(internal ? ['--internal'] : []), name] }),
        async run({ signal }) {
          await docker.networks.create({ Name: name, Driver: 'bridge', Internal: internal }, { signal });
          return ownWords(`The network ${name} was created.`);
        },
      }),
    }),
    defineTool({
      name: 'remove_network',
      group: 'networks',
      description: 'Removes a network that no container uses.',
      args: z.object({ name: objectName }),
      plan: ({ name }) => ({
        assessment: assess('R5', 'deletes'),
        targets: [name],
        title: title('networks.remove', { name }),
        preview: `docker network rm ${name}`,
        async run({ signal }) {
          await askEngine(docker, { method: 'DELETE', path: `/networks/${name}`, signal }, z.unknown());
          return ownWords(`The network ${name} was removed.`);
        },
      }),
    }),
  ];
}
