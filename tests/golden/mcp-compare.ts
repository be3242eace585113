export interface McpGoldenCase {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expected: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Of an answer that is no message. */
    readonly text?: string;
    /** What the one event of the answer says, as far as it is kept. */
    readonly message?: unknown;
  };
}

/** How an answer differs from the recorded one; empty when it does not. What is only ours does not count. */
export function mcpDifferences(
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
  { expected }: McpGoldenCase,
): readonly string[] {
  const { status, headers, text, message } = expected;
  return [
    ...(answer.status === status ? [] : [`status ${answer.status} instead of ${status}`]),
    ...Object.entries(headers).flatMap(([name, value]) => {
      const actual = answer.headers.get(name);
      // Every session has an id of its own.
      const isSame = name === 'mcp-session-id' ? actual !== null : actual?.toLowerCase() === value.toLowerCase();
      return isSame ? [] : [`${name}: ${actual} instead of ${value}`];
    }),
    ...(text === undefined || answer.text === text
      ? []
      : [`${JSON.stringify(answer.text)} instead of ${JSON.stringify(text)}`]),
    ...(message === undefined ? [] : lacking(messageIn(answer.text), message, 'message')),
  ];
}

function messageIn(text: string): unknown {
  const data = [...text.matchAll(/^data: (.+)$/gm)].map(([, line = '']) => line);
  return data.length === 1 ? JSON.parse(data[0] ?? '') : text;
}

/** What of `wanted` is not in `value`. Items of lists that have names are found by them: we have more of them. */
function lacking(value: unknown, wanted: unknown, at: string): readonly string[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return wanted.flatMap((one: unknown, index) => {
      const name = nameOf(one);
      const found: unknown = name === undefined ? value[index] : value.find((other) => nameOf(other) === name);
      return lacking(found, one, `${at}[${name ?? index}]`);
    });
  }
  if (typeof wanted !== 'object' || wanted === null) {
    return value === wanted ? [] : [`${at} is ${JSON.stringify(value)} instead of ${JSON.stringify(wanted)}`];
  }
  if (typeof value !== 'object' || value === null) return [`${at} is ${JSON.stringify(value)}, no object`];
  return Object.entries(wanted).flatMap(([key, inner]) => lacking(Reflect.get(value, key), inner, `${at}.${key}`));
}

function nameOf(value: unknown): string | undefined {
  const name: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}
