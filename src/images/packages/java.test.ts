import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readJar } from './java.ts';

/** An archive whose entries are stored as they are. */
function zip(files: Readonly<Record<string, Buffer | string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    locals.push(Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), bytes);
    central.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), fields, rest, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(locals.length / 4, 4);
  end.writeUInt16LE(locals.length / 4, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end]);
}

const properties = (group: string, artifact: string, version: string): Record<string, string> => ({
  [`META-INF/maven/${group}/${artifact}/pom.properties`]: `version=${version}\ngroupId=${group}\nartifactId=${artifact}\n`,
});

describe('a jar', () => {
  it('is known by its coordinates, and the jars inside it by theirs or by their names', async () => {
    const library = zip(properties('com.fasterxml.jackson.core', 'jackson-databind', '2.15.0'));
    const web = zip({ ...properties('org.acme', 'web', '3.0'), 'WEB-INF/lib/jackson-databind-2.15.0.jar': library });
    const app = zip({
      ...properties('org.acme', 'app', '1.0'),
      'BOOT-INF/lib/log4j-core-2.14.1.jar': zip({ 'a.txt': 'x' }),
      'BOOT-INF/lib/broken-1.0.jar': 'no archive',
      'web.war': web,
    });
    const found = await readJar(app, 'app/app.jar');
    expect(found.map(({ group, name, version, path }) => [group, name, version, path])).toEqual([
      ['org.acme', 'app', '1.0', 'app/app.jar'],
      [undefined, 'log4j-core', '2.14.1', 'app/app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar'],
      [undefined, 'broken', '1.0', 'app/app.jar!/BOOT-INF/lib/broken-1.0.jar'],
      ['org.acme', 'web', '3.0', 'app/app.jar!/web.war'],
      [
        'com.fasterxml.jackson.core',
        'jackson-databind',
        '2.15.0',
        'app/app.jar!/web.war!/WEB-INF/lib/jackson-databind-2.15.0.jar',
      ],
    ]);
  });

  it('is followed no deeper than archives are made', async () => {
    let inner = zip(properties('org.acme', 'deep', '9'));
    for (let depth = 0; depth < 10; depth += 1) inner = zip({ 'x.jar': inner });
    expect(await readJar(inner, 'x.jar')).toEqual([]);
  });
});
