import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRpm } from './rpm.ts';

/** Made by SQLite itself: 14 packages in pages of 512 bytes, one of them over several pages, gzipped. */
const database = gunzipSync(
  Buffer.from(
    [
      'H4sIAAAAAAACA+2Yy27TQBSGz+TaNEkLlFKQKJplQxuTOI6TbBApslBE6pbgLrqqnGCSqrk1bqWyQQpPwJbXYMFz8BAsuC5g0Q0SYjyetOlBKl',
      'UXXiQ+isf+7cT5zvnt8YyfP6vuHVr0ZW/QMQ9pDgJACDyiFIBtAszBWRC2hJD+XwRAapCks0EeAnnLmomKrUBkaXWV7Bya9bZlH7RZKXdt6+DI',
      '6jawDD6uaWVDo0Z5vapRdHCla3asNaZSXRJdWl4mwwf8lFtmY99sWvZoHTh3ktHelVb3qEMruqE90Wp0q1bZKNd26FNth5a3jc2Kzn60oenGGq',
      '23e3W6Xt1cp/qmQfXtajUVdkwl351k5shvckJ+usKPiYxkgjWJGGviEdbMBp17k5BfwD5+TEUkSHCZjLoOp38Pk3LfbLSstCxl4Lio7qoK9PpW',
      '17bb6ZwkS3Jalax2SbIHDWnQ78CxH5MTzP+IX4Wp9j/qV2Gq/Z/xqzDV/sf8Kky1//6Abortd+Z/QbgHRIcPbIViuBgMwRvJGSSyJcW++llsix',
      'dAwS9Ch4X+KnRM6BOh40L/EXre1aGbQt9ydH+/mYUsm4VkYaNiQLdnDhotcPam2V62jKYgw8WAx1wZzpVBXBnOlTnlerdAQvD+vvNQZROt6AVc',
      'ScS1IPQ38ZLtLuKkiHMVccri+A+Ro+7o0SyuvVe3gU/lgE/lzgwOuf4XgbTgI1tdOoaLEY8dULgDCnJA4Q4oY1dG2GOuHOfKIa4c58qNcYU85p',
      'I5l4y4ZM4ln3Jd3f+Yx/kUeD4FlE+B51MYq/OMx1wq51IRl8q51DGuqMdcec6VR1x5zpVH/iuu/8olvb+TYLmo4v/SF+QSQbnMolySKJfrKJfb',
      'o6eC2/1mcf+bdTvgbGasznGP61ziaCVEVuJgpTGuWY+5ipyriLiKnKt4zv8AfALygjUTGq/nWOlBlOfGBaWPo9InUennUemvodLzy7fZb6b7R/',
      'V96xUbxsju/ZL0+n4Rw6h/xlFiIHU2kvoLXwhQHgAcAAA=',
    ].join(''),
    'base64',
  ),
);

describe('the database of rpm', () => {
  it('is read from SQLite, packages over several pages included', () => {
    const packages = readRpm(database, 'var/lib/rpm/rpmdb.sqlite');
    expect(packages).toHaveLength(13);
    expect(packages[0]).toEqual({
      kind: 'rpm',
      name: 'openssl-libs',
      version: '1:3.2.2-6.el9',
      architecture: 'x86_64',
      licence: 'Apache-2.0',
      source: { name: 'openssl', version: '1:3.2.2-6.el9' },
      path: 'var/lib/rpm/rpmdb.sqlite',
    });
    expect(packages[12]).toMatchObject({ name: 'pkg11', version: '1.0-11' });
  });

  it('is read from ndb', () => {
    const header = Buffer.alloc(8 + 16 * 2 + 32);
    header.writeUInt32BE(2, 0);
    header.writeUInt32BE(1000, 8);
    header.writeUInt32BE(0, 16);
    header.writeUInt32BE(1001, 24);
    header.writeUInt32BE(5, 32);
    header.write('zypp\u00001.2\u0000', 40);
    const file = Buffer.alloc(4096 + 16 + header.length);
    file.write('RpmP', 0);
    file.writeUInt32LE(1, 12);
    for (let at = 32; at < 4096; at += 16) file.write('Slot', at);
    file.writeUInt32LE(256, 40);
    file.write('BlbS', 4096);
    file.writeUInt32LE(header.length, 4108);
    header.copy(file, 4112);
    expect(readRpm(file, 'p')).toMatchObject([{ name: 'zypp', version: '1.2' }]);
  });

  it('of the old kind is refused', () => {
    expect(() => readRpm(Buffer.alloc(4096), 'var/lib/rpm/Packages')).toThrow('of a kind that cannot be read');
  });

  it('is never followed in circles or out of its bounds, however it is damaged', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(database.length - 1), fc.nat(255)), { maxLength: 30 }), (changes) => {
        const broken = Buffer.from(database);
        for (const [at, value] of changes) broken[at] = value;
        try {
          expect(readRpm(broken, 'p').length).toBeLessThan(1000);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
