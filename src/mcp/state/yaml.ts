import { isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { invalidFile } from './read-text.ts';

/** Reads YAML or JSON that a person wrote. An empty file is an empty mapping. @throws AppError `settings.invalid` naming the place */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  { schema, path }: { schema: Schema; path: string },
): z.output<Schema> {
  const result = schema.safeParse(plainYaml(text, path) ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : '';
  throw invalidFile(path, `${place}${issue?.message ?? 'unknown form'}`);
}

function plainYaml(text: string, path: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent', stringKeys: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw invalidFile(path, error.message.split('\n')[0] ?? 'no YAML');
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw invalidFile(path, cause instanceof Error ? cause.message : 'no YAML', cause);
  }
}

/** The text with this value in it: what did not change keeps its comments and its form. */
export function editYaml(text: string | undefined, value: unknown): string {
  const document = parseDocument(text ?? '', { logLevel: 'silent', stringKeys: true });
  document.contents = document.errors.length > 0 ? null : document.contents;
  document.contents = merged(document, document.contents, value) as typeof document.contents;
  return document.toString({ lineWidth: 0 });
}

function merged(document: Document, node: unknown, value: unknown): Node {
  const fresh = (): Node => document.createNode(value) as Node;
  if (isMap(node) && isPlainObject(value)) {
    for (const { key } of node.items.slice()) {
      const name = isScalar(key) ? String(key.value) : String(key);
      if (value[name] === undefined) node.delete(key);
    }
    for (const [name, one] of Object.entries(value)) {
      if (one !== undefined) node.set(name, merged(document, node.get(name, true), one));
    }
    return node;
  }
  if (isSeq(node) && Array.isArray(value)) {
    const before = [...node.items];
    const same = (one: unknown): number =>
      before.findIndex((item) => item !== undefined && JSON.stringify(plain(document, item)) === JSON.stringify(one));
    const kept = value.map((one) => {
      const found = same(one);
      return found < 0 ? undefined : before.splice(found, 1, undefined)[0];
    });
    // What is no longer there as it was is most likely what stands in its place now.
    node.items = value.map((one, index) => kept[index] ?? merged(document, named(document, before, one), one));
    return node;
  }
  if (isScalar(node) && !isPlainObject(value) && !Array.isArray(value)) {
    if (node.value !== value) {
      node.value = value;
      delete node.source;
    }
    return node;
  }
  return fresh();
}

/** The item of a list that has the same name, with its comments. */
function named(document: Document, items: readonly unknown[], value: unknown): unknown {
  const name = nameOf(value);
  if (name === undefined) return undefined;
  return items.find((item) => item !== undefined && nameOf(plain(document, item)) === name);
}

function nameOf(value: unknown): unknown {
  if (!isPlainObject(value)) return undefined;
  const { name, snapshot } = value;
  if (name !== undefined) return name;
  return isPlainObject(snapshot) && isPlainObject(snapshot['server']) ? snapshot['server']['name'] : undefined;
}

function plain(document: Document, node: unknown): unknown {
  const holder = node as { toJS?: (document: Document) => unknown };
  return typeof holder.toJS === 'function' ? holder.toJS(document) : node;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
