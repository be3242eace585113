import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../types.ts';
import { decideBind, isWithin, type BindRules } from './binds.ts';

const rules = (
  grants: readonly Omit<Grant, 'server'>[] = [],
  links: Readonly<Record<string, string>> = {},
): BindRules => ({
  server: 'files',
  grants: grants.map((grant) => ({ server: 'files', ...grant })),
  userHome: '/home/me',
  temporaryFolders: ['/tmp', '/var/tmp'],
  realPath: (path) => (path.includes('absent') ? undefined : (links[path] ?? path)),
});
const bindOf = (volume: string, given: BindRules): string => {
  const decision = decideBind(volume, given);
  return decision.kind === 'bind' ? decision.bind : decision.reason;
};

describe('a volume', () => {
  it.each([
    ['data:/data', 'data:/data'],
    ['data:/data:ro', 'data:/data:ro'],
    ['/cache', '/cache'],
    ['/tmp/x:/x', '/tmp/x:/x:ro'],
    ['/tmp/x:/x:rw', 'not_granted'],
    ['/tmp:/x', 'not_granted'],
    ['/home/me/code:/code', 'not_granted'],
    ['/tmp/../home/me:/x', 'not_granted'],
    ['/tmp/absent:/x', 'missing'],
    ['/etc/passwd:/x', 'sensitive'],
    ['/var/run/docker.sock:/s', 'sensitive'],
    ['~/.ssh:/x', 'sensitive'],
    ['/proc/1/root:/x', 'forbidden'],
    ['/:/x', 'forbidden'],
    ['/tmp/x:relative', 'malformed'],
    ['relative/path:/x', 'malformed'],
    ['/tmp/x:/x:rshared', 'malformed'],
    ['/tmp/x:/x:rw:more', 'malformed'],
    ['', 'malformed'],
  ])('%s without a grant is %s', (volume, wanted) => {
    expect(bindOf(volume, rules())).toBe(wanted);
  });

  it('is read and written as far as it was granted', () => {
    const readable = rules([{ path: '/home/me/code', mode: 'ro' }]);
    expect(bindOf('/home/me/code/app:/a', readable)).toBe('/home/me/code/app:/a:ro');
    expect(bindOf('/home/me/code/app:/a:rw', readable)).toBe('not_granted');
    expect(bindOf('/home/me/codec:/a', readable)).toBe('not_granted');
    const writable = rules([{ path: '/home/me/code', mode: 'rw' }]);
    expect(bindOf('~/code/app:/a', writable)).toBe('/home/me/code/app:/a:rw');
    expect(bindOf('/home/me/code/app:/a:ro,z', writable)).toBe('/home/me/code/app:/a:ro,z');
  });

  it('is judged by where its links lead', () => {
    const grants = [{ path: '/home/me/code', mode: 'rw' }] as const;
    const links = { '/home/me/code/link': '/home/me/.ssh', '/home/me/way': '/home/me/code/app' };
    expect(bindOf('/home/me/code/link:/x', rules(grants, links))).toBe('sensitive');
    expect(bindOf('/home/me/way:/x', rules(grants, links))).toBe('/home/me/code/app:/x:rw');
  });

  it('with credentials needs a grant that names it', () => {
    const home = rules([{ path: '/home/me', mode: 'rw' }]);
    expect(bindOf('/home/me/.kube:/k', home)).toBe('sensitive');
    expect(bindOf('/home/me/.kube/config:/k', rules([{ path: '/home/me/.kube', mode: 'ro' }]))).toBe(
      '/home/me/.kube/config:/k:ro',
    );
    expect(bindOf('/run/docker.sock:/s', rules([{ path: '/run', mode: 'rw' }]))).toBe('sensitive');
    expect(bindOf('/run/docker.sock:/s', rules([{ path: '/run/docker.sock', mode: 'rw' }]))).toBe(
      '/run/docker.sock:/s:rw',
    );
    expect(bindOf('/etc/ssl:/s', rules([{ path: '/', mode: 'rw' }]))).toBe('sensitive');
  });

  it("is not given by another server's grant", () => {
    const grants: Grant[] = [{ server: 'other', path: '/home/me/code', mode: 'rw' }];
    expect(bindOf('/home/me/code:/x', { ...rules(), grants })).toBe('not_granted');
    expect(
      bindOf('/home/me/code:/x', { ...rules(), grants: [{ server: '*', path: '/home/me/code', mode: 'ro' }] }),
    ).toBe('/home/me/code:/x:ro');
  });
});

it('never writes anywhere that no writable grant covers, and never reads outside grants and temporary folders', () => {
  const path = fc
    .array(fc.constantFrom('home', 'me', 'code', '.ssh', 'tmp', '..', 'etc', '.kube', 'x'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((names) => `/${names.join('/')}`);
  const grant = fc.record({ path: path.filter((one) => !one.includes('..')), mode: fc.constantFrom('ro', 'rw') });
  fc.assert(
    fc.property(path, fc.constantFrom('', ':ro', ':rw'), fc.array(grant, { maxLength: 3 }), (source, mode, grants) => {
      const decision = decideBind(`${source}:/x${mode}`, rules(grants));
      if (decision.kind === 'refused') return;
      const [real = '', , options = ''] = decision.bind.split(':');
      const covering = grants.filter((one) => isWithin(real, one.path));
      const temporary = isWithin(real, '/tmp') || isWithin(real, '/var/tmp');
      expect(covering.length > 0 || temporary).toBe(true);
      if (options === 'rw') expect(covering.some((one) => one.mode === 'rw')).toBe(true);
      const secret = /\.ssh|\.kube/.exec(real);
      if (secret) expect(covering.some((one) => one.path.includes('.ssh') || one.path.includes('.kube'))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
