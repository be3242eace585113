import { z } from 'zod';
import { formatSize } from '#core';
import { shellLine } from '#diagnosis';
import { assess, defineTool, oneLine, ownWords, table, untrusted, type GroupedTool } from '../define-tool.ts';
import { askEngine, count, idOf, imageName, labels, text, texts } from './ask-engine.ts';
import { labelsText, type DockerToolDeps } from './list-containers.ts';

const imageList = z.array(z.looseObject({ Id: z.string(), RepoTags: texts, Created: count, Size: count }));
const imageFacts = z.looseObject({
  Id: z.string(),
  RepoTags: texts,
  RepoDigests: texts,
  Created: text,
  Os: text,
  Architecture: text,
  Size: count,
  Config: z
    .looseObject({
      Env: texts,
      Cmd: texts,
      Entrypoint: texts,
      User: text,
      WorkingDir: text,
      Labels: labels,
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      Healthcheck: z.looseObject({ Test: texts }).nullish(),
    })
    .nullish(),
});
const history = z.array(z.looseObject({ CreatedBy: text, Size: count, Comment: text }));

/** What is asked about images. */
export function readImages({ docker, title }: DockerToolDeps): readonly GroupedTool[] {
  return [
    defineTool({
      name: 'list_images',
      group: 'images',
      description: 'Lists images with their size.',
      args: z.object({}),
      readsOnly: true,
      plan: () => ({
        assessment: assess('R0'),
        targets: [],
        title: title('images.list'),
        preview: 'docker images',
        async run({ signal }) {
          const all = await askEngine(docker, { method: 'GET', path: '/images/json', signal }, imageList);
          const rows = all.map(({ Id, RepoTags, Created, Size }) => [
            RepoTags.join(' ') || '<none>',
            idOf(Id),
            formatSize(Size),
            new Date(Created * 1000).toISOString().slice(0, 10),
          ]);
          return untrusted(table(['IMAGE', 'ID', 'SIZE', 'CREATED'], rows));
        },
      }),
    }),
    defineTool({
      name: 'inspect_image',
      group: 'images',
      description: 'Shows how an image is configured: command, ports, volumes, labels.',
      args: z.object({ name: imageName }),
      readsOnly: true,
      plan: ({ name }) => ({
        assessment: assess('R0'),
        targets: [name],
        title: title('images.inspect', { name }),
        preview: `docker image inspect ${name}`,
        async run({ signal }) {
          const path = `/images/${encodeURIComponent(name)}/json`;
          return untrusted(imageText(await askEngine(docker, { method: 'GET', path, signal }, imageFacts)));
        },
      }),
    }),
    defineTool({
      name: 'image_history',
      group: 'images',
      description: 'Shows the steps by which an image was built, with the size of each.',
      args: z.object({ name: imageName }),
      readsOnly: true,
      plan: ({ name }) => ({
        assessment: assess('R0'),
        targets: [name],
        title: title('images.history', { name }),
        preview: `docker history --no-trunc ${name}`,
        async run({ signal }) {
          const path = `/images/${encodeURIComponent(name)}/history`;
          const steps = await askEngine(docker, { method: 'GET', path, signal }, history);
          const rows = steps.map(({ CreatedBy, Size, Comment }) => [formatSize(Size), CreatedBy || Comment]);
          return untrusted(table(['SIZE', 'CREATED BY'], rows, { maxCell: 500 }));
        },
      }),
    }),
  ];
}

function imageText({ Config, ...one }: z.output<typeof imageFacts>): string {
  const facts: readonly (readonly [string, string])[] = [
    ['names', one.RepoTags.join(' ')],
    ['id', idOf(one.Id)],
    ['digests', one.RepoDigests.join(' ')],
    ['created', one.Created],
    ['platform', `${one.Os}/${one.Architecture}`],
    ['size', formatSize(one.Size)],
    ['entrypoint', Config?.Entrypoint.join(' ') ?? ''],
    ['command', Config?.Cmd.join(' ') ?? ''],
    ['user', Config?.User ?? ''],
    ['working directory', Config?.WorkingDir ?? ''],
    ['environment (names)', Config?.Env.map((pair) => pair.split('=')[0] ?? '').join(' ') ?? ''],
    ['ports', Object.keys(Config?.ExposedPorts ?? {}).join(' ')],
    ['volumes', Object.keys(Config?.Volumes ?? {}).join(' ')],
    ['health check', Config?.Healthcheck?.Test.join(' ') ?? ''],
    ['labels', labelsText(Config?.Labels ?? {})],
  ];
  return facts
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}: ${oneLine(value, 4000)}`)
    .join('\n');
}

const pullTimeoutMs = 30 * 60_000;

export function changeImages({ docker, title }: DockerToolDeps): readonly GroupedTool[] {
  return [
    defineTool({
      name: 'pull_image',
      group: 'images',
      description: 'Pulls an image from its registry.',
      args: z.object({ name: imageName }),
      timeoutMs: pullTimeoutMs,
      plan: ({ name }) => ({
        assessment: assess('R4', 'network'),
        targets: [name],
        title: title('images.pull', { name }),
        preview: `docker pull ${name}`,
        async run({ signal, onOutput }) {
          let status = '';
          for await (const event of docker.images.pull(name, { signal })) {
            status = oneLine([event.id, event.status].filter((part) => part !== undefined).join(' '));
            if (event.totalBytes === undefined) onOutput(`${status}\n`);
          }
          return untrusted(status || `${name} is here.`);
        },
      }),
    }),
    defineTool({
      name: 'tag_image',
      group: 'images',
      description: 'Gives an image one more name.',
      args: z.object({ name: imageName, tag: imageName }),
      plan: ({ name, tag }) => ({
        assessment: assess('R3', 'writes'),
        targets: [name, tag],
        title: title('images.tag', { name, tag }),
        preview: shellLine({ argv: ['docker', 'tag', name, tag] }),
        async run({ signal }) {
          const colon = tag.lastIndexOf(':');
          const hasTag = colon > tag.lastIndexOf('/');
          const query = hasTag
            ? { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) }
            : { repo: tag, tag: 'latest' };
          const path = `/images/${encodeURIComponent(name)}/tag`;
          await askEngine(docker, { method: 'POST', path, query, signal }, z.unknown());
          return ownWords(`${name} is also ${tag} now.`);
        },
      }),
    }),
    defineTool({
      name: 'remove_image',
      group: 'images',
      description: 'Removes an image. One that containers use is refused.',
      args: z.object({ name: imageName }),
      plan: ({ name }) => ({
        assessment: assess('R5', 'deletes'),
        targets: [name],
        title: title('images.remove', { name }),
        preview: `docker image rm ${name}`,
        async run({ signal }) {
          const path = `/images/${encodeURIComponent(name)}`;
          await askEngine(docker, { method: 'DELETE', path, signal }, z.unknown());
          return ownWords(`The image ${name} was removed.`);
        },
      }),
    }),
  ];
}
