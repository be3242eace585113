import { describe, expect, it } from 'vitest';
import { noOptions, waitingTurn } from './conversation.ts';
import { asMarkdown, restored, titleOf, type SavedChat } from './saved.ts';
import { added, emptyThread } from './thread.ts';

const asked = added(emptyThread, { parent: null, turn: { role: 'user', text: 'Why\n do ships float?', images: [] } });
const open = added(asked, { parent: 1, turn: { ...waitingTurn, model: 'm', state: 'answering', text: 'They' } });
const saved = {
  id: 'a',
  title: 'Why do ships float?',
  changedAt: 1,
  options: noOptions,
  panes: [{ model: 'm', thread: open }],
};

describe('a conversation that is kept', () => {
  it('is called by how it begins', () => {
    expect(titleOf(open)).toBe('Why do ships float?');
    expect(titleOf(emptyThread)).toBe('');
    const long = added(emptyThread, { parent: null, turn: { role: 'user', text: 'x'.repeat(100), images: [] } });
    expect(titleOf(long)).toBe(`${'x'.repeat(60)}…`);
  });

  it('has stopped where it was under way when the page was left', () => {
    const [pane] = restored(structuredClone(saved))?.panes ?? [];
    expect(pane?.thread.nodes.map(({ turn }) => turn)).toMatchObject([
      { role: 'user' },
      { state: 'stopped', text: 'They' },
    ]);
  });

  it.each([undefined, null, {}, { ...saved, panes: [] }, { ...saved, options: {} }])(
    'is not there when it is %j',
    (value) => {
      expect(restored(value)).toBe(undefined);
    },
  );

  it('can be read elsewhere', () => {
    expect(asMarkdown(saved as SavedChat, 'You')).toBe(
      '# m: Why do ships float?\n\n## You\n\nWhy\n do ships float?\n\n## m\n\nThey\n',
    );
  });
});
