/** A line with the time by which it is put among others. */
export interface StampedLine {
  /** ISO 8601; undefined for a line that belongs to the one before it. */
  readonly time: string | undefined;
  readonly text: string;
}

const isoTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) (.*)$/s;

/** A line of our files in the words of docker/model-runner's log (contract model-runner §7). */
export function readLogLine(line: string): StampedLine {
  const [, time, text] = isoTime.exec(line) ?? [];
  if (time !== undefined && text !== undefined) return { time, text };
  return readStructured(line) ?? { time: undefined, text: line };
}

export function prefixed({ text }: StampedLine, time: string): string {
  return time === '' ? `${text}\n` : `[${time}] ${text}\n`;
}

function readStructured(line: string): StampedLine | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { time, level, msg, ...fields } = value as Readonly<Record<string, unknown>>;
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return undefined;
  const words = Object.entries(fields).map(([name, item]) => `${name}=${word(item)}`);
  const text = [`time=${time}`, `level=${String(level).toUpperCase()}`, `msg=${quoted(String(msg))}`, ...words].join(
    ' ',
  );
  return { time, text };
}

function word(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || /[\s"=]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
