import { describe, expect, it } from 'vitest';
import { createMatcher, readOsv } from './osv.ts';
import { askScanner } from './scanners.ts';

const grype = {
  matches: [
    {
      vulnerability: { id: 'CVE-1', severity: 'High', fix: { versions: ['2'] } },
      artifact: { name: 'a', version: '1' },
    },
  ],
};

describe('a scanner of vulnerabilities', () => {
  it('is used when it is there', async () => {
    const ran: string[] = [];
    const report = await askScanner(
      'web:1',
      async (argv) => {
        ran.push(argv.join(' '));
        if (argv[0] !== 'grype') throw new Error('ENOENT');
        return { code: 0, stdout: argv.includes('json') ? JSON.stringify(grype) : '', stderr: '' };
      },
      {},
    );
    expect(ran.at(-1)).toBe('grype docker:web:1 --quiet --output json');
    expect(report).toEqual({
      state: 'known',
      by: 'Grype',
      vulnerabilities: [{ id: 'CVE-1', package: 'a', installed: '1', fixed: '2', severity: 'high' }],
    });
  });

  it('that is missing or fails is said plainly', async () => {
    const none = await askScanner('web:1', () => Promise.reject(new Error('ENOENT')), {});
    expect(none).toEqual({ state: 'none' });
    const failed = await askScanner(
      'web:1',
      async (argv) => ({ code: argv.length > 2 ? 1 : 0, stdout: '', stderr: 'no database\n' }),
      {},
    );
    expect(failed).toEqual({ state: 'failed', by: 'Trivy', detail: 'no database' });
  });
});

describe('an OSV database', () => {
  const matcher = (): ReturnType<typeof createMatcher> =>
    createMatcher({
      os: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian 12' },
      packages: [
        {
          kind: 'deb',
          name: 'libssl3',
          version: '3.0.11-1',
          source: { name: 'openssl', version: '3.0.11-1' },
          path: 'x',
        },
        { kind: 'npm', name: 'lodash', version: '4.17.20', path: 'x' },
        { kind: 'pypi', name: 'Django', version: '4.2', path: 'x' },
      ],
    });
  const taken = (value: unknown): unknown => {
    const one = matcher();
    const record = readOsv(value);
    if (record) one.take(record);
    return one.report();
  };

  it('names packages of distributions by their source', () => {
    const range = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.13-1~deb12u1' }] };
    const affected = [{ package: { ecosystem: 'Debian:12', name: 'openssl' }, ranges: [range] }];
    expect(taken({ id: 'DSA-1', aliases: ['CVE-2'], affected })).toMatchObject({
      vulnerabilities: [{ id: 'CVE-2', package: 'libssl3', fixed: '3.0.13-1~deb12u1' }],
    });
  });

  it.each([
    ['0', '4.17.21', 1],
    ['4.17.21', '5.0.0', 0],
    ['0', '4.17.20', 0],
    ['0', '4.17.20-rc1', 0],
  ])('compares ranges: from %s to %s', (introduced, fixed, count) => {
    const ranges = [{ type: 'SEMVER', events: [{ introduced }, { fixed }] }];
    const affected = [{ package: { ecosystem: 'npm', name: 'lodash' }, ranges }];
    expect((taken({ id: 'GHSA-1', affected }) as { vulnerabilities: unknown[] }).vulnerabilities).toHaveLength(count);
  });

  it('leaves out what was withdrawn, and what is no record', () => {
    const affected = [{ package: { ecosystem: 'PyPI', name: 'django' }, versions: ['4.2'] }];
    expect(taken({ id: 'PYSEC-1', affected })).toMatchObject({ vulnerabilities: [{ package: 'Django' }] });
    expect(taken({ id: 'PYSEC-1', withdrawn: '2026-01-01T00:00:00Z', affected })).toMatchObject({
      vulnerabilities: [],
    });
    expect(taken({ nothing: true })).toMatchObject({ vulnerabilities: [] });
  });
});
