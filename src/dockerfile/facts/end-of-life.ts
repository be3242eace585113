/**
 * When maintainers stop publishing fixes, as announced by each project. Compared with the date the caller gives, so that the same
 * file gets the same rating on every day unless the caller wants otherwise.
 */
export const knownAsOf = '2026-11-15';

/** Versions are matched part by part: `3.18` is also `3.18.4`. */
const byVersion: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  node: {
    '10': '2021-04-30',
    '12': '2022-04-30',
    '14': '2023-04-30',
    '15': '2021-06-01',
    '16': '2023-09-11',
    '17': '2022-06-01',
    '18': '2025-04-30',
    '19': '2023-06-01',
    '20': '2026-04-30',
    '21': '2024-06-01',
    '23': '2025-06-01',
    '25': '2026-06-01',
    '8': '2019-12-31',
    '6': '2019-04-30',
    '22': '2027-04-30',
    '24': '2028-04-30',
  },
  python: {
    '2': '2020-01-01',
    '3.5': '2020-09-30',
    '3.6': '2021-12-23',
    '3.7': '2023-06-27',
    '3.8': '2024-10-07',
    '3.9': '2025-10-31',
    '3.10': '2026-10-31',
    '3.11': '2027-10-31',
    '3.12': '2028-10-31',
    '3.13': '2029-10-31',
  },
  golang: {
    '1.16': '2022-03-15',
    '1.17': '2022-08-02',
    '1.18': '2023-02-01',
    '1.19': '2023-08-08',
    '1.20': '2024-02-06',
    '1.21': '2024-08-13',
    '1.22': '2025-02-11',
    '1.23': '2025-08-12',
    '1.24': '2026-02-11',
  },
  php: {
    '5': '2018-12-31',
    '7': '2022-11-28',
    '8.0': '2023-11-26',
    '8.1': '2025-12-31',
    '8.2': '2026-12-31',
    '8.3': '2027-12-31',
  },
  ruby: { '2': '2023-03-31', '3.0': '2024-04-23', '3.1': '2025-03-26', '3.2': '2026-03-31', '3.3': '2027-03-31' },
  alpine: {
    '3.12': '2022-05-01',
    '3.13': '2022-11-01',
    '3.14': '2023-05-01',
    '3.15': '2023-11-01',
    '3.16': '2024-05-23',
    '3.17': '2024-11-22',
    '3.18': '2025-05-09',
    '3.19': '2025-11-01',
    '3.20': '2026-04-01',
    '3.21': '2026-11-01',
    '3.22': '2027-05-01',
    '3.23': '2027-11-01',
    '3.8': '2020-05-01',
    '3.9': '2020-11-01',
    '3.10': '2021-05-01',
    '3.11': '2021-11-01',
  },
  debian: { '8': '2020-06-30', '9': '2022-06-30', '10': '2024-06-30', '11': '2026-08-31', '12': '2028-06-30' },
  ubuntu: {
    '14.04': '2019-04-30',
    '16.04': '2021-04-30',
    '18.04': '2023-05-31',
    '20.04': '2025-05-31',
    '22.04': '2027-04-30',
    '22.10': '2023-07-20',
    '23.04': '2024-01-25',
    '23.10': '2024-07-11',
    '24.10': '2025-07-10',
    '25.04': '2026-01-15',
    '25.10': '2026-07-09',
    '24.04': '2029-04-30',
    '21.10': '2022-07-14',
    '19.10': '2020-07-17',
  },
  centos: { '5': '2017-03-31', '6': '2020-11-30', '7': '2024-06-30', '8': '2021-12-31', latest: '2021-12-31' },
  fedora: {
    '37': '2023-12-05',
    '38': '2024-05-21',
    '39': '2024-11-26',
    '40': '2025-05-13',
    '41': '2025-12-15',
    '42': '2026-05-13',
  },
  amazonlinux: { '1': '2023-12-31', '2': '2026-06-30' },
  postgres: {
    '9': '2021-11-11',
    '10': '2022-11-10',
    '11': '2023-11-09',
    '12': '2024-11-21',
    '13': '2025-11-13',
    '14': '2026-11-12',
  },
  mysql: { '5': '2023-10-21', '8.0': '2026-04-30' },
  mongo: { '3': '2021-04-30', '4': '2024-02-29', '5': '2024-10-31', '6': '2025-07-31' },
  'dotnet/sdk': {
    '3.1': '2022-12-13',
    '5.0': '2022-05-10',
    '6.0': '2024-11-12',
    '7.0': '2024-05-14',
    '8.0': '2026-11-10',
    '9.0': '2026-11-10',
  },
  'dotnet/aspnet': {
    '3.1': '2022-12-13',
    '5.0': '2022-05-10',
    '6.0': '2024-11-12',
    '7.0': '2024-05-14',
    '8.0': '2026-11-10',
    '9.0': '2026-11-10',
  },
  'dotnet/runtime': {
    '3.1': '2022-12-13',
    '5.0': '2022-05-10',
    '6.0': '2024-11-12',
    '7.0': '2024-05-14',
    '8.0': '2026-11-10',
    '9.0': '2026-11-10',
  },
  openjdk: { '': '2022-07-01' },
};

/** Distributions that tags of other images name. */
const byCodename: Readonly<Record<string, readonly [name: string, end: string]>> = {
  jessie: ['Debian 8', '2020-06-30'],
  stretch: ['Debian 9', '2022-06-30'],
  buster: ['Debian 10', '2024-06-30'],
  bullseye: ['Debian 11', '2026-08-31'],
  trusty: ['Ubuntu 14.04', '2019-04-30'],
  xenial: ['Ubuntu 16.04', '2021-04-30'],
  bionic: ['Ubuntu 18.04', '2023-05-31'],
  focal: ['Ubuntu 20.04', '2025-05-31'],
};

export interface EndOfLife {
  readonly product: string;
  readonly date: string;
}

/** What ended before the date, or undefined; the image's own version first, then the distribution below it. */
export function endOfLife(
  { repository, tag }: { repository: string; tag: string | undefined },
  today: string,
): EndOfLife | undefined {
  const name = repository.replace(/^bitnami\//, '');
  const versions = Object.hasOwn(byVersion, name) ? byVersion[name] : undefined;
  const version = /^v?(\d+(?:\.\d+)*)/.exec(tag ?? '')?.[1] ?? (tag === undefined ? 'latest' : tag);
  const ended = [
    ...(versions ? [lookUp(versions, version, name)] : []),
    ...codenames(tag ?? ''),
    ...alpineOf(name, tag ?? ''),
  ].filter((one) => one !== undefined);
  return ended.find(({ date }) => date < today);
}

function lookUp(versions: Readonly<Record<string, string>>, version: string, name: string): EndOfLife | undefined {
  const parts = version.split('.');
  for (let length = parts.length; length >= 0; length -= 1) {
    const key = parts.slice(0, length).join('.');
    const date = Object.hasOwn(versions, key) ? versions[key] : undefined;
    if (date !== undefined) return { product: key === '' ? name : `${name} ${key}`, date };
  }
  return undefined;
}

function codenames(tag: string): EndOfLife[] {
  return tag.split('-').flatMap((part) => {
    const known = Object.hasOwn(byCodename, part) ? byCodename[part] : undefined;
    return known ? [{ product: known[0], date: known[1] }] : [];
  });
}

function alpineOf(name: string, tag: string): (EndOfLife | undefined)[] {
  const version = /alpine(\d+\.\d+)/.exec(tag)?.[1];
  const versions = byVersion['alpine'];
  return version !== undefined && versions && name !== 'alpine' ? [lookUp(versions, version, 'alpine')] : [];
}
