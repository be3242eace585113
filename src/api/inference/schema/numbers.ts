import { choice, never, oneOf, optional, sequence, text, times, type Expression } from './grammar.ts';
import { refuseSchema } from './refuse.ts';

export interface NumberLimits {
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
  readonly minExcluded: boolean;
  readonly maxExcluded: boolean;
  readonly multiples: readonly number[];
}

/** Whole numbers beyond this are not told apart by JSON readers. */
const largest = 999_999_999_999_999;
const mostListed = 500;
const digit = oneOf('[0-9]');
/** Ends in a digit other than 0, so that it is more than nothing: it can stand above an excluded bound. */
const fraction = sequence(text('.'), times(digit, 0, 14), oneOf('[1-9]'));

/** Numbers within limits, in decimal notation. What it admits is always valid; bounds that are no whole numbers are met in steps. */
export function numbers(limits: NumberLimits): Expression {
  const { integer, min, max } = limits;
  const multiples = limits.multiples.filter((step) => !(step === 1 && integer));
  if (multiples.length > 0) return multiplesOf(multiples, limits);
  if (min <= -largest && max >= largest) {
    const whole = sequence(optional(text('-')), anyWhole);
    return integer ? whole : sequence(whole, optional(sequence(text('.'), times(digit, 1, 15))));
  }
  const [low, high] = wholes(limits);
  const options: Expression[] = [];
  if (high >= 0) options.push(...between(Math.max(low, 0), high));
  if (low < 0) options.push(...between(Math.max(1, -high), -low).map((digits) => sequence(text('-'), digits)));
  if (!integer) options.push(...withFractions(limits));
  return options.length === 0 ? never : choice(options);
}

const anyWhole = choice([text('0'), sequence(oneOf('[1-9]'), times(digit, 0, 14))]);

/** The lowest and highest whole number inside. */
function wholes({ min, max, minExcluded, maxExcluded }: NumberLimits): [number, number] {
  const low = Math.max(Math.ceil(min), -largest);
  const high = Math.min(Math.floor(max), largest);
  // Adding 0 turns -0 into 0.
  return [(minExcluded && low === min ? low + 1 : low) + 0, (maxExcluded && high === max ? high - 1 : high) + 0];
}

function withFractions({ min, max, minExcluded, maxExcluded }: NumberLimits): Expression[] {
  const [low, high] = [Math.max(min, -largest), Math.min(max, largest)];
  const options: Expression[] = [];
  const positive = between(Math.max(0, Math.ceil(low)), Math.floor(high) - 1);
  options.push(...positive.map((digits) => sequence(digits, fraction)));
  const negative = between(Math.max(0, Math.ceil(-high)), Math.floor(-low) - 1);
  options.push(...negative.map((digits) => sequence(text('-'), digits, fraction)));
  const inside = (value: number): boolean =>
    (minExcluded ? value > min : value >= min) && (maxExcluded ? value < max : value <= max);
  for (const [from, to] of edges(low, high)) options.push(...listed(from, to, inside));
  return options;
}

/** What is left between a bound that is no whole number and the whole number next to it. */
function edges(low: number, high: number): [number, number][] {
  if (Math.floor(low) === Math.floor(high)) return Number.isInteger(low) && low === high ? [] : [[low, high]];
  const ranges: [number, number][] = [];
  if (!Number.isInteger(low)) ranges.push([low, Math.ceil(low)]);
  if (!Number.isInteger(high)) ranges.push([Math.floor(high), high]);
  return ranges;
}

function listed(low: number, high: number, inside: (value: number) => boolean): Expression[] {
  for (let decimals = 1; decimals <= 15; decimals += 1) {
    const scale = 10 ** decimals;
    const [first, last] = [Math.ceil(low * scale), Math.floor(high * scale)];
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) break;
    const step = Math.max(1, Math.ceil((last - first) / 100));
    const found: string[] = [];
    for (let value = first; value <= last; value += step) {
      const written = (value / scale).toFixed(decimals);
      if (!Number.isInteger(Number(written)) && inside(Number(written))) found.push(written);
    }
    if (found.length >= 10 || (found.length > 0 && decimals >= 6)) return found.map((written) => text(written));
  }
  return [];
}

function multiplesOf(multiples: readonly number[], limits: NumberLimits): Expression {
  const step = Math.max(...multiples);
  const [first, last] = [Math.ceil(limits.min / step), Math.floor(limits.max / step)];
  if (last - first <= mostListed) {
    const found: Expression[] = [];
    for (let factor = first; factor <= last; factor += 1) {
      const value = factor * step + 0;
      const excluded = (limits.minExcluded && value === limits.min) || (limits.maxExcluded && value === limits.max);
      const exact = multiples.every((one) => Number.isInteger(value / one));
      const written = String(value);
      if (exact && !excluded && value >= limits.min && value <= limits.max && !written.includes('e')) {
        if (!limits.integer || Number.isInteger(value)) found.push(text(written));
      }
    }
    return found.length === 0 ? never : choice(found);
  }
  const ends = new Map([
    [2, '[02468]'],
    [5, '[05]'],
  ]).get(step);
  const unbounded = limits.min <= -largest && limits.max >= largest && multiples.length === 1;
  if (unbounded && ends !== undefined) {
    const digits = optional(sequence(oneOf('[1-9]'), times(digit, 0, 12)));
    return sequence(optional(text('-')), digits, oneOf(ends));
  }
  const zeros = Math.log10(step);
  if (unbounded && Number.isInteger(zeros) && zeros >= 0 && zeros <= 12) {
    const digits = sequence(oneOf('[1-9]'), times(digit, 0, 2), text('0'.repeat(zeros)));
    return choice([text('0'), sequence(optional(text('-')), digits)]);
  }
  throw refuseSchema('multipleOf', 'needs a minimum and a maximum with at most 500 multiples between them');
}

/** The whole numbers from `low` to `high`, neither negative, by digits. */
function between(low: number, high: number): Expression[] {
  if (low > high) return [];
  const options: Expression[] = [];
  for (let length = String(low).length; length <= String(high).length; length += 1) {
    const from = Math.max(low, length === 1 ? 0 : 10 ** (length - 1));
    const to = Math.min(high, 10 ** length - 1);
    options.push(...sameLength(String(from), String(to)));
  }
  return options;
}

function sameLength(low: string, high: string): Expression[] {
  if (low.length === 1) return [digits(low, high)];
  const [lowHead = '', highHead = ''] = [low[0], high[0]];
  const [lowTail, highTail] = [low.slice(1), high.slice(1)];
  const [lowest, highest] = ['0'.repeat(lowTail.length), '9'.repeat(lowTail.length)];
  const free = times(digit, lowTail.length, lowTail.length);
  if (lowHead === highHead) return sameLength(lowTail, highTail).map((tail) => sequence(text(lowHead), tail));
  const options: Expression[] = [];
  let [first, last] = [Number(lowHead), Number(highHead)];
  if (lowTail !== lowest) {
    options.push(...sameLength(lowTail, highest).map((tail) => sequence(text(lowHead), tail)));
    first += 1;
  }
  const upper = highTail === highest ? [] : sameLength(lowest, highTail).map((tail) => sequence(text(highHead), tail));
  if (upper.length > 0) last -= 1;
  if (first <= last) options.push(sequence(digits(String(first), String(last)), free));
  return [...options, ...upper];
}

const digits = (low: string, high: string): Expression => (low === high ? text(low) : oneOf(`[${low}-${high}]`));
