import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, PlannedValue } from '../types.ts';
import { expand, expandItem, unknownFunctions, type Scope } from './expand.ts';

const scope = (values: JsonObject, variables: Readonly<Record<string, PlannedValue>> = {}): Scope => ({
  values,
  variables: new Map(Object.entries(variables)),
  unknown: 'keep',
});
const textsOf = (values: readonly PlannedValue[]): unknown =>
  values.map((value) => (value.kind === 'text' ? value.text : value));

describe('an item of a list', () => {
  const values = { s: { path: '/data', paths: ['/a', '/b'], none: [], port: 8080, on: true, deep: { x: 'y' } } };
  it.each([
    ['{{s.path}}', ['/data']],
    ['--port={{s.port}}', ['--port=8080']],
    ['{{s.port}}', ['8080']],
    ['{{s.on}}', ['true']],
    ['{{s.deep.x}}', ['y']],
    ['{{s.missing}}', ['']],
    ['{{s.missing.deeper}}', ['']],
    ['{{s.paths}}', ['/a', '/b']],
    ['{{s.paths|volume}}', ['/a:/a', '/b:/b']],
    ['{{ s.paths | volume-target | into }}', ['/a', '/b']],
    ['{{s.path|volume|into}}', ['/data:/data']],
    ['{{s.missing|or:[]|volume|into}}', []],
    ['{{s.none|or:[x, y]}}', ['x', 'y']],
    ['{{s.missing|or:fallback}}', ['fallback']],
    ['{{s.missing|volume}}', ['']],
    ['{{s.paths|first}}', ['/a']],
    ['{{s.paths|last}}', ['/b']],
    ['{{s.paths|mount_as:/in:ro}}', ['/a:/in:ro']],
    ['{{s.missing|mount_as:/in}}', ['']],
    ['{"a": {{s.port}}}', ['{"a": 8080}']],
    ['a { lone } brace', ['a { lone } brace']],
    ['{{unfinished', ['{{unfinished']],
  ])('%s gives %j', (template, wanted) => {
    expect(textsOf(expandItem(template, scope(values)))).toEqual(wanted);
  });

  it('never gives what lies on a prototype', () => {
    expect(textsOf(expandItem('{{constructor.name}}{{s.__proto__}}', scope(values)))).toEqual(['']);
  });
});

it('gives a path of Windows a target without a drive', () => {
  expect(textsOf(expandItem('{{p|volume}}', scope({ p: 'C:\\Users\\me' })))).toEqual(['C:\\Users\\me:/C/Users/me']);
});

it('names the functions that do not exist', () => {
  expect(unknownFunctions('{{a|volume|shout}} {{b|or:x|whisper:1}}')).toEqual(['shout', 'whisper']);
});

describe('a variable', () => {
  const token: PlannedValue = { kind: 'secret', parts: [{ secret: 'api.token' }] };

  it('that is a secret stays a reference', () => {
    expect(expand('Bearer ${TOKEN}!', scope({}, { TOKEN: token }))).toEqual({
      kind: 'secret',
      parts: ['Bearer ', { secret: 'api.token' }, '!'],
    });
  });

  it('that nobody knows is left for a shell, or is nothing, as its place wants it', () => {
    expect(expand('cd $HOME', scope({}))).toEqual({ kind: 'text', text: 'cd $HOME' });
    expect(expand('x$HOME', { ...scope({}), unknown: 'empty' })).toEqual({ kind: 'text', text: 'x' });
  });

  it('is not looked for in what a template gives', () => {
    expect(expand('{{p}}', scope({ p: 'pa$TOKEN' }, { TOKEN: token }))).toEqual({ kind: 'text', text: 'pa$TOKEN' });
  });
});

it('gives back any text that has neither templates nor variables', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/\{\{[^{}]*\}\}|\$[A-Za-z_{]/.test(text));
      expect(expand(text, scope({}))).toEqual({ kind: 'text', text });
    }),
  );
});

it('gives a configured value unchanged, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(expand('<{{k}}>', scope({ k: value }))).toEqual({ kind: 'text', text: `<${value}>` });
    }),
  );
});
