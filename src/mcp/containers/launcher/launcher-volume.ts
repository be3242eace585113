import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Cancel, Docker } from '#docker';
import { partLabel } from '../owner.ts';
import type { LauncherArch } from './launcher-code.ts';
import { launcherFile } from './launcher-file.ts';

export interface LauncherPlace {
  readonly volume: string;
  readonly file: string;
}

export interface LauncherVolumeOptions extends Cancel {
  readonly arch: LauncherArch;
  /** An image that is on the Engine; nothing of it runs. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the container that the volume is filled through. */
  readonly name: string;
}

/**
 * Puts the launcher into its volume on the Engine, where it stays: it is the same for all servers, and named by its content.
 * @throws AppError `docker.*`
 */
export async function ensureLauncherVolume(
  { containers, volumes }: Pick<Docker, 'containers' | 'volumes'>,
  { arch, image, labels, name, signal }: LauncherVolumeOptions,
): Promise<LauncherPlace> {
  const program = launcherFile(arch);
  const digest = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const place = { volume: `gantry-mcp-launcher-${digest}`, file: 'launch' };
  await volumes.create(place.volume, { labels: { [partLabel]: 'launcher' }, signal });
  // Files reach a volume through a container that has it; this one is never started.
  const id = await containers.create(
    {
      Image: image,
      Cmd: ['never'],
      Labels: labels,
      HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: place.volume, Target: '/.gantry' }] },
    },
    { name },
  );
  try {
    if (await containers.hasPath(id, `/.gantry/${place.file}`, { signal })) return place;
    const archive = pack();
    archive.entry({ name: place.file, mode: 0o555, mtime: new Date(0) }, program);
    archive.finalize();
    await containers.unpack(id, { folder: '/.gantry', tar: Readable.from(archive) }, { signal });
    return place;
  } finally {
    await containers.remove(id);
  }
}
