import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import type { Package } from '../types.ts';

const mostEntries = 50_000;
const mostPropertiesBytes = 64 * 1024;

/** Maven coordinates of a jar: of its `pom.properties`, which shaded jars have many of, else by the name of the file. */
export async function readJar(bytes: Buffer, path: string): Promise<readonly Package[]> {
  const found = await propertiesOf(bytes).catch(() => []);
  const packages = found.flatMap((text) => {
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

async function propertiesOf(bytes: Buffer): Promise<readonly string[]> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  const found: string[] = [];
  await new Promise<void>((resolve, reject) => {
    let seen = 0;
    zip.once('end', resolve).once('error', reject);
    zip.on('entry', (entry: Entry) => {
      seen += 1;
      if (seen > mostEntries) resolve();
      else if (
        !/^META-INF\/maven\/.+\/pom\.properties$/.test(entry.fileName) ||
        entry.uncompressedSize > mostPropertiesBytes
      ) {
        zip.readEntry();
      } else {
        readEntry(zip, entry).then((text) => {
          found.push(text);
          zip.readEntry();
        }, reject);
      }
    });
    zip.readEntry();
  });
  return found;
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<string> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > mostPropertiesBytes) break;
  }
  return text;
}
