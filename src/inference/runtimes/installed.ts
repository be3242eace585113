import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '#core';
import { programAt } from './find-programs.ts';
import { xllamacppVersion } from './runtime-lock.ts';

const recordSchema = z.object({
  version: z.string(),
  wheel: z.string(),
  digest: z.string(),
  freeThreaded: z.boolean(),
  devices: z.array(z.string()),
  python: z.object({
    executable: z.string(),
    fingerprint: z.string(),
    /** GANTRY_PYTHON when it was chosen. */
    named: z.string(),
  }),
  /** Size of every file that matters, so that an installation a crash has damaged is noticed. */
  files: z.record(z.string(), z.number()),
});

/** What the installer wrote down beside the unpacked package. */
export type InstallRecord = z.infer<typeof recordSchema>;

export interface Installation {
  readonly folder: string;
  readonly record: InstallRecord;
}

const recordName = 'gantry-runtime.json';

export function xllamacppFolder(runtimes: string): string {
  return join(runtimes, 'xllamacpp');
}

/** The complete installation of the pinned version, or undefined when there is none or it is damaged. */
export async function readInstallation(runtimes: string): Promise<Installation | undefined> {
  const folder = join(xllamacppFolder(runtimes), xllamacppVersion);
  let record: InstallRecord;
  try {
    record = recordSchema.parse(JSON.parse(await readFile(join(folder, recordName), 'utf8')));
    for (const [name, size] of Object.entries(record.files)) {
      if ((await stat(join(folder, name))).size !== size) return undefined;
    }
  } catch {
    return undefined;
  }
  return record.version === xllamacppVersion ? { folder, record } : undefined;
}

export async function writeRecord(folder: string, record: InstallRecord): Promise<void> {
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Whether the Python that was checked at installation is still the one to use. */
export async function isPythonUnchanged({ python }: InstallRecord, named: string): Promise<boolean> {
  if (python.named !== named) return false;
  return (await programAt(python.executable))?.fingerprint === python.fingerprint;
}
