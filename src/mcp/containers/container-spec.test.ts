import type { ImageFacts } from '#docker';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerLaunch, PlannedValue } from '../types.ts';
import { containerSpec, orderOf, secretNames, type SpecInput } from './container-spec.ts';

const image: ImageFacts = {
  id: 'sha256:1',
  tags: [],
  labels: {},
  os: 'linux',
  architecture: 'amd64',
  entrypoint: ['node', 'server.js'],
  command: ['--stdio'],
  env: ['PATH=/opt/bin:/bin', 'TOKEN=of-the-image'],
  digests: [],
  sizeBytes: 1,
};
const plan = (fields: Partial<ContainerLaunch> = {}): ContainerLaunch => ({
  kind: 'container',
  server: 'notes',
  image: 'notes',
  command: [],
  env: {},
  binds: [],
  user: undefined,
  capabilities: [],
  extraHosts: [],
  network: { kind: 'none' },
  limits: { cpus: 0, memoryBytes: 0, pids: 0 },
  readOnlyRoot: 'auto',
  ...fields,
});
const specOf = (fields: Partial<ContainerLaunch>, input: Partial<SpecInput> = {}) =>
  containerSpec({
    plan: plan(fields),
    image,
    labels: {},
    readOnlyRoot: true,
    init: true,
    network: { mode: 'none', dns: [], extraHosts: [], env: {} },
    launcher: undefined,
    stdin: true,
    ...input,
  });
const secret = (name: string): PlannedValue => ({ kind: 'secret', parts: ['<', { secret: name }, '>'] });
const launcher = { volume: 'v', file: 'launch' };

describe('the container of a plan', () => {
  it('runs what the image runs, with the plan in place of its command', () => {
    expect(specOf({})).not.toHaveProperty('Cmd');
    expect(specOf({ command: [{ kind: 'text', text: '--http' }] })).toMatchObject({ Cmd: ['--http'] });
  });

  it('has no limit where the plan has none', () => {
    const { HostConfig = {} } = specOf({});
    expect(HostConfig).not.toHaveProperty('Memory');
    expect(HostConfig).not.toHaveProperty('NanoCpus');
    expect(HostConfig).not.toHaveProperty('PidsLimit');
  });

  it('keeps volumes without a name apart from binds', () => {
    expect(specOf({ binds: ['/cache', 'data:/data', '/a:/b:ro'] })).toMatchObject({
      Volumes: { '/cache': {} },
      HostConfig: { Binds: ['data:/data', '/a:/b:ro'] },
    });
  });

  it("takes the image's own value of a secret's variable away, and puts the launcher before the program", () => {
    expect(specOf({ env: { TOKEN: secret('t') }, command: [secret('t')] }, { launcher })).toMatchObject({
      Entrypoint: ['/.gantry/launch'],
      Cmd: ['node', 'server.js', '<***>'],
      Env: ['TOKEN'],
    });
  });
});

it('tells the launcher the words and variables with secrets, and where programs are', () => {
  const planned = plan({ env: { TOKEN: secret('t'), PLAIN: { kind: 'text', text: 'x' } }, command: [secret('u')] });
  const values = new Map([
    ['t', 'one'],
    ['u', 'two'],
  ]);
  expect(orderOf(planned, image, values)).toEqual({
    program: 'node',
    args: ['node', 'server.js', '<two>'],
    env: { TOKEN: '<one>' },
    path: '/opt/bin:/bin',
  });
  expect(secretNames(planned)).toEqual(['u', 't']);
});

it('never has the value of a secret in what the Engine keeps, when there is a launcher', () => {
  const value = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: fc.string() }),
    fc.constantFrom(secret('a'), secret('b')),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z]+$/), value), fc.array(value), (env, command) => {
      const spec = specOf({ env, command }, { launcher });
      const shown = [...(spec.Cmd ?? []), ...(spec.Env ?? [])];
      const secrets = [...command, ...Object.values(env)].filter(({ kind }) => kind === 'secret').length;
      const marks = shown.filter((one) => one === '<***>' || env[one]?.kind === 'secret').length;
      expect(marks).toBeGreaterThanOrEqual(secrets);
    }),
  );
});
