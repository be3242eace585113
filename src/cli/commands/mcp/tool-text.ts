import type { CallToolResult, Tool } from '@modelcontextprotocol/client';
import { formatSize } from '#core';
import type { JsonObject } from '#mcp';
import type { Translate } from '../../messages/translate.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { isObject, propertyOf, typesOf } from './tool-arguments.ts';

/** As `docker mcp tools ls` prints them. */
export function toolListText(tools: readonly Tool[], t: Translate): string {
  const lines = tools.map((tool) => ` - ${printableLine(tool.name)} - ${summaryOf(tool)}\n`);
  return `${t('mcp.tools.list', { n: tools.length })}\n${lines.join('')}`;
}

/** Its title, else its first sentence. */
function summaryOf({ annotations, title, description = '' }: Tool): string {
  const named = annotations?.title ?? title;
  if (named !== undefined && named !== '') return printableLine(named);
  const [sentence = ''] = /^[^]*?[.!?](?=\s|$)/.exec(description.trim()) ?? [description];
  return printableLine(sentence);
}

export function toolText(tool: Tool, t: Translate): string {
  const { name, description = '', annotations } = tool;
  const hints = Object.entries(annotations ?? {}).filter(([, value]) => value === true);
  const lines = [
    `${t('mcp.tools.name')}: ${printableLine(name)}`,
    `${t('mcp.tools.description')}: ${printable(description).trim()}`,
    ...(hints.length > 0 ? [`${t('mcp.tools.hints')}: ${hints.map(([key]) => key).join(', ')}`] : []),
    ...schemaLines(inputSchemaOf(tool), { title: t('mcp.tools.input'), t }),
    ...(tool.outputSchema ? schemaLines(asJson(tool.outputSchema), { title: t('mcp.tools.output'), t }) : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function inputSchemaOf({ inputSchema }: Tool): JsonObject {
  return asJson(inputSchema);
}

/** It came as JSON. */
function asJson(value: object): JsonObject {
  return value as JsonObject;
}

function schemaLines(schema: JsonObject, { title, t }: { title: string; t: Translate }): readonly string[] {
  const { properties, required } = schema;
  const names = Object.keys(isObject(properties) ? properties : {});
  if (names.length === 0) return [`${title}: ${t('mcp.tools.nothing')}`];
  const needed = new Set(Array.isArray(required) ? required : []);
  const widths = Math.max(...names.map((name) => name.length));
  const lines = names.flatMap((name) => {
    const property = propertyOf(schema, name);
    const marks = [
      typeText(property),
      ...(needed.has(name) ? [t('mcp.tools.required')] : []),
      ...('default' in property ? [t('mcp.tools.default', { value: JSON.stringify(property['default']) })] : []),
    ];
    const { description } = property;
    const about = typeof description === 'string' ? [`      ${printableLine(description)}`] : [];
    return [`  ${printableLine(name).padEnd(widths)}  ${printableLine(marks.join(', '))}`, ...about];
  });
  return [`${title}:`, ...lines];
}

function typeText(property: JsonObject): string {
  const { enum: choices, items } = property;
  if (Array.isArray(choices)) return choices.map((one) => JSON.stringify(one)).join(' | ');
  const types = typesOf(property);
  if (types.includes('array') && isObject(items)) return `${typeText(items)}[]`;
  return types.length > 0 ? types.join(' | ') : 'any';
}

/** What a call gave, for people: text as it is, a word for everything else. */
export function resultText({ content, structuredContent }: CallToolResult): string {
  const parts = content.map((part) => {
    if (part.type === 'text') return printable(part.text);
    if (part.type === 'resource_link') return printableLine(`${part.name}: ${part.uri}`);
    if (part.type !== 'resource') return mediaText(part.type, { mimeType: part.mimeType, base64: part.data });
    const { resource } = part;
    if ('text' in resource) return printable(resource.text);
    return mediaText(resource.uri, { mimeType: resource.mimeType, base64: resource.blob });
  });
  // Most servers say the same in text too.
  if (parts.length === 0 && structuredContent !== undefined)
    return `${JSON.stringify(structuredContent, undefined, 2)}\n`;
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`;
}

function mediaText(what: string, { mimeType, base64 }: { mimeType: string | undefined; base64: string }): string {
  return printableLine(`[${what} ${mimeType ?? ''} ${formatSize(Math.floor((base64.length * 3) / 4))}]`);
}
