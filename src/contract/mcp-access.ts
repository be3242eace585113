import { z } from 'zod';
import { filePath } from './file-path.ts';
import { jsonObject, problemBody } from './mcp-parts.ts';

/** `GET /gantry/mcp/secrets`. Values never come back. */
export const mcpSecretsBody = z.object({
  secrets: z.array(
    z.object({
      name: z.string(),
      /** `keychain`, `file`, `env NAME`, `command PROGRAM`, `path FILE`. */
      provider: z.string(),
      /** Servers of profiles that may have it. */
      usedBy: z.array(z.object({ profile: z.string(), server: z.string() })),
    }),
  ),
});
export type McpSecretsBody = z.infer<typeof mcpSecretsBody>;

/** `PUT /gantry/mcp/secrets/NAME` */
export const mcpSetSecretRequest = z.strictObject({
  value: z.string().min(1).max(65_536),
  in: z.enum(['keychain', 'file']).optional(),
});
/** `PUT /gantry/mcp/secrets/NAME/place`: where its value is to be found, each time that it is needed. */
export const mcpReferSecretRequest = z.union([
  /** A variable of the daemon's environment. */
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable')
      .max(200),
  }),
  /** A program and its arguments; run without a shell. */
  z.strictObject({ command: z.array(z.string().min(1).max(4096)).min(1).max(100) }),
  z.strictObject({ path: filePath.refine((path) => path.startsWith('/'), { message: 'expected an absolute path' }) }),
]);
export const mcpSecretStored = z.object({
  name: z.string(),
  in: z.enum(['keychain', 'file']),
  /** Why it is not in the keychain, where nobody chose. */
  instead: z.string().optional(),
});
/** `POST /gantry/mcp/secrets/NAME/check`: whether its value can be had now. */
export const mcpSecretChecked = z.object({ name: z.string(), resolved: z.boolean(), error: problemBody.optional() });

/** `GET /gantry/mcp/oauth` */
export const mcpOAuthBody = z.object({
  servers: z.array(
    z.object({
      server: z.string(),
      url: z.string(),
      authorized: z.boolean(),
      expiresAt: z.string().optional(),
      registeredByHand: z.boolean(),
    }),
  ),
});
export type McpOAuthBody = z.infer<typeof mcpOAuthBody>;

/** `POST /gantry/mcp/oauth/SERVER`: streams `open` with the address for the person's browser, then `done` or `error`. */
export const mcpAuthorizeRequest = z.strictObject({ scopes: z.array(z.string().min(1).max(500)).max(100).optional() });
export const mcpOAuthOpen = z.object({ url: z.string() });
/** `POST /gantry/mcp/oauth/SERVER/paste`: where a browser on another machine ended. */
export const mcpPasteRequest = z.strictObject({ address: z.string().min(1).max(16_384) });
/** `DELETE /gantry/mcp/oauth/SERVER`: `forgotten` when the service has no way to be told. */
export const mcpRevokedBody = z.object({ server: z.string(), outcome: z.string() });

const grant = z.object({ server: z.string(), path: z.string(), mode: z.enum(['ro', 'rw']) });
/** `GET /gantry/mcp/grants` */
export const mcpGrantsBody = z.object({ grants: z.array(grant) });
export type McpGrantsBody = z.infer<typeof mcpGrantsBody>;
/** `POST /gantry/mcp/grants` */
export const mcpGrantRequest = z.strictObject({
  server: z.string().min(1).max(256),
  /** Absolute, or below `~`. */
  path: z
    .string()
    .regex(/^(?:\/|~(?:\/|$))[^\0]*$/, 'expected an absolute path')
    .max(4096),
  mode: z.enum(['ro', 'rw']),
  evenThoughSensitive: z.boolean().optional(),
});

/** `GET /gantry/mcp/policy` */
export const mcpPolicyBody = z.object({
  path: z.string(),
  /** Empty where there is no file. */
  text: z.string(),
  /** Of the text; for changing it only if it is still the same. */
  digest: z.string(),
  /** As it is understood; absent while it cannot be. Then nothing is allowed. */
  policy: jsonObject.optional(),
  error: problemBody.optional(),
});
export type McpPolicyBody = z.infer<typeof mcpPolicyBody>;
/** `PUT /gantry/mcp/policy` */
export const mcpSetPolicyRequest = z.strictObject({
  text: z.string().max(2_000_000),
  /** The digest of the text that was edited. */
  expects: z.string().max(64).optional(),
});
/** `POST /gantry/mcp/policy/test`: what would be decided. Nothing is called. */
export const mcpTestPolicyRequest = z.strictObject({
  kind: z.enum(['tool', 'prompt', 'resource', 'completion']).optional(),
  server: z.string().min(1).max(256),
  name: z.string().min(1).max(1000),
  client: z.string().min(1).max(200).optional(),
  arguments: jsonObject.optional(),
  /** Tried in the place of the policy that is in force. */
  text: z.string().max(2_000_000).optional(),
});
export const mcpVerdictBody = z.object({
  effect: z.enum(['allow', 'deny', 'ask']),
  reason: z.string(),
  rule: z.string().optional(),
});
export type McpVerdictBody = z.infer<typeof mcpVerdictBody>;
