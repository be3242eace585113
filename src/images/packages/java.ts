import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import type { Package } from '../types.ts';

const mostEntries = 50_000;
const mostPropertiesBytes = 64 * 1024;

/** An application of Spring Boot in a web archive in an enterprise archive. */
const deepest = 3;
const mostNestedBytes = 128 * 1024 * 1024;

/** Maven coordinates of a jar: of its `pom.properties`, which shaded jars have many of, else by the name of the file; and of the jars inside it. */
export async function readJar(bytes: Buffer, path: string): Promise<readonly Package[]> {
  return await readNested(bytes, path, { depth: 0, left: { bytes: mostNestedBytes } });
}

interface Nesting {
  readonly depth: number;
  /** Of what all jars inside one file may unpack to together. */
  readonly left: { bytes: number };
}

async function readNested(bytes: Buffer, path: string, { depth, left }: Nesting): Promise<readonly Package[]> {
  const { texts, jars } = await contentsOf(bytes, { takesJars: depth < deepest, left }).catch(() => nothing);
  const inner: Package[] = [];
  for (const jar of jars)
    inner.push(...(await readNested(jar.bytes, `${path}!/${jar.name}`, { depth: depth + 1, left })));
  return [...ownOf(texts, path), ...inner];
}

function ownOf(texts: readonly string[], path: string): readonly Package[] {
  const packages = texts.flatMap((text) => {
    const value = (name: string): string | undefined => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1]?.trim();
    const [name, version, group] = [value('artifactId'), value('version'), value('groupId')];
    return name && version ? [{ kind: 'maven' as const, name, version, group, path }] : [];
  });
  return packages.length > 0 ? packages : byName(path);
}

/** `guava-33.0.0-jre.jar` */
export function byName(path: string): readonly Package[] {
  const match = /([^/]+?)-(\d[\w.+-]*)\.[jwe]ar$/.exec(path);
  return match?.[1] && match[2] ? [{ kind: 'maven', name: match[1], version: match[2], path }] : [];
}

interface Contents {
  readonly texts: readonly string[];
  readonly jars: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const nothing: Contents = { texts: [], jars: [] };

async function contentsOf(
  bytes: Buffer,
  { takesJars, left }: { readonly takesJars: boolean; readonly left: { bytes: number } },
): Promise<Contents> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  const texts: string[] = [];
  const jars: { name: string; bytes: Buffer }[] = [];
  const take = async (entry: Entry): Promise<void> => {
    const { fileName, uncompressedSize } = entry;
    if (/^META-INF\/maven\/.+\/pom\.properties$/.test(fileName) && uncompressedSize <= mostPropertiesBytes) {
      texts.push((await readEntry(zip, entry, mostPropertiesBytes)).toString('utf8'));
    } else if (takesJars && /\.[jwe]ar$/.test(fileName) && uncompressedSize <= left.bytes) {
      left.bytes -= uncompressedSize;
      jars.push({ name: fileName, bytes: await readEntry(zip, entry, uncompressedSize) });
    }
  };
  await new Promise<void>((resolve, reject) => {
    let seen = 0;
    zip.once('end', resolve).once('error', reject);
    zip.on('entry', (entry: Entry) => {
      seen += 1;
      if (seen > mostEntries) resolve();
      else take(entry).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
  return { texts, jars };
}

async function readEntry(zip: ZipFile, entry: Entry, mostBytes: number): Promise<Buffer> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    parts.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(parts);
}
