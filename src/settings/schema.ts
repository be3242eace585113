import { z } from 'zod';
import { parseDurationMs } from '#core';

const durationText = z
  .string()
  .refine((text) => parseDurationMs(text) !== undefined, { message: 'expected a duration such as 5m, 1h30m, 0 or -1' });

const bytesText = z.union([
  z.number().int().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?\s*([KMGT]i?B|%)$/i, { message: 'expected bytes, a size such as 6GB, or a share such as 70%' }),
]);

/** Settings of one model; every field overrides the one of `inference` for that model. */
const modeSettings = z.strictObject({
  /** -1 is all the model was trained with. */
  contextSize: z.union([z.number().int().positive(), z.literal(-1)]).optional(),
  parallel: z.number().int().positive().max(64).optional(),
  threads: z.number().int().positive().max(1024).optional(),
  batchThreads: z.number().int().positive().max(1024).optional(),
  keepAlive: durationText.optional(),
  runtimeFlags: z.array(z.string()).optional(),
  /** A small model that drafts tokens for this one. */
  speculative: z
    .strictObject({
      draftModel: z.string().min(1),
      tokens: z.number().int().positive().max(1024).optional(),
      minAcceptanceRate: z.number().min(0).max(1).optional(),
    })
    .optional(),
  /** Tokens a model may think: 0 for none, -1 for any number. */
  reasoningBudget: z.number().int().min(-1).optional(),
  /** For models that run with vLLM. */
  vllm: z
    .strictObject({
      hfOverrides: z.record(z.string(), z.unknown()).optional(),
      gpuMemoryUtilization: z.number().gt(0).max(1).optional(),
    })
    .optional(),
});

/** What holds in every mode, and what holds in one over it. */
const modelSettings = modeSettings.extend({
  /** A pinned model is never evicted for another one. */
  pin: z.boolean().optional(),
  modes: z
    .strictObject({
      completion: modeSettings.optional(),
      embedding: modeSettings.optional(),
      reranking: modeSettings.optional(),
    })
    .optional(),
});

// A pattern that could match no name would leave unprotected what its author means to protect.
const namePattern =
  /^(?:\*\*|(?:\*|localhost|[a-z0-9*-]*[.:][a-z0-9.:*-]*|\[[0-9a-f:]+\](?::\d+)?)(?:\/[a-z0-9._*-]+)+)$/;

const signatureRepository = z.string().regex(/^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+$/, {
  message: 'expected a repository such as registry.example.com/team/signatures',
});

const verifyRule = z.union(
  [
    z.strictObject({
      /** Names with their registry and without a tag; `*` is anything but a slash, `**` anything. */
      pattern: z.string().regex(namePattern),
      /** Path of a PEM file with public keys, of which any counts. */
      key: z.string().startsWith('/'),
    }),
    z.strictObject({ pattern: z.string().regex(namePattern), identity: z.string().min(1), issuer: z.url() }),
  ],
  {
    error:
      'expected a pattern such as registry.example.com/** with either the absolute path of a key, or an identity and its issuer',
  },
);

const imageVerifyRule = z.union(
  [
    z.strictObject({
      pattern: z.string().regex(namePattern),
      key: z.string().startsWith('/'),
      /** Where the signatures are, if not beside the image. */
      signatures: signatureRepository.optional(),
    }),
    z.strictObject({
      pattern: z.string().regex(namePattern),
      identity: z.string().min(1),
      issuer: z.url(),
      signatures: signatureRepository.optional(),
    }),
  ],
  {
    error:
      'expected a pattern such as registry.example.com/** with either the absolute path of a key, or an identity and its issuer',
  },
);

const ruleTexts = z
  .array(
    z.string().regex(/^[A-Za-z][\w:.-]*(?:\(.+\))?$/s, {
      message: 'expected a rule such as read_file, write_file(src/**) or shell(docker ps *)',
    }),
  )
  .max(500)
  .default([]);

const ruleSet = z.strictObject({ deny: ruleTexts, ask: ruleTexts, allow: ruleTexts });

const mirror = z.string().refine(isMirror, {
  message: 'expected the URL of a mirror such as https://mirror.example.com, without name, query and fragment',
});

/** As `registry/` reads them: a URL, or a host for https. */
function isMirror(text: string): boolean {
  const address = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, search, hash } = new URL(address);
  return ['http:', 'https:'].includes(protocol) && hostname !== '' && username === '' && search === '' && hash === '';
}

/** A model of this machine, or one behind a URL that speaks OpenAI's API. */
const assistantModel = z.union(
  [
    z.string().min(1).max(500),
    z.strictObject({
      url: z.url({ protocol: /^https?$/ }),
      model: z.string().min(1).max(500),
      /** The name of a secret of `gantry mcp secret`, which holds the API key. */
      keySecret: z.string().min(1).max(200).optional(),
      /** Tokens that the model reads at once. */
      contextSize: z.number().int().min(1024).max(10_000_000).default(32_768),
    }),
  ],
  { error: 'expected auto, none, the name of a model, or {url, model, keySecret}' },
);

/** ~/.gantry/settings.yaml. An unknown key is an error: no setting is ignored silently. */
export const settingsSchema = z.strictObject({
  /** Of the web page, in browsers where none was chosen; `auto` is each browser's own. */
  language: z.enum(['auto', 'en', 'zh']).default('auto'),
  modelRunner: z
    .strictObject({
      /** Off: everything about models answers that Docker Model Runner is not running. */
      enabled: z.boolean().default(true),
    })
    .prefault({}),
  server: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** Further addresses, on the same ports. One that is not of this machine alone needs API keys, see `access`. */
      listen: z.array(z.string().min(1)).max(32).default([]),
      /** 0 switches TCP off; the unix socket always serves. */
      port: z.number().int().min(0).max(65_535).default(12_434),
      /** Browser origins allowed besides localhost ones. */
      origins: z.array(z.string()).default([]),
      /** Host names accepted besides loopback ones and those Docker uses for this host. */
      allowedHosts: z.array(z.string()).default([]),
      /**
       * Who needs an API key over TCP. `auto`: all but this machine; `keys`: this machine too; `open`: nobody. The unix socket is
       * its owner's and never asks for one.
       */
      access: z.enum(['auto', 'keys', 'open']).default('auto'),
      /** Whether containers on Docker's bridge and behind the relay need one. */
      bridgeAccess: z.enum(['open', 'keys']).default('open'),
      tls: z
        .strictObject({
          enabled: z.boolean().default(false),
          port: z.number().int().min(1).max(65_535).default(12_444),
          /** Paths of a certificate with its chain, and of its key. Without both, one is made and renewed. */
          certificate: z.string().startsWith('/').optional(),
          key: z.string().startsWith('/').optional(),
          /** The network gets TLS alone; without it the plain port serves it too. */
          only: z.boolean().default(false),
        })
        .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
          message: 'certificate and key go together',
        })
        .prefault({}),
    })
    .prefault({}),
  docker: z
    .strictObject({
      /** `auto` is ~/.docker/run/docker.sock, `off` none; or an absolute path. The Engine's API, and ours below /exp/vDD4.40. */
      socket: z
        .union([z.enum(['auto', 'off']), z.string().startsWith('/')], {
          error: 'expected auto, off or an absolute path',
        })
        .default('auto'),
      /** Whether containers reach models at the address of Docker's bridge, on server.port. */
      bridge: z.enum(['auto', 'off']).default('auto'),
    })
    .prefault({}),
  models: z
    .strictObject({
      /** Whether a built-in table may supply a well-known model when its registry is out of reach. */
      fallback: z.enum(['allow', 'forbid', 'prefer']).default('allow'),
      registryMirrors: z.array(mirror).default([]),
      insecureRegistries: z.array(z.string()).default([]),
      /** What pulled models must be signed with. The first rule whose pattern matches the name decides. */
      verify: z.array(verifyRule).max(1000).default([]),
      /** Path of a sigstore trusted root for signatures without keys; the one that comes with Gantry when absent. */
      sigstoreRoot: z.string().startsWith('/').optional(),
    })
    .prefault({}),
  inference: z
    .strictObject({
      /** `auto`, `llama-server`, `xllamacpp`, the absolute path of a llama-server program, or `container:IMAGE`. */
      runtime: z.string().default('auto'),
      /** What runs safetensors models: `auto`, or `container:IMAGE` of vLLM. */
      vllm: z
        .string()
        .regex(/^(auto|container:.+)$/, { message: 'expected auto or container:IMAGE' })
        .default('auto'),
      /** Devices of runtimes: `auto` lets each choose, `none` leaves the processor, the others take one kind. */
      gpu: z.enum(['auto', 'none', 'cuda', 'rocm', 'musa', 'cann']).default('auto'),
      contextSize: z.number().int().positive().optional(),
      parallel: z.number().int().positive().max(64).optional(),
      threads: z.number().int().positive().max(1024).optional(),
      batchThreads: z.number().int().positive().max(1024).optional(),
      keepAlive: durationText.optional(),
      /** What all loaded models may use together. */
      memory: bytesText.default('70%'),
      /** Requests that may wait per model before the next one is refused. */
      queueLimit: z.number().int().min(0).max(100_000).default(512),
    })
    .prefault({}),
  mcp: z
    .strictObject({
      /** Whether the daemon serves MCP at `/mcp` and `/sse`. */
      enabled: z.boolean().default(true),
      /** What images of MCP servers must be signed with. The first rule whose pattern matches the name decides. */
      verify: z.array(imageVerifyRule).max(1000).default([]),
      /** What is kept of uses of MCP servers, for `gantry mcp calls`: with arguments, without, or nothing. Secrets never are. */
      record: z.enum(['on', 'metadata', 'off']).default('on'),
      /** Whether the daemon's gateway stops calls and answers with secrets in them. */
      blockSecrets: z.boolean().default(true),
      /** Whether servers of the daemon's gateway reach no host but those that their entries allow. */
      blockNetwork: z.boolean().default(false),
    })
    .prefault({}),
  dashboard: z
    .strictObject({
      /** Whether its pages open terminals in containers. */
      terminal: z.boolean().default(true),
    })
    .prefault({}),
  assistant: z
    .strictObject({
      /** Set by `gantry ai enable`, once its terms are accepted. Analysers (`ai rate`, `why`, `run`, `scan`, `doctor`) work anyway. */
      enabled: z.boolean().default(false),
      /** Which version of the terms was accepted. */
      acceptedTerms: z.number().int().optional(),
      /** `auto` is the best one on this machine, `none` leaves the answers to rules. */
      model: assistantModel.default('auto'),
      /** Remote models for which it was read what leaves this machine. */
      acknowledged: z.array(z.string().max(100)).max(100).default([]),
      /** Whether servers of the MCP Toolkit are offered to it. */
      mcp: z.boolean().default(true),
      /** Answers of the model in one turn, before somebody is asked whether to go on. */
      maxSteps: z.number().int().min(1).max(500).default(24),
      /** Sessions that are kept; the oldest without a star goes when a new one begins. */
      keepSessions: z.number().int().min(1).max(10_000).default(200),
      /** By the name of a tool: whether it is there, and whether it asks. */
      tools: z
        .record(
          z.string().max(200),
          z.strictObject({ enabled: z.boolean().optional(), approval: z.enum(['ask', 'auto']).optional() }),
        )
        .default({}),
      permissions: ruleSet.prefault({}),
      /** Rules that hold before those of users: what an administrator locks. */
      enforced: ruleSet.prefault({}),
      /** Rules that hold in one folder, by its path. They are kept here because a folder may be somebody else's work. */
      projects: z.record(z.string().startsWith('/'), ruleSet).default({}),
    })
    .prefault({}),
  requests: z
    .strictObject({
      /** What is kept of requests to models, for `gantry requests`: everything, only that they were there, or nothing. */
      record: z.enum(['on', 'metadata', 'off']).default('on'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      maxBytes: z.number().int().min(65_536).default(10_000_000),
      maxFiles: z.number().int().min(1).max(100).default(5),
    })
    .prefault({}),
  /** By model reference, in any of its accepted forms. */
  modelSettings: z.record(z.string(), modelSettings).default({}),
});

export type Settings = z.output<typeof settingsSchema>;
export type ModelSettings = z.output<typeof modelSettings>;
