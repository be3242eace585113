import { describe, expect, it } from 'vitest';
import { compilePolicy, type CompiledPolicy } from '../../policy/evaluate.ts';
import { policySchema } from '../../policy/schema.ts';
import { readServer } from '../reading/read-server.ts';
import type { JsonObject } from '../../types.ts';
import { explainEntry, type ExplainedServer } from './explain-catalog.ts';
import type { MachineFacts } from './missing.ts';

const pinned = `@sha256:${'a'.repeat(64)}`;
const policy = (value: object): CompiledPolicy => compilePolicy(policySchema.parse(value));

function here(wire: JsonObject, facts: Partial<MachineFacts> & { secrets?: readonly string[] } = {}): ExplainedServer {
  const { secrets = [], ...others } = facts;
  return explainEntry(readServer({ name: 'notes', ...wire }, { where: 'a test' }), {
    hasSecret: (name) => secrets.includes(name),
    configOf: () => ({}),
    binds: { grants: [], userHome: '/home/me', temporaryFolders: ['/tmp'], realPath: (path) => path },
    policy: policy({}),
    rules: [],
    images: new Set(),
    makes: (image) => image.startsWith('gantry-mcp/'),
    ...others,
  });
}

const config = [{ name: 'notes', type: 'object', properties: { paths: { type: 'array' } }, required: ['paths'] }];

describe('why a server cannot run here', () => {
  it('is nothing where nothing is missing', () => {
    expect(here({ image: 'example/notes' }).here).toEqual({
      canRun: true,
      missing: { secrets: [], config: [], oauth: [], grants: [], policy: undefined, unsigned: [] },
      images: [{ image: 'example/notes', comes: 'pulled' }],
    });
  });

  it('is a secret, until it is set or somebody signed in to what gives it', () => {
    const wire = {
      image: 'example/notes',
      secrets: [{ name: 'notes.token', env: 'TOKEN' }],
      oauth: { providers: [{ provider: 'notes', secret: 'notes.token', env: 'TOKEN' }] },
    };
    expect(here(wire).here).toMatchObject({
      canRun: false,
      missing: { secrets: ['notes.token'], oauth: ['notes'] },
    });
    expect(here(wire, { secrets: ['notes.token'] }).here?.missing).toMatchObject({ secrets: [], oauth: ['notes'] });
    expect(here(wire, { secrets: ['oauth/notes'] }).here?.canRun).toBe(true);
  });

  it('is configuration, and what is configured is shown in its place', () => {
    const wire = { image: 'example/notes', config, command: ['{{notes.paths|into}}'] };
    expect(here(wire)).toMatchObject({ runs: 'container example/notes <paths>', here: { canRun: false } });
    const given = here(wire, { configOf: () => ({ paths: ['/a', '/b'] }) });
    expect(given).toMatchObject({ runs: 'container example/notes /a /b', here: { canRun: true } });
  });

  it('is a folder that was not granted', () => {
    const wire = { image: 'example/notes', config, volumes: ['{{notes.paths|volume|into}}', '~/.kube:/root/.kube'] };
    expect(here(wire).here?.missing.grants).toEqual(['<paths>', '~/.kube']);
    const configOf = () => ({ paths: ['/data', '/tmp/x'] });
    expect(here(wire, { configOf }).here?.missing.grants).toEqual(['/data', '~/.kube']);
    const binds = {
      userHome: '/home/me',
      temporaryFolders: [],
      realPath: (path: string) => path,
      grants: ['/data', '/home/me/.kube', '/tmp/x'].map((path) => ({ server: 'notes', path, mode: 'ro' as const })),
    };
    const granted = here(wire, { configOf, binds });
    expect(granted.here).toMatchObject({ canRun: true, missing: { grants: [] } });
    expect(granted.plan).toMatchObject([{ mounts: ['/data:/data', '/tmp/x:/tmp/x', '~/.kube:/root/.kube'] }]);
    const gone = { ...binds, realPath: () => undefined };
    expect(here(wire, { configOf, binds: gone }).broken.join(' ')).toContain('/data, which is not on this machine');
  });

  it.each([
    [{ rules: [{ effect: 'deny', server: 'notes' }] }, 'rule 1 forbids it'],
    [{ rules: [{ effect: 'deny', tool: ['read', 'write'], reason: 'closed' }] }, 'closed'],
    [{ default: 'deny' }, 'no rule allows it'],
    [{ rules: [{ effect: 'deny', tool: 'read' }] }, undefined],
    [{ rules: [{ effect: 'ask', server: 'notes' }] }, undefined],
  ])('is the policy %j', (rules, reason) => {
    const wire = { image: 'example/notes', tools: [{ name: 'read' }, { name: 'write' }] };
    const found = here(wire, { policy: policy(rules) }).here;
    expect(found).toMatchObject({ canRun: reason === undefined });
    expect(found?.missing.policy).toBe(reason);
  });

  it('is a policy that cannot be understood', () => {
    expect(here({ image: 'example/notes' }, { policy: undefined }).here).toMatchObject({
      canRun: false,
      missing: { policy: 'its file cannot be understood' },
    });
  });

  it('is an image that must be signed and is not named by what it is', () => {
    const unsigned = (image: string, facts = {}) => here({ image }, facts).here?.missing.unsigned;
    expect(unsigned('mcp/notes')).toEqual(['mcp/notes']);
    expect(unsigned(`mcp/notes${pinned}`)).toEqual([]);
    expect(unsigned('example/notes')).toEqual([]);
    const rules = [{ pattern: 'docker.io/mcp/*', identity: 'me', issuer: 'https://issuer.example' }];
    expect(unsigned('mcp/notes', { rules })).toEqual([]);
  });
});

describe('an image that is not on the Engine', () => {
  const absent = (image: string, facts: Partial<MachineFacts>) => here({ image }, facts).here?.images;

  it.each([
    ['example/notes', 'example/notes:latest'],
    ['example/notes:1', 'example/notes:1'],
    [`example/notes${pinned}`, `example/notes${pinned}`],
    [`example/notes:1${pinned}`, `example/notes${pinned}`],
  ])('is not %s where there is %s', (image, known) => {
    expect(absent(image, { images: new Set([known]) })).toEqual([]);
    expect(absent(image, { images: new Set() })).toEqual([{ image, comes: 'pulled' }]);
  });

  it('is made where it is one of ours, and is not guessed at without an Engine', () => {
    expect(absent('gantry-mcp/notes:1', {})).toEqual([{ image: 'gantry-mcp/notes:1', comes: 'made' }]);
    expect(absent('example/notes', { images: undefined })).toEqual([]);
  });
});

describe('tools in containers of their own', () => {
  const tools = ['one', 'two'].map((name) => ({
    name,
    container: { image: `example/${name}`, command: ['{{text}}'], volumes: ['{{file|volume}}'] },
    parameters: { type: 'object', properties: { text: { type: 'string' }, file: { type: 'string' } } },
  }));

  it('are shown each, with what a call decides', () => {
    expect(here({ type: 'poci', tools })).toMatchObject({
      runs: 'tools example/one, example/two',
      plan: [
        { tool: 'one', image: 'example/one', command: ['<text>'], mounts: ['<file>:<file>'], livesFor: 'call' },
        { tool: 'two', image: 'example/two' },
      ],
      here: { canRun: true, images: [{ image: 'example/one' }, { image: 'example/two' }] },
    });
  });
});
