import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigTextError, type ConfigFormat } from './config-text.ts';
import { jsonFormat } from './json.ts';
import { tomlFormat } from './toml.ts';
import { yamlFormat } from './yaml.ts';

const value = { command: 'docker', args: ['mcp', 'gateway', 'run'], env: { A: 'b "c" \\ : {}' } };
const name = 'MCP_DOCKER';

const json = jsonFormat('mcpServers');
const yamlMap = yamlFormat({ container: 'mcpServers', kind: 'map' });
const yamlList = yamlFormat({ container: 'mcpServers', kind: 'list' });
const toml = tomlFormat('mcpServers');

/** Texts that have a place for servers already: adding and taking out gives back every byte. */
const withPlace: readonly (readonly [string, ConfigFormat, readonly string[]])[] = [
  [
    'JSON',
    json,
    [
      '{"mcpServers":{}}',
      '{ "mcpServers": {} }',
      '{\n  "mcpServers": {}\n}\n',
      '{\r\n\t"mcpServers": {\r\n\t\t"a": {}\r\n\t}\r\n}\r\n',
      '{\n    "mcpServers": {\n        "a": {}, // kept\n        // and this\n    },\n}',
      '{\n  "mcpServers": {\n    "a": { "command": "x" } /* kept */\n    // the end\n  },\n  "z": [1, 2,], // too\n}\n',
      '{\n  "mcpServers": {\n    // put servers here\n  }\n}',
      '{"mcpServers":{"a":{},}}',
      '{"a":1, "mcpServers": {"b": {"x": "// no , comment }"}}, "c": "\\u0041"}',
      '\uFEFF{\n "mcpServers": {\n  "a": null }\n}',
      '/* first */\n{ /* in */ "mcpServers" : { /* deep */ "a" : 1 /* x */ } /* out */ } // last',
      '{"__proto__": {"x": 1}, "mcpServers": {"__proto__": {}, "constructor": 1}}',
    ],
  ],
  [
    'a map of YAML',
    yamlMap,
    [
      'mcpServers: {}\n',
      'mcpServers: {} # none yet\nb: 2\n',
      'mcpServers:\n  x:\n    a: 1 # t\n    # about x\n\n# about other\nother: 2\n',
      'mcpServers:\r\n    x:\r\n        a: |\r\n            t\r\n\r\nb: 1\r\n',
      'mcpServers:\n  x:\n    y: >-\n      folded\n      text\n# end',
      '%YAML 1.2\n---\nmcpServers:\n  x: 1\n...\n',
      '{mcpServers: {a: {}}, b: 1}\n',
      'mcpServers: {a: 1, b: 2}\n',
      'defaults: &d\n  k: 1\nmcpServers:\n  x:\n    <<: *d\n',
      'mcpServers:\n  "x": 1\n  ? y\n  : 2\n',
    ],
  ],
  [
    'a list of YAML',
    yamlList,
    [
      'mcpServers: []\n',
      'mcpServers:\n  - name: a\n    command: x\n',
      'mcpServers:\n- name: a\n  command: x\nmodels: []',
      'mcpServers: [{name: a}]\n',
      'mcpServers:\n  -   name: a\n      # of a\n\n# end\n',
      'name: me\nmcpServers:\n  - uses: some/block\n  - name: b\n',
    ],
  ],
  [
    'TOML',
    toml,
    [
      '',
      'a = 1',
      'a = 1\n',
      '# c\r\na = 1\r\n\r\n[x]\r\nb = 2 # t\r\n',
      '[mcpServers.a]\ncommand = "x"\n\n[z]\n',
      'mcpServers = {}\n',
      'mcpServers = { a = { command = "x" } } # one\n',
      'mcpServers.a.command = "x"\n',
      '[mcpServers]\n# none\n',
      'd = 1979-05-27T07:32:00Z\nf = nan\ns = """\n[mcpServers.MCP_DOCKER]\n"""\n',
      '[[t]]\na = 1\n\n\n',
    ],
  ],
];

describe.each(withPlace)('%s', (_kind, format, texts) => {
  it.each(texts)('gives back every byte of %j', (text) => {
    const connected = format.set(text, name, value);
    expect(format.read(connected).servers.get(name)).toEqual(value);
    expect(format.remove(connected, name)).toBe(text);
  });

  it.each(texts)('writes the entry anew where it is, once in %j', (text) => {
    const once = format.set(text, name, value);
    const other = { ...value, command: '/opt/gantry' };
    const twice = format.set(once, name, other);
    expect([...format.read(twice).servers.keys()]).toEqual([...format.read(once).servers.keys()]);
    expect(format.read(twice).servers.get(name)).toEqual(other);
    expect(format.remove(twice, name)).toBe(text);
  });
});

describe('a text without a place for servers', () => {
  it.each([
    ['JSON', json, '', '{\n  "mcpServers": {\n'],
    ['JSON', json, '// only a remark', '// only a remark\n{\n  "mcpServers": {\n'],
    ['JSON', json, '{}', '{\n  "mcpServers": {\n'],
    ['JSON', json, '{\n\t"a": 1 // one\n}\n', '{\n\t"a": 1, // one\n\t"mcpServers": {\n\t\t"MCP_DOCKER": {\n'],
    ['JSON', json, '{"a":1}', '{"a":1,"mcpServers":{"MCP_DOCKER":{"command":"docker",'],
    ['JSON', json, '{"mcpServers": null}', '{"mcpServers": { "MCP_DOCKER": {'],
    ['YAML', yamlMap, '', 'mcpServers:\n  MCP_DOCKER:\n    command: docker\n'],
    ['YAML', yamlMap, 'a: 1', 'a: 1\nmcpServers:\n  MCP_DOCKER:\n'],
    ['YAML', yamlMap, 'a: |+\n  x\n\n\n', 'a: |+\n  x\n\n\nmcpServers:\n  MCP_DOCKER:\n'],
    ['YAML', yamlMap, '{}', '{"mcpServers": {'],
    ['YAML', yamlMap, 'a:\n    b: 1\nmcpServers: ~ # none\n', 'a:\n    b: 1\nmcpServers: # none\n    MCP_DOCKER:\n'],
    ['YAML', yamlList, 'mcpServers:\n', 'mcpServers:\n  - name: MCP_DOCKER\n    command: docker\n'],
  ])('of %s gets one: %#', (...[, format, text, beginning]) => {
    const connected = format.set(text, name, value);
    expect(connected.slice(0, beginning.length)).toBe(beginning);
    expect([...format.read(format.remove(connected, name)).servers]).toEqual([]);
  });

  it('of a list is completed to what its client needs', () => {
    const format = yamlFormat({ container: 'mcpServers', kind: 'list', preamble: { name: 'Me', version: '1.0.0' } });
    expect(format.set('', name, value)).toMatch(/^name: Me\nversion: 1\.0\.0\nmcpServers:\n {2}- name: MCP_DOCKER\n/);
  });

  it('may be nothing but the servers', () => {
    const format = jsonFormat(undefined);
    const connected = format.set('{"other":{"profile":"x"}}', 'gordon', { profile: 'work' });
    expect(connected).toBe('{"other":{"profile":"x"},"gordon":{"profile":"work"}}');
    expect(format.remove(connected, 'gordon')).toBe('{"other":{"profile":"x"}}');
  });
});

describe('an entry that somebody else wrote', () => {
  it.each([
    ['first of several', json, '{"mcpServers":{"MCP_DOCKER":{"x":1}, "b":2}}', '{"mcpServers":{"b":2}}'],
    [
      'with a remark of its own',
      json,
      '{\n "mcpServers": {\n  "a": {},\n  "MCP_DOCKER": {} // docker\n }\n}',
      '{\n "mcpServers": {\n  "a": {}\n }\n}',
    ],
    [
      'between others',
      json,
      '{\n "mcpServers": {\n  "a": {}, // a\n  "MCP_DOCKER": {},\n  "b": {}\n }\n}',
      '{\n "mcpServers": {\n  "a": {}, // a\n  "b": {}\n }\n}',
    ],
    ['alone', yamlMap, 'mcpServers:\n  MCP_DOCKER:\n    x: 1\nb: 1\n', 'mcpServers: {}\nb: 1\n'],
    [
      'in a list',
      yamlList,
      'mcpServers:\n  -\n    name: a\n  -   name: MCP_DOCKER\n      x: 1\n',
      'mcpServers:\n  -\n    name: a\n',
    ],
    [
      'in several tables',
      toml,
      '[mcpServers.MCP_DOCKER]\ncommand = "x"\n\n[mcpServers.MCP_DOCKER.env]\nA = "1"\n\n[k]\nz = 1\n',
      '[k]\nz = 1\n',
    ],
    [
      'in braces',
      toml,
      '[mcpServers]\na = {x = 1}\nMCP_DOCKER = { x = 1 }\n\n[b]\n',
      '[mcpServers]\na = {x = 1}\n\n[b]\n',
    ],
    ['in dots', toml, 'mcpServers.MCP_DOCKER.x = 1\nmcpServers.b.x = 2\n', 'mcpServers.b.x = 2\n'],
  ])('goes with its lines: %s', (...[, format, text, left]) => {
    expect(format.remove(text, name)).toBe(left);
  });
});

describe('a text that cannot be edited', () => {
  it.each([
    ['broken JSON', json, '{\n  "a": 1\n  "b": 2\n}', 'syntax', 3, 3],
    ['JSON that ends too early', json, '{"mcpServers": {', 'syntax', 1, 17],
    ['something behind the JSON', json, '{} {}', 'syntax', 1, 4],
    ['a list where an object should be', json, '[]', 'shape', 1, 1],
    ['servers that are a list', json, '{"mcpServers": []}', 'shape', 1, 16],
    ['servers twice', json, '{"mcpServers": {}, "mcpServers": {}}', 'shape', 1, 16],
    ['the entry twice', json, '{"mcpServers": {"a": 1, "a": 2}}', 'shape', 1, 30],
    ['nesting without end', json, '['.repeat(100_000), 'syntax', 0, 0],
    ['broken YAML', yamlMap, 'a: [\n', 'syntax', 2, 1],
    ['two documents', yamlMap, 'a: 1\n---\nb: 1\n', 'unsafe', 2, 1],
    ['tabs in YAML', yamlMap, 'a:\n\tb: 1\n', 'syntax', 2, 1],
    ['servers under another name too', yamlMap, 'mcpServers: &y\n  a: {q: 1}\nb: *y\n', 'unsafe', 0, 0],
    ['servers that are an alias', yamlMap, 'a: &x\n  b: 1\nmcpServers: *x\n', 'shape', 3, 13],
    ['YAML servers of the wrong kind', yamlMap, 'mcpServers: []\n', 'shape', 1, 13],
    ['a list of names twice', yamlList, 'mcpServers: [{name: a}, {name: a}]\n', 'shape', 0, 0],
    ['broken TOML', toml, 'a = \n', 'syntax', 2, 1],
    ['a list of tables', toml, 'x = 1\n[[mcpServers]]\na = 1\n', 'shape', 2, 1],
    ['a table twice', toml, '[mcpServers.a]\n[mcpServers.a]\n', 'syntax', 2, 13],
  ])('is refused with the place: %s', (...[, format, text, reason, line, column]) => {
    const attempt = (): string => format.set(text, name, value);
    expect(attempt).toThrow(ConfigTextError);
    expect(attempt).toThrow(expect.objectContaining({ reason, line, column }));
  });

  it('is not one because it is large', () => {
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_none, index) => [`k${index}`, { v: [index, 'x'] }]),
    );
    const text = JSON.stringify({ others: many, mcpServers: many }, undefined, 2);
    expect(json.remove(json.set(text, name, value), name)).toBe(text);
  });
});

/** JSON with remarks, commas and spaces wherever they may be. */
function spelled(doc: unknown, gaps: () => string, comma: () => string): string {
  const around = (token: string): string => `${gaps()}${token}${gaps()}`;
  if (Array.isArray(doc)) {
    const items = doc.map((one) => spelled(one, gaps, comma)).join(',');
    return around(`[${items}${doc.length > 0 ? comma() : gaps()}]`);
  }
  if (typeof doc === 'object' && doc !== null) {
    const pairs = Object.entries(doc).map(
      ([key, one]) => `${around(JSON.stringify(key))}:${spelled(one, gaps, comma)}`,
    );
    return around(`{${pairs.join(',')}${pairs.length > 0 ? comma() : gaps()}}`);
  }
  return around(JSON.stringify(doc));
}

describe('however a file is spelled', () => {
  const key = fc.constantFrom('a', 'b', 'mcpServers', 'x y', '"', '//', '__proto__');
  const { document } = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    node: fc.oneof({ maxDepth: 3 }, tie('leaf'), fc.array(tie('node'), { maxLength: 3 }), tie('document')),
    document: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  }));
  const gap = fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '\n  ', '/* , } */', '// {\n', ' // "x\r\n');
  const servers = fc.dictionary(fc.constantFrom('one', 'two', 'MCP'), document as fc.Arbitrary<object>, { maxKeys: 3 });

  it('what is not ours stays, and what was ours goes without a trace', () => {
    fc.assert(
      fc.property(
        fc.record({
          doc: document as fc.Arbitrary<object>,
          held: servers,
          gaps: fc.infiniteStream(gap),
          commas: fc.infiniteStream(fc.boolean()),
        }),
        ({ doc, held, gaps, commas }) => {
          const next = (): string => gaps.next().value;
          const comma = (): string => (commas.next().value ? `,${next()}` : next());
          const text = spelled({ ...doc, mcpServers: held }, next, comma);
          const connected = json.set(text, name, value);
          expect(json.read(connected).servers.get(name)).toEqual(value);
          const left = json.remove(connected, name);
          // Only white space of an object that was empty may differ.
          expect(left.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
          if (Object.keys(held).length > 0) expect(left).toBe(text);
        },
      ),
    );
  });
});
