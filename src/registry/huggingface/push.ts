import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { digestHex } from '#core';
import { invalidResponse } from '../http/failures.ts';
import type { HuggingFaceUpload } from '../types.ts';
import { branch, post, type HubAccess } from './hub-access.ts';
import { uploadObjects, type LfsFiles } from './lfs.ts';

export interface HubCommit extends LfsFiles {
  readonly message: string;
}

const sampleBytes = 512;
const maxAnswerBytes = 16 * 1024 * 1024;
/** What goes into the commit itself, all files together; the Hub wants larger ones by LFS. */
const largestInlineBytes = 100 * 1024 * 1024;

const preuploadAnswer = z.object({
  files: z.array(z.object({ path: z.string(), uploadMode: z.enum(['lfs', 'regular']) })),
});
const commitAnswer = z.object({ commitOid: z.string() });

/** The Hub's way of a push: it says per file how it wants it, takes large ones by git LFS, and the rest with the commit. */
export async function commitToHub(
  access: HubAccess,
  { files, message, onProgress }: HubCommit,
): Promise<{ commit: string }> {
  const { endpoint, repository } = access;
  const byLfs = await askModes(access, files);
  const large = files.filter(({ path }) => byLfs.has(path));
  const small = files.filter(({ path }) => !byLfs.has(path));
  const inlineBytes = small.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (inlineBytes > largestInlineBytes)
    throw invalidResponse(endpoint.host, `it wants ${inlineBytes} bytes inside one commit`);
  await uploadObjects(access, { files: large, onProgress });

  const lines: unknown[] = [{ key: 'header', value: { summary: message, description: '' } }];
  for (const { path, file } of small) {
    const content = (await readFile(file)).toString('base64');
    lines.push({ key: 'file', value: { path, content, encoding: 'base64' } });
  }
  for (const { path, digest, sizeBytes } of large) {
    lines.push({ key: 'lfsFile', value: { path, algo: 'sha256', oid: digestHex(digest), size: sizeBytes } });
  }
  const answer = await post(access, {
    url: `${endpoint.base}/api/models/${repository}/commit/${branch}`,
    contentType: 'application/x-ndjson',
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  const parsed = commitAnswer.safeParse(await answer.json(maxAnswerBytes));
  if (!parsed.success) throw invalidResponse(endpoint.host, 'it does not name the commit');
  for (const file of small) onProgress?.(file, file.sizeBytes);
  return { commit: parsed.data.commitOid };
}

/** Paths that the Hub wants by LFS. */
async function askModes(access: HubAccess, files: readonly HuggingFaceUpload[]): Promise<ReadonlySet<string>> {
  const { endpoint, repository } = access;
  const described = await Promise.all(
    files.map(async ({ path, file, sizeBytes }) => ({ path, size: sizeBytes, sample: await sampleOf(file) })),
  );
  const answer = await post(access, {
    url: `${endpoint.base}/api/models/${repository}/preupload/${branch}`,
    contentType: 'application/json',
    body: JSON.stringify({ files: described }),
  });
  const parsed = preuploadAnswer.safeParse(await answer.json(maxAnswerBytes));
  if (!parsed.success) throw invalidResponse(endpoint.host, 'it does not say how it wants the files');
  const modes = new Map(parsed.data.files.map(({ path, uploadMode }) => [path, uploadMode]));
  const unknown = files.find(({ path }) => !modes.has(path));
  if (unknown) throw invalidResponse(endpoint.host, `it does not say how it wants ${unknown.path}`);
  return new Set(files.filter(({ path }) => modes.get(path) === 'lfs').map(({ path }) => path));
}

async function sampleOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    return buffer.toString('base64', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
