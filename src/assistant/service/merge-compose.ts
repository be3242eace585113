import { isAlias, isMap, isScalar, isSeq, parseDocument, YAMLMap, YAMLSeq, type Document } from 'yaml';
import { AppError } from '#core';

/**
 * A Compose file with what a fix says of a service, comments and order kept: lists get what they lack, and of mappings only what is
 * named changes. @throws AppError `request.invalid` where the file cannot be changed without guessing
 */
export function mergeCompose(text: string, patch: string): string {
  const document = parseDocument(text);
  const wanted: unknown = parseDocument(patch).toJS();
  if (document.errors.length > 0 || !isRecord(wanted) || !isRecord(wanted['services']))
    throw cannot('it is no valid YAML');
  for (const [service, lines] of Object.entries(wanted['services'])) {
    const at = document.getIn(['services', service], true);
    if (!isMap(at)) throw cannot(`it has no service ${service} of its own`);
    if (isRecord(lines)) mergeInto(at, lines, document);
  }
  // As the file was written, so that little more changes than what is meant.
  return document.toString({
    lineWidth: 0,
    flowCollectionPadding: /[[{] \S/.test(text),
    indentSeq: !/^( *)[\w.-]+:\n\1- /m.test(text),
  });
}

function mergeInto(map: YAMLMap, lines: Readonly<Record<string, unknown>>, document: Document): void {
  for (const [key, value] of Object.entries(lines)) {
    const before = map.get(key, true);
    // What an alias stands for is used elsewhere too.
    if (isAlias(before)) throw cannot(`${key} is an alias`);
    if (isMap(before) && isRecord(value)) mergeInto(before, value, document);
    else if (isSeq(before)) append(before, listOf(value), document);
    else map.set(key, document.createNode(value));
  }
}

/** Of `NAME=value` the later one holds, so an older line of the same name goes. */
function append(list: YAMLSeq, items: readonly unknown[], document: Document): void {
  for (const item of items) {
    const name = typeof item === 'string' ? /^(\w+)=/.exec(item)?.[1] : undefined;
    const index = list.items.findIndex((one) => {
      const had = isScalar(one) ? one.value : undefined;
      return (
        had === item || (name !== undefined && typeof had === 'string' && (had === name || had.startsWith(`${name}=`)))
      );
    });
    if (index === -1) list.add(document.createNode(item));
    else list.set(index, document.createNode(item));
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.entries(value).map(([name, one]) => `${name}=${String(one)}`) : [value];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cannot(reason: string): AppError {
  return new AppError('request.invalid', `The Compose file cannot be changed from here: ${reason}.`, {
    hint: 'Change it by hand as the diagnosis shows.',
    params: { reason: 'compose_file', detail: reason },
  });
}
