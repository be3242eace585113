import {
  choice,
  mostRepetitions,
  never,
  oneOf,
  optional,
  rule,
  sequence,
  text,
  times,
  type Expression,
  type Rules,
} from './grammar.ts';
import { refuseSchema } from './refuse.ts';

const longest = 1_000_000;
const quote = text('"');

/** One character of a JSON string as its reader counts it: an escape is one, and a surrogate never stands alone. */
const characterRule = 'char';
const blockRule = 'chars';

export function declareCharacters(rules: Rules): void {
  rules.set(characterRule, choice([oneOf('[^"\\\\\\x00-\\x1f\\x7f]'), sequence(text('\\'), oneOf('["\\\\/bfnrt]'))]));
  rules.set(blockRule, times(rule(characterRule), mostRepetitions, mostRepetitions));
}

export const anyString: Expression = sequence(quote, times(rule(characterRule), 0), quote);

/** Strings of `min` to `max` characters. Long ones are counted in blocks, since a grammar counts to a thousand only. */
export function stringsOfLength(min: number, max: number): Expression {
  if (min > max) return never;
  const one = rule(characterRule);
  if (min === 0 && max === Infinity) return anyString;
  if (min > mostRepetitions) throw refuseSchema('minLength', `is more than ${mostRepetitions}`);
  if (max === Infinity) return sequence(quote, times(one, min), quote);
  if (max > longest) throw refuseSchema('maxLength', `is more than ${longest}`);
  if (max <= mostRepetitions) return sequence(quote, times(one, min, max), quote);
  const [blocks, rest] = [Math.floor(max / mostRepetitions), max % mostRepetitions];
  const block = rule(blockRule);
  const shorter: Expression[] = [sequence(quote, times(one, min, mostRepetitions - 1), quote)];
  if (blocks > 1) {
    shorter.push(sequence(quote, times(block, 1, blocks - 1), times(one, 0, mostRepetitions - 1), quote));
  }
  return choice([...shorter, sequence(quote, times(block, blocks, blocks), times(one, 0, rest), quote)]);
}

const digit = oneOf('[0-9]');
const hex = oneOf('[0-9a-f]');
const hexes = (count: number): Expression => times(hex, count, count);
const label = sequence(oneOf('[a-z0-9]'), times(sequence(optional(text('-')), oneOf('[a-z0-9]')), 0, 20));
const domain = sequence(label, times(sequence(text('.'), label), 0, 3), text('.'), times(oneOf('[a-z]'), 2, 6));
const day28 = choice([
  sequence(text('0'), oneOf('[1-9]')),
  sequence(text('1'), digit),
  sequence(text('2'), oneOf('[0-8]')),
]);
const day30 = choice([day28, text('29'), text('30')]);
const year = choice([sequence(text('19'), digit, digit), sequence(text('2'), digit, digit, digit)]);
const date = sequence(
  year,
  text('-'),
  choice([
    sequence(choice(['01', '03', '05', '07', '08', '10', '12'].map(text)), text('-'), choice([day30, text('31')])),
    sequence(choice(['04', '06', '09', '11'].map(text)), text('-'), day30),
    sequence(text('02-'), day28),
  ]),
);
const minute = sequence(oneOf('[0-5]'), digit);
const hour = choice([sequence(oneOf('[01]'), digit), sequence(text('2'), oneOf('[0-3]'))]);
const zone = choice([text('Z'), sequence(oneOf('[-+]'), hour, text(':'), minute)]);
const time = sequence(
  hour,
  text(':'),
  minute,
  text(':'),
  minute,
  optional(sequence(text('.'), times(digit, 1, 6))),
  zone,
);
const byte = choice([
  sequence(text('25'), oneOf('[0-5]')),
  sequence(text('2'), oneOf('[0-4]'), digit),
  sequence(text('1'), digit, digit),
  sequence(oneOf('[1-9]'), digit),
  digit,
]);
const amount = sequence(oneOf('[1-9]'), times(digit, 0, 3));
const inTime = sequence(text('T'), amount, oneOf('[HMS]'));
const uri = sequence(
  text('http'),
  optional(text('s')),
  text('://'),
  domain,
  times(sequence(text('/'), times(oneOf('[A-Za-z0-9._~-]'), 1, 60)), 0, 10),
);
const group = times(hex, 1, 4);

// Formats of JSON Schema 2020-12. Others are annotations, as the specification has it.
const formats: Readonly<Record<string, Expression>> = {
  date,
  time,
  'date-time': sequence(date, text('T'), time),
  duration: sequence(text('P'), choice([sequence(amount, oneOf('[YMWD]')), inTime])),
  uuid: sequence(
    hexes(8),
    text('-'),
    hexes(4),
    text('-4'),
    hexes(3),
    text('-'),
    oneOf('[89ab]'),
    hexes(3),
    text('-'),
    hexes(12),
  ),
  email: sequence(
    oneOf('[a-z0-9]'),
    times(sequence(optional(oneOf('[._-]')), oneOf('[a-z0-9]')), 0, 30),
    text('@'),
    domain,
  ),
  hostname: domain,
  ipv4: sequence(byte, text('.'), byte, text('.'), byte, text('.'), byte),
  ipv6: sequence(times(sequence(group, text(':')), 7, 7), group),
  uri,
  'uri-reference': uri,
  iri: uri,
};

export function stringsOfFormat(format: string): Expression | undefined {
  const body = Object.hasOwn(formats, format) ? formats[format] : undefined;
  return body && sequence(quote, body, quote);
}
