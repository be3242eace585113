import { z } from 'zod';
import type { LayerScan } from '../layers/scan-layer.ts';
import type { ScannedImage } from '../layers/scan-archive.ts';
import type { ImageConfig, Inventory, LayerReport, OsRelease, Package, SecretFinding, WastedFile } from '../types.ts';

const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => Object.keys(value ?? {}));

const configFile = z.looseObject({
  architecture: text,
  os: text,
  created: text,
  config: z
    .looseObject({
      User: text,
      Env: words,
      ExposedPorts: keys,
      Volumes: keys,
      Entrypoint: words,
      Cmd: words,
      WorkingDir: text,
      Labels: z
        .record(z.string(), z.string())
        .nullish()
        .transform((value) => value ?? {}),
      Healthcheck: z.looseObject({ Test: words }).nullish(),
    })
    .nullish(),
  history: z
    .array(z.looseObject({ created_by: text, empty_layer: z.boolean().nullish() }))
    .nullish()
    .transform((value) => value ?? []),
});

/** More than any builder writes; the description of an image is a stranger's. */
const mostHistory = 1000;
const longestCommand = 5000;

export function readConfig(value: unknown): ImageConfig {
  const parsed = configFile.parse(value ?? {});
  const { config } = parsed;
  const test = config?.Healthcheck?.Test ?? [];
  return {
    architecture: parsed.architecture,
    os: parsed.os,
    created: parsed.created,
    user: config?.User ?? '',
    env: config?.Env ?? [],
    exposedPorts: config?.ExposedPorts ?? [],
    volumes: config?.Volumes ?? [],
    entrypoint: config?.Entrypoint ?? [],
    command: config?.Cmd ?? [],
    workingDir: config?.WorkingDir ?? '',
    healthcheck: test.length === 0 || test[0] === 'NONE' ? undefined : test,
    labels: config?.Labels ?? {},
    history: parsed.history.slice(0, mostHistory).map((one) => ({
      createdBy: one.created_by.slice(0, longestCommand),
      empty: one.empty_layer === true,
    })),
  };
}

interface Place {
  readonly layer: number;
  readonly bytes: number;
}

const mostWasted = 200;

/** What the layers are together: the files that are there in the end, and the bytes that are there for nothing. */
export function makeInventory({ config: rawConfig, layers, gaps }: ScannedImage): Inventory {
  const config = readConfig(rawConfig);
  const there = new Map<string, Place>();
  const wasted: WastedFile[] = [];
  const wastedOf = layers.map(() => 0);
  const waste = (path: string, place: Place, { by, why }: { by: number; why: WastedFile['why'] }): void => {
    wastedOf[place.layer] = (wastedOf[place.layer] ?? 0) + place.bytes;
    if (place.bytes > 0) wasted.push({ path, bytes: place.bytes, why, layer: place.layer, by });
  };
  for (const [index, layer] of layers.entries()) {
    removeHidden(there, { layer, index, waste });
    for (const [path, bytes] of layer.files) {
      const before = there.get(path);
      if (before) waste(path, before, { by: index, why: 'replaced' });
      there.set(path, { layer: index, bytes });
    }
  }
  const isThere = (path: string, layer: number): boolean => there.get(path)?.layer === layer;
  const commands = config.history.filter(({ empty }) => !empty).map(({ createdBy }) => createdBy);
  return {
    config,
    os: osOf(layers, isThere),
    packages: packagesOf(layers, isThere),
    layers: layers.map((layer, index): LayerReport => ({
      index,
      createdBy: commands[index] ?? '',
      sizeBytes: layer.sizeBytes,
      files: layer.files.size,
      wastedBytes: wastedOf[index] ?? 0,
    })),
    wasted: wasted.toSorted((a, b) => b.bytes - a.bytes).slice(0, mostWasted),
    wastedBytes: wastedOf.reduce((sum, bytes) => sum + bytes, 0),
    sizeBytes: layers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
    secrets: secretsOf(layers, isThere),
    setuid: layers.flatMap((layer, index) => layer.setuid.filter((path) => isThere(path, index))),
    gaps: [...gaps, ...layers.flatMap((layer) => layer.gaps)],
  };
}

function removeHidden(
  there: Map<string, Place>,
  {
    layer,
    index,
    waste,
  }: {
    layer: LayerScan;
    index: number;
    waste: (path: string, place: Place, why: { by: number; why: WastedFile['why'] }) => void;
  },
): void {
  if (layer.removed.length === 0 && layer.opaque.length === 0) return;
  const gone = new Set(layer.removed);
  const hidden = new Set(layer.opaque);
  for (const [path, place] of there) {
    if (!isUnder(path, { gone, hidden })) continue;
    waste(path, place, { by: index, why: 'deleted' });
    there.delete(path);
  }
}

/** Whether the path or a folder above it was taken away. */
function isUnder(path: string, { gone, hidden }: { gone: ReadonlySet<string>; hidden: ReadonlySet<string> }): boolean {
  if (gone.has(path)) return true;
  for (let at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
    if (gone.has(path.slice(0, at)) || hidden.has(path.slice(0, at + 1))) return true;
    if (at === 0) break;
  }
  return hidden.has('');
}

function osOf(layers: readonly LayerScan[], isThere: (path: string, layer: number) => boolean): OsRelease | undefined {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    for (const [index, layer] of layers.entries()) {
      const found = layer.os.get(path);
      if (found && isThere(path, index)) return found;
    }
  }
  return undefined;
}

function packagesOf(
  layers: readonly LayerScan[],
  isThere: (path: string, layer: number) => boolean,
): readonly Package[] {
  const byKey = new Map<string, Package>();
  for (const [index, layer] of layers.entries()) {
    for (const [path, packages] of layer.packages) {
      if (!isThere(path, index)) continue;
      for (const one of packages) {
        const key = [one.kind, one.group, one.name, one.version, one.architecture].join('|');
        if (!byKey.has(key)) byKey.set(key, one);
      }
    }
  }
  // The order of the text, the same on every machine.
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...byKey.values()].toSorted(
    (a, b) => compare(a.kind, b.kind) || compare(a.name, b.name) || compare(a.version, b.version),
  );
}

function secretsOf(
  layers: readonly LayerScan[],
  isThere: (path: string, layer: number) => boolean,
): readonly SecretFinding[] {
  return layers.flatMap((layer, index) =>
    [...layer.secrets].flatMap(([path, found]) =>
      found.map((one) => ({ ...one, path, layer: index, deletedLater: !isThere(path, index) })),
    ),
  );
}
