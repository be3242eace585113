import { Readable } from 'node:stream';
import { AppError } from '#core';
import type { Docker, EngineRequest, EngineResponse } from '#docker';

export interface FakeContainer {
  readonly name: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly log?: string;
}

export interface FakeEngine {
  readonly docker: Docker;
  /** Every request that changes something. */
  readonly changes: string[];
}

/** An Engine with some containers, which keeps what it was asked to change. */
export function fakeEngine(containers: readonly FakeContainer[] = []): FakeEngine {
  const changes: string[] = [];
  const find = (name: string): FakeContainer => {
    const found = containers.find((one) => one.name === name || idOf(one) === name);
    if (!found) throw new AppError('docker.not_found', `No such container: ${name}.`);
    return found;
  };
  const facts = (one: FakeContainer) => ({
    id: idOf(one),
    name: one.name,
    image: one.image ?? 'app:1',
    labels: one.labels ?? {},
    tty: false,
    state: { status: 'running', running: true, pid: 1, exitCode: 0, oomKilled: false, error: '' },
    networks: {},
  });
  const change = (what: string) => async (name: string) => {
    find(name);
    changes.push(`${what} ${name}`);
  };
  const refuse = () => Promise.reject(new AppError('docker.failed', 'The fake Engine does not do this.'));

  async function request({ method, path, query = {} }: EngineRequest): Promise<EngineResponse> {
    if (method !== 'GET' && method !== 'HEAD') {
      changes.push(`${method} ${path}`);
      return answer({}, 200);
    }
    if (path === '/containers/json') return answer(containers.map((one) => summaryOf(one)));
    const [, kind, name = '', what] = path.split('/');
    if (kind === 'containers' && what === 'json') {
      const found = containers.find((one) => one.name === name || idOf(one) === name);
      return found ? answer(inspectionOf(found)) : answer({ message: `No such container: ${name}` }, 404);
    }
    if (kind === 'images' && what === 'json') return answer(imageOf(decodeURIComponent(name), containers));
    if (path === '/images/json') return answer([{ Id: 'sha256:1', RepoTags: ['app:1'], Created: 1, Size: 1000 }]);
    if (path === '/volumes') return answer({ Volumes: [{ Name: 'payments-data', Driver: 'local' }] });
    if (path.startsWith('/volumes/')) return answer({ Name: name, Driver: 'local', Labels: query['labels'] ?? {} });
    return answer({ message: 'not here' }, 404);
  }

  const docker = {
    address: async () => ({
      url: 'unix:///var/run/docker.sock',
      origin: 'default',
      route: { kind: 'unix', path: '/var/run/docker.sock' },
    }),
    version: async () => ({ version: '20.10.24', apiVersion: '1.41', os: 'linux', arch: 'amd64' }),
    request,
    containers: {
      inspect: async (name: string) => facts(find(name)),
      list: async () => containers.map((one) => ({ ...facts(one), names: [one.name], state: 'running' })),
      async *logs(name: string) {
        yield { stream: 'stdout', bytes: Buffer.from(find(name).log ?? '') };
      },
      start: change('start'),
      stop: change('stop'),
      remove: change('remove'),
      create: refuse,
    },
    images: { inspect: refuse, pull: change('pull'), remove: change('remove image'), list: async () => [] },
    networks: { list: async () => [], inspect: refuse, create: refuse, remove: change('remove network') },
    volumes: {
      create: async (name: string) => void changes.push(`create volume ${name}`),
      remove: async (name: string) => void changes.push(`remove volume ${name}`),
    },
  };
  return { docker: docker as unknown as Docker, changes };
}

function answer(value: unknown, status = 200): EngineResponse {
  return { status, stream: Readable.from([Buffer.from(JSON.stringify(value))]) };
}

function idOf({ name }: FakeContainer): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
}

function summaryOf(one: FakeContainer) {
  return {
    Id: idOf(one),
    Names: [`/${one.name}`],
    Image: one.image ?? 'app:1',
    State: 'running',
    Status: 'Up 2 minutes',
    Labels: one.labels ?? {},
    Ports: [{ IP: '127.0.0.1', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
  };
}

function inspectionOf(one: FakeContainer) {
  return {
    Id: idOf(one),
    Name: `/${one.name}`,
    Created: '2026-01-01T00:00:00Z',
    RestartCount: 0,
    State: { Status: 'running', Running: true, ExitCode: 0, StartedAt: '2026-01-01T00:00:00Z' },
    Config: { Image: one.image ?? 'app:1', Env: one.env ?? [], Cmd: ['serve'], Labels: one.labels ?? {} },
    HostConfig: { Memory: 0, NetworkMode: 'bridge' },
    Mounts: [],
    NetworkSettings: { Ports: {}, Networks: { bridge: { IPAddress: '172.17.0.2' } } },
  };
}

function imageOf(name: string, containers: readonly FakeContainer[]) {
  const labels = containers.find(({ image }) => image === name)?.labels ?? {};
  return {
    Id: 'sha256:1234567890abcdef',
    RepoTags: [name],
    Os: 'linux',
    Architecture: 'amd64',
    Size: 1000,
    Config: { Labels: labels, Env: ['PATH=/bin'], Cmd: ['serve'] },
  };
}
