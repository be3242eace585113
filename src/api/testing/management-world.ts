import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, silentLog, systemClock } from '#core';
import {
  createCatalogs,
  createClients,
  createHomeSecrets,
  createProfiles,
  openGrants,
  readDockerState,
  starterCatalog,
  type InsideClient,
  type LocalImages,
  type Manifest,
  type McpToolkit,
  type ServerStatus,
} from '#mcp';
import type { McpGateways, McpManagement, ServerLine } from '../mcp/management.ts';

export interface FakeGateways extends McpGateways {
  statuses: ServerStatus[];
  known: Map<string, Manifest>;
  problems: AppError[];
  /** What a call does. */
  onCall: InsideClient['call'];
  readonly asked: string[];
  print(profile: string, server: string, line: string): void;
  change(): void;
}

export interface ManagementWorld extends AsyncDisposable {
  readonly management: McpManagement;
  readonly gateways: FakeGateways;
  /** The user's home; `.gantry` is in it. */
  readonly home: string;
  readonly write: (path: string, text: string) => Promise<string>;
}

const catalogText = `
version: 3
name: mine
displayName: Mine
registry:
  clock:
    title: Time
    description: Tells the time
    type: server
    image: mcp/time
    metadata: { category: clocks, tags: [time, zones], owner: somebody, license: MIT }
    tools: [{ name: now }, { name: zones }]
  keyed:
    description: Needs things
    type: server
    image: mcp/keyed
    secrets: [{ name: keyed.token, env: TOKEN, example: '<TOKEN>' }]
    config:
      - name: keyed
        type: object
        properties: { city: { type: string }, days: { type: integer, default: 3 } }
        required: [city]
`;

/** What people keep, in real files below a folder of its own; no registry, no Engine, no gateway. */
export async function managementWorld(): Promise<ManagementWorld> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-manage-'));
  const folder = join(home, '.gantry', 'mcp');
  await mkdir(folder, { recursive: true });
  const write = async (path: string, text: string): Promise<string> => {
    const full = join(home, path);
    await mkdir(join(full, '..'), { recursive: true });
    await writeFile(full, text);
    return full;
  };
  const clock = systemClock;
  const gateways = fakeGateways();
  const unreachable = (): never => {
    throw new AppError('source.unreachable', 'Out of reach.', { params: { host: 'registry' } });
  };
  const nothing = new Proxy({}, { get: () => unreachable }) as never;
  const catalogs = createCatalogs({
    folder: join(folder, 'catalogs'),
    dockerConfig: join(home, '.docker'),
    registry: nothing,
    http: nothing,
    docker: nothing,
    architecture: 'amd64',
    clock,
    builtIn: [starterCatalog()],
  });
  const origin = { kind: 'legacy', place: await write('mine.yaml', catalogText) } as const;
  await catalogs.create(
    { ref: 'mine', origin, title: undefined, exclude: [] },
    { signal: new AbortController().signal },
  );
  const made = new Set(starterCatalog().entries.flatMap(({ server }) => server.image ?? []));
  const images: LocalImages = {
    makes: (image) => made.has(image),
    async ensure(image, { onEvent } = {}) {
      onEvent?.({ type: 'packages', done: 1, total: 2 });
      onEvent?.({ type: 'built', image });
      return { isNew: true };
    },
  };
  const toolkit = { catalogs, images, oauth: nothing, profileArtifacts: nothing } as unknown as McpToolkit;
  const management: McpManagement = {
    folder,
    gateways,
    profiles: createProfiles({ folder: join(folder, 'profiles'), clock, log: silentLog }),
    secrets: createHomeSecrets({ paths: { home: join(home, '.gantry') }, env: {}, clock }),
    toolkit: async () => toolkit,
    grants: () => openGrants({ path: join(folder, 'grants.yaml'), userHome: home, clock, log: silentLog }),
    clients: (cwd) =>
      createClients({
        platform: 'linux',
        env: {},
        home,
        cwd: cwd ?? home,
        stateFolder: join(folder, 'clients'),
        now: () => clock.now(),
        newId: () => crypto.randomUUID(),
      }),
    gatewayCommand: async (profile) => ({
      command: '/opt/gantry',
      args: ['mcp', 'gateway', 'run', ...(profile === undefined ? [] : ['--profile', profile])],
    }),
    recording: () => 'metadata',
    dockerState: () => readDockerState({ dockerConfig: join(home, '.docker') }),
  };
  return {
    management,
    gateways,
    home,
    write,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

function fakeGateways(): FakeGateways {
  const lines = new Map<string, ServerLine[]>();
  const lineListeners = new Set<Parameters<McpGateways['onLine']>[0]>();
  const changeListeners = new Set<() => void>();
  const gateways: FakeGateways = {
    statuses: [],
    known: new Map(),
    problems: [],
    asked: [],
    onCall: async () => ({ kind: 'result', result: { content: [] } }),
    print(profile, server, text) {
      const line = { at: 1, line: text };
      lines.set(server, [...(lines.get(server) ?? []), line]);
      for (const listener of lineListeners) listener(profile, server, line);
    },
    change() {
      for (const listener of changeListeners) listener();
    },
    status: async () => gateways.statuses,
    check: async () => gateways.problems,
    manifest: async (_profile, { entry }) => gateways.known.get(entry.name),
    async learn(_profile, server) {
      gateways.asked.push(server);
    },
    limits: { cpus: 1, memoryBytes: 2 ** 31 },
    client: async () => ({
      call: (call, how) => gateways.onCall(call, how),
      prompt: ({ server, prompt, arguments: args }, how) =>
        gateways.onCall({ server, tool: `prompt ${prompt}`, arguments: args }, how),
      read: ({ server, uri }, how) => gateways.onCall({ server, tool: `resource ${uri}`, arguments: {} }, how),
      end: async () => undefined,
    }),
    logs: (_profile, server) => lines.get(server) ?? [],
    onLine(listener) {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
  };
  return gateways;
}
