/** What an answer must look like: JSON as a shape of type names, text as it is; `{ID}`, `{REGISTRY}` and so on stand for values of the run. */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

export type GoldenBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text?: string; readonly like?: string }
  | { readonly kind: 'json'; readonly shape: Shape }
  | {
      readonly kind: 'ndjson';
      readonly escaped: boolean;
      readonly lines: readonly { readonly type: string; readonly shape: Shape }[];
    }
  | { readonly kind: 'sse'; readonly events: readonly { readonly event?: string; readonly data: Shape }[] };

export interface GoldenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: GoldenBody;
}

export interface GoldenCase {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expected: GoldenAnswer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** How an answer differs from the recorded one; empty when it does not. Fields and headers that are only ours do not count. */
export function differences(answer: Answer, expected: GoldenAnswer, fill: (text: string) => string): string[] {
  const found: string[] = [];
  if (answer.status !== expected.status) found.push(`status ${answer.status} instead of ${expected.status}`);
  for (const [name, value] of Object.entries(expected.headers)) {
    const actual = answer.headers.get(name);
    if (!sameHeader(name, { actual, value: fill(value) })) found.push(`${name}: ${actual} instead of ${value}`);
  }
  return [...found, ...bodyDifferences(answer.text, expected.body, fill)];
}

function sameHeader(name: string, { actual, value }: { actual: string | null; value: string }): boolean {
  if (actual === null) return false;
  const parts = (text: string): string[] => text.toLowerCase().split(/[,;]\s*/);
  // `charset` says nothing new about JSON, which is UTF-8; a list may allow more.
  if (name === 'content-type') return parts(actual)[0] === parts(value)[0];
  return parts(value).every((part) => parts(actual).includes(part));
}

function bodyDifferences(text: string, expected: GoldenBody, fill: (text: string) => string): string[] {
  switch (expected.kind) {
    case 'empty':
      return text === '' ? [] : [`a body: ${excerpt(text)}`];
    case 'text':
      return sameText(text, expected, fill)
        ? []
        : [`text ${excerpt(text)} instead of ${expected.text ?? expected.like}`];
    case 'json':
      return jsonDifferences(text, expected.shape);
    case 'ndjson':
      return lineDifferences(text, expected);
    case 'sse':
      return eventDifferences(text, expected.events);
  }
}

function sameText(text: string, { text: exact, like }: { text?: string; like?: string }, fill: (t: string) => string) {
  return like === undefined ? text === fill(exact ?? '') : new RegExp(like).test(text);
}

function jsonDifferences(text: string, shape: Shape): string[] {
  try {
    return shapeDifferences(JSON.parse(text), shape, '');
  } catch {
    return [`not JSON: ${excerpt(text)}`];
  }
}

function lineDifferences(text: string, { escaped, lines }: GoldenBody & { kind: 'ndjson' }): string[] {
  if (text.includes('&#34;') !== escaped) return [escaped ? 'lines are not escaped' : 'lines are escaped'];
  const plain = text.replaceAll('&#34;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const actual = plain
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  return lines.flatMap(({ type, shape }) => {
    const same = actual.filter((line) => line.type === type);
    if (same.length === 0) return [`no line of type ${type}`];
    const closest = same.map((line) => shapeDifferences(line, shape, type)).toSorted((a, b) => a.length - b.length)[0];
    return closest ?? [];
  });
}

function eventDifferences(text: string, events: readonly { event?: string; data: Shape }[]): string[] {
  const actual = text
    .split('\n\n')
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1],
      data: /^data: (.*)$/m.exec(block)?.[1],
    }))
    .filter((event): event is { event: string | undefined; data: string } => event.data !== undefined);
  return events.flatMap(({ event, data }) => {
    const same = actual.filter((one) => one.event === event);
    if (data === '[DONE]') return same.some((one) => one.data === data) ? [] : ['no [DONE]'];
    const parsed = same.filter((one) => one.data !== '[DONE]').map((one) => JSON.parse(one.data) as unknown);
    const closest = parsed
      .map((one) => shapeDifferences(one, data, event ?? 'event'))
      .toSorted((a, b) => a.length - b.length)[0];
    return closest ?? [`no event ${event ?? ''} like ${JSON.stringify(data).slice(0, 200)}`];
  });
}

function shapeDifferences(value: unknown, shape: Shape, at: string): string[] {
  // What was null there may be set here.
  if (shape === 'null') return value === undefined ? [`${at} is missing`] : [];
  if (typeof shape === 'string') return typeof value === shape ? [] : [`${at} is ${describe(value)}, not ${shape}`];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${at} is ${describe(value)}, not a list`];
    const [first] = shape;
    if (first === undefined) return [];
    if (value.length === 0) return [`${at} is empty`];
    return shape.length === 1 ? value.flatMap((item, index) => shapeDifferences(item, first, `${at}[${index}]`)) : [];
  }
  if (typeof value !== 'object' || value === null) return [`${at} is ${describe(value)}, not an object`];
  return Object.entries(shape).flatMap(([key, inner]) =>
    key in value
      ? shapeDifferences(value[key as keyof typeof value], inner, `${at}.${key}`)
      : [`${at}.${key} is missing`],
  );
}

function isList(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape);
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
