import { z } from 'zod';
import type { JsonObject } from '../types.ts';
import type { Era } from '../protocol/versions.ts';

/** What a server offers, as it said itself. */
export interface Manifest {
  readonly era: Era;
  readonly serverInfo: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions: string | undefined;
  readonly tools: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly templates: readonly JsonObject[];
}

export type ListName = 'tools' | 'prompts' | 'resources' | 'templates';

export const listMethods: Readonly<Record<ListName, { method: string; key: string; id: string; capability: string }>> =
  {
    tools: { method: 'tools/list', key: 'tools', id: 'name', capability: 'tools' },
    prompts: { method: 'prompts/list', key: 'prompts', id: 'name', capability: 'prompts' },
    resources: { method: 'resources/list', key: 'resources', id: 'uri', capability: 'resources' },
    templates: {
      method: 'resources/templates/list',
      key: 'resourceTemplates',
      id: 'uriTemplate',
      capability: 'resources',
    },
  };

export const listNames: readonly ListName[] = ['tools', 'prompts', 'resources', 'templates'];

export const emptyManifest: Manifest = {
  era: 'legacy',
  serverInfo: {},
  capabilities: {},
  instructions: undefined,
  tools: [],
  prompts: [],
  resources: [],
  templates: [],
};

export function countOf({ tools, prompts, resources, templates }: Manifest): number {
  return tools.length + prompts.length + resources.length + templates.length;
}

const anObject = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const named = (key: string): z.ZodType<readonly JsonObject[]> =>
  z.array(anObject.refine((item) => typeof item[key] === 'string'));

export const manifestSchema: z.ZodType<Manifest> = z.object({
  era: z.enum(['legacy', 'modern']),
  serverInfo: anObject,
  capabilities: anObject,
  instructions: z
    .string()
    .optional()
    .transform((text) => text),
  tools: named('name'),
  prompts: named('name'),
  resources: named('uri'),
  templates: named('uriTemplate'),
}) as z.ZodType<Manifest>;
