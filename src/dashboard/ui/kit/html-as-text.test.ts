import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import { describe, expect, it } from 'vitest';
import { htmlAsText, withoutTags, type HtmlShown } from './html-as-text.ts';

const rendered = (text: string, shown: HtmlShown): string =>
  renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins: [htmlAsText(shown)], children: text }));

describe('HTML in Markdown', () => {
  it('is shown as it was written, with what stands on its line', () => {
    expect(rendered('<script>alert(1)</script> and what follows', 'text')).toBe(
      '<p>&lt;script&gt;alert(1)&lt;/script&gt; and what follows</p>',
    );
    expect(rendered('before <b onclick="x()">in</b> *after*', 'text')).toBe(
      '<p>before &lt;b onclick=&quot;x()&quot;&gt;in&lt;/b&gt; <em>after</em></p>',
    );
    expect(rendered('- <div>one\n  two</div>', 'text')).toContain('&lt;div&gt;one<br/>');
  });

  it('loses only its tags and comments in documents', () => {
    expect(rendered('<p align="center">\n<b>Tiny</b> model\n</p>', 'tagless')).toBe('<p>Tiny model</p>');
    expect(rendered('a <b>bold</b> word <!-- not seen -->', 'tagless')).toBe('<p>a bold word </p>');
    expect(rendered('<!-- not seen -->', 'tagless')).not.toContain('not seen');
    expect(withoutTags('1 < 2 <br and > 0 <!-- open')).toBe('1 < 2  0 <!-- open');
    expect(withoutTags('a <= b <unclosed')).toBe('a <= b <unclosed');
  });

  it('never becomes an element, whatever is written', () => {
    const piece = fc.constantFrom(
      '<img src=x onerror=1>',
      '<',
      '>',
      '<!--',
      '-->',
      '\n\n',
      ' ',
      'word',
      '<script>',
      '>x',
      '- ',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom<HtmlShown>('text', 'tagless'),
        (pieces, shown) => {
          expect(rendered(pieces.join(''), shown)).not.toMatch(/<(?:img|script|!--)/);
        },
      ),
    );
  });

  it('loses no word where it is shown as text', () => {
    const piece = fc.constantFrom('<div>', '<!-- c -->', '</p>', '\n', '\n\n', ' ', '<b x="1">', 'word');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        expect(rendered(text, 'text').split('word').length).toBe(text.split('word').length);
      }),
    );
  });
});
