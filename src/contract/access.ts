import { z } from 'zod';

const scope = z.enum(['infer', 'models', 'mcp', 'admin']);

const apiKeyBody = z.object({
  name: z.string(),
  scopes: z.array(scope),
  /** ISO 8601, as the others. */
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  expired: z.boolean(),
});

/** `GET /gantry/keys`. `DELETE /gantry/keys/{name}`, answered 204. */
export const apiKeyListBody = z.array(apiKeyBody);

/** `POST /gantry/keys`, answered 201. */
export const createKeyRequest = z.strictObject({
  name: z.string(),
  scopes: z.array(scope).min(1),
  expiresInMs: z
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER / 2)
    .optional(),
});

/** The key itself is in this answer and nowhere else. */
export const createdKeyBody = z.object({ secret: z.string(), key: apiKeyBody });

/** `GET /gantry/tls`, and the answer of `POST /gantry/tls/renew`. */
export const tlsBody = z.object({
  enabled: z.boolean(),
  addresses: z.array(z.string()),
  /** What clients are to trust; null for files of the user. */
  authorityPath: z.string().nullable(),
  names: z.array(z.string()),
  validUntil: z.string().nullable(),
  fingerprint: z.string().nullable(),
});

export type ApiKeyBody = z.infer<typeof apiKeyBody>;
export type CreatedKeyBody = z.infer<typeof createdKeyBody>;
export type TlsBody = z.infer<typeof tlsBody>;
