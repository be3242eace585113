import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { ServiceFacts } from './project.ts';

const build = z.union([
  z.string(),
  z.looseObject({
    context: z.string().optional(),
    dockerfile: z.string().optional(),
    target: z.string().optional(),
    platforms: z.array(z.string()).optional(),
  }),
]);

const composeSchema = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      build: build.optional().catch(undefined),
      init: z.boolean().optional().catch(undefined),
      healthcheck: z.looseObject({}).optional().catch(undefined),
      user: z.coerce.string().optional().catch(undefined),
      mem_limit: z.union([z.string(), z.number()]).optional().catch(undefined),
      platform: z.string().optional().catch(undefined),
      command: z
        .union([z.string(), z.array(z.coerce.string())])
        .optional()
        .catch(undefined),
      deploy: z
        .looseObject({
          resources: z.looseObject({ limits: z.looseObject({ memory: z.unknown().optional() }).optional() }).optional(),
        })
        .optional()
        .catch(undefined),
    }),
  ),
});

/**
 * The services of a Compose file that build a Dockerfile of the same folder. What cannot be read gives none: the file belongs to
 * somebody else, and Compose itself tells what is wrong with it.
 */
export function readServices(text: string, dockerfile: string): ServiceFacts[] {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) return [];
  const parsed = composeSchema.safeParse(safeValue(document));
  if (!parsed.success) return [];
  return Object.entries(parsed.data.services).flatMap(([name, service]) => {
    const how = typeof service.build === 'string' ? { context: service.build } : service.build;
    const isHere = how && /^(?:\.\/?)?$/.test(how.context ?? '.');
    if (!isHere || (how.dockerfile ?? 'Dockerfile').replace(/^\.\//, '') !== dockerfile) return [];
    return [
      {
        name,
        hasInit: service.init === true,
        hasHealthcheck: service.healthcheck !== undefined && service.healthcheck['disable'] !== true,
        user: service.user,
        target: how.target,
        memoryLimited: service.mem_limit !== undefined || service.deploy?.resources?.limits?.memory !== undefined,
        platforms: how.platforms ?? (service.platform === undefined ? [] : [service.platform]),
        command: Array.isArray(service.command) ? service.command.join(' ') : service.command,
      },
    ];
  });
}

/** Aliases that grow without end are refused by the library; such a file is one that cannot be read. */
function safeValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}
