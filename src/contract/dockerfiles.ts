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
});

/** `POST /gantry/dockerfiles/apply`: writes `text`, unless the file is no longer what `digest` says; then 409. */
export const applyDockerfileRequest = z.object({
  ...place,
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  text: z.string().max(mostText),
});

export const appliedDockerfileBody = z.object({
  path: z.string(),
  digest: z.string(),
  /** The file that keeps the old text. */
  backup: z.string(),
});

/** `POST /gantry/dockerfiles/generate`: for the project in a folder. With `write`, files that are there already are refused. */
export const generateDockerfileRequest = z.object({
  ...place,
  language: z.enum(['node', 'python', 'go', 'java', 'rust', 'php', 'ruby', 'dotnet', 'static']).optional(),
  write: z.boolean().optional(),
});

export const generatedDockerfileBody = z.object({
  language: z.string(),
  folder: z.string(),
  score: z.number(),
  grade: z.string(),
  files: z.array(z.object({ name: z.string(), text: z.string(), exists: z.boolean() })),
  written: z.boolean(),
});

export type FolderBody = z.infer<typeof folderBody>;
export type RatedDockerfileBody = z.infer<typeof ratedDockerfileBody>;
export type FixedDockerfileBody = z.infer<typeof fixedDockerfileBody>;
export type AppliedDockerfileBody = z.infer<typeof appliedDockerfileBody>;
export type GeneratedDockerfileBody = z.infer<typeof generatedDockerfileBody>;
