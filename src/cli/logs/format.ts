import { createColors } from 'picocolors';
import { printable, printableLine } from '../output/printable.ts';
import { reasonOf } from './last-error.ts';
import { parseLogLine, type LogLevel } from './line.ts';

const words: Record<LogLevel, string> = { debug: 'DEBUG', info: 'INFO ', warn: 'WARN ', error: 'ERROR' };
// Fields of every pino line that say nothing to a reader.
const hidden = new Set(['pid', 'hostname', 'v']);

/** One log line for people: local time, level, event, fields. Lines that are not structured stay as they are. */
export function formatLogLine(text: string, { colors, prefix }: { colors: boolean; prefix: string }): string {
  const { dim, red, yellow } = createColors(colors);
  const line = parseLogLine(text);
  if (!line) return `${prefix}${printable(text)}`;
  const time = line.timeMs === undefined ? '' : `${localTime(line.timeMs)} `;
  const level = words[line.level];
  const painted = line.level === 'error' ? red(level) : line.level === 'warn' ? yellow(level) : level;
  const fields = Object.entries(line.fields)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ');
  return `${prefix}${dim(time)}${painted} ${printableLine(line.message)}${fields && ` ${dim(fields)}`}`;
}

function valueText(value: unknown): string {
  const sentence = typeof value === 'object' && value !== null ? reasonOf({ value, ...value }) : undefined;
  const text = printableLine(sentence ?? (typeof value === 'string' ? value : JSON.stringify(value)));
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}

function localTime(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
