import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { evaluate, type Value } from './evaluate.ts';
import { parseExpression } from './parse.ts';

const profile: Value = {
  id: 'work',
  servers: [
    { type: 'image', image: 'mcp/time', tools: ['now', 'zones'], snapshot: { server: { name: 'time' } } },
    { type: 'remote', endpoint: 'https://far', snapshot: { server: { name: 'far-away' } } },
  ],
  secrets: { default: { provider: 'keychain' } },
  'odd name': true,
};
const ask = (expression: string): readonly Value[] => evaluate(parseExpression(expression), profile);

describe('an expression of --yq', () => {
  it.each<[string, readonly Value[]]>([
    ['.', [profile]],
    ['.id', ['work']],
    ['.secrets.default.provider', ['keychain']],
    ['.["odd name"]', [true]],
    ['."odd name"', [true]],
    ['.servers[0].image', ['mcp/time']],
    ['.servers.[-1].type', ['remote']],
    ['.servers[].snapshot.server.name', ['time', 'far-away']],
    ['.servers | .[] | .type', ['image', 'remote']],
    ['.servers[] | select(.type == "remote") | .endpoint', ['https://far']],
    ['.servers[] | select(.snapshot.server.name == "far*").type', ['remote']],
    ['.servers[] | select(.type != "remote") | .tools | length', [2]],
    ['.servers | map(.snapshot.server.name)', [['time', 'far-away']]],
    ['.servers | map(select(.tools == null)) | length', [1]],
    ['.secrets | keys', [['default']]],
    ['keys', [['id', 'servers', 'secrets', 'odd name']]],
    ['(.servers | length) == 2', [true]],
    ['.absent.deeper[3]', [null]],
    ['.absent[]', []],
    ['.toString', [null]],
  ])('%s', (expression, given) => {
    expect(ask(expression)).toEqual(given);
  });

  it.each([
    ['.servers[', ''],
    ['.servers[0:2]', ':'],
    ['.a, .b', ','],
    ['del(.id)', 'del'],
    ['.id = "x"', '='],
    ['.a // "b"', '/'],
    ['..', ''],
    ['', ''],
    ['select .a', '.'],
    ['.servers[1.5]', '1.5'],
  ])('%s is refused at what is not understood', (expression, found) => {
    expect(() => parseExpression(expression)).toThrow(
      expect.objectContaining({ code: 'request.invalid', params: expect.objectContaining({ found }) }),
    );
  });

  it.each(['.id.more', '.id[]', '.id[0]', '.servers.name', '.id | keys', '.servers[0].tools.x'])(
    '%s says what the value is not',
    (expression) => {
      expect(() => ask(expression)).toThrow(
        expect.objectContaining({ params: expect.objectContaining({ reason: 'yq_type' }) }),
      );
    },
  );

  it('ends, whatever it is: with values, or with an error of its own', () => {
    const piece = fc.constantFrom(
      '.',
      '[',
      ']',
      '[]',
      '|',
      '(',
      ')',
      'map(',
      'select(',
      'keys',
      '==',
      '"a*"',
      '1',
      'id',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join(' ')),
        ),
        (expression) => {
          try {
            ask(expression);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect(error).toMatchObject({ code: 'request.invalid' });
          }
        },
      ),
    );
  });
});
