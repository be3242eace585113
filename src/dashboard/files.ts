import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, errorCodeOf } from '#core';

/** How `scripts/build-dashboard.js` says what it built. */
const manifest = z.object({
  /** The page, with `{{nonce}}` where the nonce goes. */
  page: z.string(),
  files: z.record(z.string(), z.object({ type: z.string(), encodings: z.array(z.enum(['br', 'gzip'])) })),
});

export interface DashboardFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Left out where the file is as it is. */
  readonly encoding?: 'br' | 'gzip';
  /** Other clients get other bytes. */
  readonly varies: boolean;
}

/** What `scripts/build-dashboard.js` made of `ui/`. */
export interface Dashboard {
  /** The one page of all routes. @throws AppError `request.not_found` when nothing was built */
  page(nonce: string): Promise<string>;
  /** A script, style or picture by its name, or undefined. Names hold a hash of their bytes, so they never change. */
  file(name: string, acceptedEncodings: string): Promise<DashboardFile | undefined>;
}

/** Only names of the manifest are ever read: a name is no path. */
export function openDashboard(folder: string): Dashboard {
  const load = async (): Promise<z.infer<typeof manifest>> => {
    try {
      return manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
    } catch (cause) {
      if (errorCodeOf(cause) !== 'ENOENT') throw cause;
      throw new AppError('request.not_found', 'This build has no dashboard.', {
        hint: 'Build it with: npm run build',
        params: { reason: 'dashboard' },
        cause,
      });
    }
  };
  return {
    async page(nonce) {
      return (await load()).page.replaceAll('{{nonce}}', nonce);
    },
    async file(name, acceptedEncodings) {
      const { files } = await load();
      const facts = Object.hasOwn(files, name) ? files[name] : undefined;
      if (!facts) return undefined;
      const encoding = facts.encodings.find((one) => accepts(acceptedEncodings, one));
      const bytes = await readFile(join(folder, 'assets', name + (encoding ? extensions[encoding] : '')));
      return { bytes, type: facts.type, varies: facts.encodings.length > 0, ...(encoding && { encoding }) };
    },
  };
}

const extensions = { br: '.br', gzip: '.gz' } as const;

function accepts(header: string, encoding: string): boolean {
  return header
    .toLowerCase()
    .split(',')
    .some((part) => {
      const [name = '', weight = ''] = part.split(';').map((text) => text.trim());
      return name === encoding && !/^q=0(?:\.0*)?$/.test(weight);
    });
}
