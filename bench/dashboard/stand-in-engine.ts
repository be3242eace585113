import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { wordOf } from './words.ts';

export interface StandInEngine extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  readonly host: string;
}

const mebibyte = 1024 * 1024;

/** Answers what pages ask of an Engine about so many containers, of which the first has written so many lines. */
export async function startStandInEngine(facts: {
  readonly socketPath: string;
  readonly containers: number;
  readonly logLines: number;
}): Promise<StandInEngine> {
  const list = Array.from({ length: facts.containers }, (_nothing, index) => listed(index));
  const log = framedLines(facts.logLines);
  const server = createServer(({ url = '' }, response) => {
    const path = (url.split('?')[0] ?? '').replace(/^\/v\d\.\d+/, '');
    const [, kind, id = '', what = ''] = path.split('/');
    const found = list.find((one) => one.Id === id || one.Names[0] === `/${id}`);
    if (path === '/_ping') response.end('OK');
    else if (path === '/version') json(response, version);
    else if (path === '/info') json(response, { ...info, Containers: list.length, ContainersRunning: list.length });
    else if (path === '/containers/json') json(response, list);
    else if (path === '/events') response.writeHead(200).flushHeaders();
    else if (kind === 'containers' && found && what === 'json') json(response, inspected(found));
    else if (kind === 'containers' && found && what === 'stats') json(response, usage());
    else if (kind === 'containers' && found && what === 'logs') response.end(log);
    else {
      response.statusCode = 404;
      json(response, { message: `no such thing: ${path}` });
    }
  });
  server.listen(facts.socketPath);
  await once(server, 'listening');
  return {
    host: `unix://${facts.socketPath}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

const version = { Version: '27.5.1', ApiVersion: '1.47', MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' };
const info = {
  ID: 'stand-in',
  Images: 12,
  ContainersPaused: 0,
  ContainersStopped: 0,
  Driver: 'overlay2',
  OperatingSystem: 'Debian GNU/Linux 12',
  OSType: 'linux',
  Architecture: 'x86_64',
  NCPU: 2,
  MemTotal: 8192 * mebibyte,
  ServerVersion: version.Version,
  DockerRootDir: '/nowhere',
};

const images = ['postgres:16', 'redis:7', 'caddy:2', 'node:22', 'python:3.13'];
const projects = ['shop', 'blog', 'metrics', 'search'];

function listed(index: number) {
  const project = projects[index % projects.length] ?? '';
  return {
    Id: index.toString(16).padStart(64, 'c'),
    Names: [`/${project}-${wordOf(index)}`],
    Image: images[index % images.length] ?? '',
    ImageID: `sha256:${String(index % images.length).padStart(64, 'a')}`,
    Command: 'serve',
    Created: Math.floor(Date.now() / 1000) - index * 60,
    State: 'running',
    Status: `Up ${index + 1} minutes`,
    Ports: [{ IP: '127.0.0.1', PrivatePort: 8080, PublicPort: 20_000 + index, Type: 'tcp' }],
    Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': wordOf(index) },
    Mounts: [],
    NetworkSettings: { Networks: { [`${project}_default`]: {} } },
  };
}

function inspected({ Id, Names, Image, ImageID, Created }: ReturnType<typeof listed>) {
  const at = new Date(Created * 1000).toISOString();
  return {
    Id,
    Name: Names[0],
    Created: at,
    Image: ImageID,
    State: { Status: 'running', Running: true, ExitCode: 0, StartedAt: at, FinishedAt: '0001-01-01T00:00:00Z' },
    Config: { Image, Tty: false, Env: [], Cmd: ['serve'], Labels: {} },
    HostConfig: { NetworkMode: 'default', LogConfig: { Type: 'json-file' } },
    Mounts: [],
    NetworkSettings: { Ports: {}, Networks: {} },
  };
}

function usage() {
  const nanoseconds = Date.now() * 1e6;
  return {
    read: new Date().toISOString(),
    cpu_stats: { cpu_usage: { total_usage: nanoseconds / 50 }, system_cpu_usage: nanoseconds, online_cpus: 2 },
    precpu_stats: { cpu_usage: { total_usage: 0 }, system_cpu_usage: 0 },
    memory_stats: { usage: 64 * mebibyte, limit: 8192 * mebibyte, stats: {} },
    networks: {},
    blkio_stats: {},
  };
}

/** Each line in a frame of standard output, as the Engine sends them. */
function framedLines(count: number): Buffer {
  const frames: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = new Date(Date.UTC(2026, 10, 1) + index).toISOString();
    const text = Buffer.from(`${at} GET /items/${index} 200 ${index % 90} ms from 10.0.0.${index % 250}\n`);
    const head = Buffer.alloc(8);
    head[0] = 1;
    head.writeUInt32BE(text.length, 4);
    frames.push(head, text);
  }
  return Buffer.concat(frames);
}
