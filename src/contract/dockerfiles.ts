import { z } from 'zod';
import { filePath } from './file-path.ts';

/** A folder to work in, and a file in it. `root` is the home of the daemon's user unless another is chosen. */
const place = { root: filePath.optional(), path: filePath };

/** `GET /gantry/dockerfiles/folder?root&path`. Names only; links that lead out of the root are left out. */
export const folderBody = z.object({
  root: z.string(),
  path: z.string(),
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['folder', 'dockerfile', 'file']) })),
  isCut: z.boolean(),
});

const mostText = 262_144;
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** `GET /gantry/dockerfiles?root&path`: the Dockerfiles in a folder and below, with what they are worth. */
export const dockerfileListBody = z.object({
  folder: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      /** From the folder. */
      name: z.string(),
      /** Null where it cannot be read. */
      rating: z.object({ score: z.number(), grade: z.string(), errors: z.number(), findings: z.number() }).nullable(),
    }),
  ),
  /** Files that are not rated any more. */
  left: z.number(),
  /** The tree was too large to be searched to its end. */
  isCut: z.boolean(),
  /** Folders that could not be read. */
  unreadable: z.number(),
});

/** `GET /gantry/dockerfiles/state?root&path`: null for a file that is gone. */
export const dockerfileStateBody = z.object({ digest: digest.nullable() });

/** A file that was written, with what takes it back. */
const writtenFile = z.object({
  path: filePath,
  digest,
  /** Of what was there; null where there was nothing. */
  before: digest.nullable(),
  /** The file that keeps what was there. */
  backup: filePath.nullable(),
});

/** `POST /gantry/dockerfiles/rate` and `/fix`: a file, or a text. With both, the text in the place of the file. */
export const rateDockerfileRequest = z
  .object({ root: place.root, path: place.path.optional(), text: z.string().max(mostText).optional() })
  .refine(({ path, text }) => path !== undefined || text !== undefined, { path: ['path'], message: 'path or text' });

const explained = z.object({ title: z.string(), why: z.string(), fix: z.string() });

const rating = z.object({
  score: z.number(),
  grade: z.enum(['A', 'B', 'C', 'D', 'F']),
  /** Null where nothing of the file falls into it. */
  dimensions: z.array(
    z.object({ id: z.string(), name: z.object({ en: z.string(), zh: z.string() }), score: z.number().nullable() }),
  ),
});

const finding = z.object({
  id: z.string(),
  dimension: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  /** 1-based; the last line included. */
  line: z.number(),
  endLine: z.number(),
  column: z.number(),
  evidence: z.string(),
  fixKind: z.enum(['safe', 'review', 'advice']),
  text: z.object({ en: explained, zh: explained }),
  /** Where others describe the same rule. */
  links: z.array(z.object({ name: z.string(), url: z.string() })),
});

export const ratedDockerfileBody = rating.extend({
  /** Null for a text without a place. */
  path: z.string().nullable(),
  text: z.string(),
  /** Of the text on disk; null for a text without a place. */
  digest: z.string().nullable(),
  findings: z.array(finding),
  ignored: z.number(),
});

export const fixedDockerfileBody = z.object({
  path: z.string().nullable(),
  digest: z.string().nullable(),
  diff: z.string(),
  text: z.string(),
  before: rating,
  after: rating,
  applied: z.array(z.object({ id: z.string(), line: z.number(), title: z.object({ en: z.string(), zh: z.string() }) })),
  /** The ignore file of this Dockerfile, where something is missing in it. `digest` is null for one that is new. */
  ignoreFile: z.object({ path: z.string(), digest: digest.nullable(), text: z.string(), diff: z.string() }).nullable(),
});

/** `POST /gantry/dockerfiles/apply`: writes what was shown, all or nothing, unless a file is no longer what its digest says; then 409. */
export const applyDockerfileRequest = z.object({
  ...place,
  digest,
  text: z.string().max(mostText),
  ignoreFile: z.object({ digest: digest.nullable(), text: z.string().max(mostText) }).optional(),
});

export const appliedDockerfileBody = z.object({
  path: z.string(),
  digest: z.string(),
  /** Those that are different now. */
  files: z.array(writtenFile),
});

/** `POST /gantry/dockerfiles/undo`: takes back what was written, unless it was changed since; then 409. */
export const undoDockerfileRequest = z.object({ root: place.root, files: z.array(writtenFile).min(1).max(8) });

const generatedName = z.enum(['Dockerfile', '.dockerignore', 'compose.yaml']);

/**
 * `POST /gantry/dockerfiles/generate`: for the project in a folder. With `write` these files are written, by the digests of what was
 * shown and of what was there (null: nothing); where either is another by now the answer is 409 and nothing is written.
 */
export const generateDockerfileRequest = z.object({
  ...place,
  language: z.enum(['node', 'python', 'go', 'java', 'rust', 'php', 'ruby', 'dotnet', 'static']).optional(),
  write: z
    .array(z.object({ name: generatedName, digest, before: digest.nullable() }))
    .min(1)
    .max(3)
    .optional(),
});

export const generatedDockerfileBody = z.object({
  language: z.string(),
  folder: z.string(),
  score: z.number(),
  grade: z.string(),
  files: z.array(
    z.object({
      name: generatedName,
      path: z.string(),
      text: z.string(),
      digest,
      before: digest.nullable(),
      /** From what is there; empty when it is the same already. */
      diff: z.string(),
    }),
  ),
  /** Null when nothing was to be written. */
  written: z.array(writtenFile).nullable(),
});

/** `POST /gantry/dockerfiles/build`: builds one text, then the other, and measures both. Nothing of it is kept. */
export const buildDockerfileRequest = z.object({
  ...place,
  before: z.string().max(mostText),
  after: z.string().max(mostText).optional(),
});

const whichBuild = z.enum(['before', 'after']);
const explainedBuild = z.object({ title: z.string(), why: z.string(), advice: z.string() });

/** A line of its answer, which is one JSON object a line. */
export const buildDockerfileLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('building'), which: whichBuild }),
  z.object({ type: z.literal('log'), which: whichBuild, text: z.string() }),
  /** So many lines went by faster than they could be sent. */
  z.object({ type: z.literal('left'), which: whichBuild, count: z.number() }),
  z.object({
    type: z.literal('built'),
    which: whichBuild,
    sizeBytes: z.number(),
    layers: z.number(),
    durationMs: z.number(),
    builder: z.string(),
  }),
  z.object({
    type: z.literal('failed'),
    which: whichBuild,
    /** What the builder said last. */
    reason: z.string(),
    /** What `gantry ai why -` says of what it printed. */
    causes: z.array(z.object({ id: z.string(), text: z.object({ en: explainedBuild, zh: explainedBuild }) })),
  }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);

export type FolderBody = z.infer<typeof folderBody>;
export type RatedDockerfileBody = z.infer<typeof ratedDockerfileBody>;
export type FixedDockerfileBody = z.infer<typeof fixedDockerfileBody>;
export type AppliedDockerfileBody = z.infer<typeof appliedDockerfileBody>;
export type GeneratedDockerfileBody = z.infer<typeof generatedDockerfileBody>;
export type DockerfileListBody = z.infer<typeof dockerfileListBody>;
export type DockerfileStateBody = z.infer<typeof dockerfileStateBody>;
export type WrittenFileBody = z.infer<typeof writtenFile>;
export type BuildDockerfileLine = z.infer<typeof buildDockerfileLine>;
