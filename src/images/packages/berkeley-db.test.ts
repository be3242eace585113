import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { readRpm } from './rpm.ts';

/** Packages built by rpmbuild, in a table made by Berkeley DB 5.3 that rpm 4.18 lists; one is longer than a page. Gzipped. */
const database = gunzipSync(
  Buffer.from(
    [
      'H4sIAAAAAAACA+1cXYwbVxm93vzsNhBtqiU0VCVYKClpi5357tz5ufZClXbT5CFtVghEED9lfu7sunjXS+yEkOYhQhFqoUUBogqJCiLEQ6siFf',
      'WJB4R4qgRCEEQRfUAlEqQ0baAEQVQpacuM527iO6ViC0clke6RdmeOZ+bO2D62fM6ZGcYYq7ES0ca17LpiZkP+N1E+picGLp78FmOvMfaB9leP',
      'H11XPlYbGafA6vzv1w/Pf6b6uIWFhYWFhYWFhYWFhYWFxf8Hb/TuZybZ+ouTFybPT+ZzFhYWFhYWFhYWFhYWFhYW1wJWXdh6uijkZ9bkRn+scP',
      'urRi1/MTNm+P/nhv7/5ckXJ5/7N/5/Jf1/Adv/W1hYWFhYWFhYWFhYWFi8XcY/9/xs+nbt+YsHimm9SAJqI/5/1chWtWLxeD5zK2Njh/JpvnXB',
      'a79l5bUBKbtyYUC+8aoX8ulaHSIU/Kzm12n+ouaTmp/TyzZq/hfNb9D8r6y8gOAmzV/W29c1P6+Xb9H8gl6+TfNX9Hi+5q/q5Xdo/prmu0u++l',
      '2a79X8Bv387tN8k97foHyhVr9HLz+q+Y2a/0rzbXq8M3r7uzQ/p/k+Pd4lzT9Rbl/Tr+fquFy/9k7NU82nNFeab9I80/y9mnc1f5/mh/X755bv',
      '39Q3y/3XZsrlU0/r9fXrMfUnfTz3aH5Gr39c87N6+YmSD4VULH9B8zV6f+fK/dXW6/H1861dX/Kxrfr9+Fu5/di8Pt53a97VfE7zJc3nNS/ej9',
      'qdbHA4jQYR4w4XEaOm6krWH2qUfW784WcOLpRCnT0QdztJY6a3EHUW2ccW+0sq6WQdlbJuZ/HAIbbYi/Yn83qwxnCwxnCwZn9/0ty/tLC8n/Ig',
      '1i3/5Uu6nXjbnb2Fpf2q31fpXZ2uuidaUP1bmF5WPDLTmVP9wZXHZqMvdnvRcOX+7uigmt2vss6hW5jbdJqiQUw0/aYznJb/KWw67OBCnQLp+V',
      '5AAS+f1sTIkbLGXl5vzLFkqdNjc4c7S0zqp9VIVdyJFhvlU33yqe9e/+n7n9ze+ukfZ7ecPNobjnNgkDVCFmWuVJSQjDIRhJHKgshxYyVDlUUy',
      'lXEUcR5mscykq9xQ8NRPg5hERML3IuFJfUxu6gjOY5GpKF89CEiFAQ8ExbEbOIF0YjdJHc8NVZTFwifuuirkThyK2AsiXui7/NJ5/fVXT+svnf',
      'wt33mq9fUf/+jGk1+++Pzu5OanfvHtgFJXZoEI89cjC9M4dTIZxkLIzE2TzMs45xklXspS4TsUp1wKz8uiJHF8UkROGHoJdzKfZOZ7XsQjV3A/',
      '9kM3ERl3Ay/xpRvESpHWUj45UnzG9byFhYWFhYWFhYXFNQht30b4TOn/b8s91kMj/v/sW/T/kxX/v+z3X6r4++U8oF7JA95fyQO2VPKAbZU84I',
      'OVPMCp5AHtSh6wq5IH3F3JAz5ayQMOVPKAY5U84HglD/hDJQ/4ZyUPuGTmAZf9/nIesKGSB2yu5AFbK3nArZU8YHslD6BKHrCzkgfsq+QBn6rk',
      'AXElD/h+JQ94rJIHXDLzgOE5JiN5wNiGSh4gK3nAkUoecLSSBxyr5AEPlHlAb0kt9vvd3OzG/dxP8yZn/tAeD/VaRAO5f/vNci6wYylK5lWD5/',
      'b6TUOB0REbwxEbvhENGLu8OvIB0vkAtUYOeKUJwUeeuXmv3Pv4K+fH3Z21E3ec0mNdrRnBqSsZQefzm29/4u8/+drje6buvXfz+dP7pO/7Iskc',
      'kZII0tBL/TjzQiW9WIVREsYyiPJdKJ/JQDhp4EhB3FPFoSdZ5nOHc8VdzlMv31p5YX6sMiMROg6JjJJ8dR7GIk7S0GYEFhYWFhYWFhYW14z/X6',
      'Pn1w7585PL/f/0iSv+v33+Lfr/8Yr/X1/x+1MVv7/R9PutGdPvt3abfr+1x/T7rVnT77c+bvr9VmL6/VbH9PutJdPvtx40/X7ruOn3W4+afr/1',
      'kun32zXT77cnTL/f3mT6/fZNpt9vbzP9fnu76ffbwvT7bWn6/Xbb9Pvtvabfb3/W9Pvt1PT77ftMv9/+gen32z80/f70atPvT0+Yfn96k+n3p3',
      'eYfn/6mOn3px8w/f70Q6bfnz5e+v046s8zr0nNkEnd/u+o5z5W1aney+pRvdtbnKsP1KFBfTAfDeppT/Xri71BPesM6p3FQa/ey9ddiuZUsfpg',
      'XtWLnj8fVTXX6YE4aiAXNZBADeShBvJRAwWogULUQBI1EDmwkWDaJpi4CaZugsmbYPommMAJpnCCSZxgGucwjXPc9zdM4xymcQ7TOIdpnMM0zm',
      'Ea5zCNc5jGXZjGXZjGXdyPFJjGXZjGXZjGXZjGXZjGXZjGXZjGBUzjAqZxAdO4wP0Sh2lcwDQuVqrxZf+/VmcA45f9/3/eB0z9AqZ+AVO/B1O/',
      'B1O/B1O/B1O/hzOiMPV7sG94D6ZxD6ZxD6ZxH6ZxH6ZxH6ZxH6ZxH6ZxH5e2wDTuwzTuwzTuwzQewDQewDQewDQewDQewDQewDQe4CJFmMYDmM',
      'YDmMZDmMZDmMZDmMZDmMZDmMZDmMZDmMZDXG4O03gI07iEaVzCNC5hGpcwjUuYxiVM4xKmcQnTuMSVQ8B2CFcPOStT+bL/H9cZwMQV/7+SneCq',
      'IwfXHTm48sjBtUcOrj5ycP2RgyuQHNznAFmT4npSYFEKbEqBVSmwKwWWpcC2FFiX4vpSwhWmxIFnBeDUjutMCVeaEq41JVxtSrjelHDFKeGaU8',
      'JVp4TrTskFngSDUzuuPiVcf0q4ApVwDSrhKlTCdaiEK1EJ16ISrkYlATznC6d2XJNKAqd2XGNKuMqUcJ0p4UpTwrWmhKtNCdebkgc8xfG/V/uy',
      '/5/QGUDJv5L7/zfsBPc5wLWqhKtVCderEq5YJVyzSrhqlXDdKuHKVfKB5/ri1I7rVwlXsBKuYSVcxUq4jpVwJSvhWlbC1ayE61kpAJ7ajlM7rm',
      'olXNdKuLKVcG0r4epWwvWthCtcCde4Eq5ypRB4JQdO7bjWlXC1K+F6V8IVr4RrXglXvRKueyVc+Uq49pUk8MIl4JVL/7PaGTPvOr1rds9B97Y3',
      'v7NUce1qY3jtakMad5QaXtR6dd1peuQwV3ofqZ//7Nldn/zHs1848qUHu9/xv/Ghq/ouUqcv30Xqw9Evf9f78/dmF/xHH3vk/nc8/fsDHlcUKc',
      'qPJkuU5AkXwiMnC/Pjc704zSd+PrybsMCTJFzykjR3zE7kyPz3Pw8Dz+Xk8jRyKY1CPyGRRl5MKn8yxe2p4lh4sUiTTCRv812k/gVbZr+HAJAA',
      'AA==',
    ].join(''),
    'base64',
  ),
);

const path = 'var/lib/rpm/Packages';

describe('the database of rpm in the form of Berkeley DB', () => {
  it('is read, packages over several pages included', () => {
    const found = readRpm(database, path).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(found.map(({ name, version, licence }) => ({ name, version, licence }))).toEqual([
      { name: 'bash', version: '5.1.8-9.el9', licence: 'GPLv3+' },
      { name: 'openssl-libs', version: '1:3.2.2-6.el9', licence: 'Apache-2.0' },
      { name: 'tzdata', version: '2024a-1.el9', licence: 'Public-Domain' },
    ]);
    expect(found[0]).toMatchObject({ kind: 'rpm', architecture: 'noarch', path });
  });

  it('ends with an answer whatever bytes are broken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(database.length - 1), fc.nat(255)), { maxLength: 40 }),
        fc.nat(database.length),
        (changes, length) => {
          const broken = Buffer.from(database.subarray(0, length));
          for (const [at, value] of changes) if (at < length) broken[at] = value;
          try {
            expect(readRpm(broken, path).length).toBeLessThan(1000);
          } catch (error) {
            expect(error instanceof AppError || error instanceof RangeError).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
