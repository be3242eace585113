import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { StreamLanguage } from '@codemirror/language';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { RatedDockerfileBody } from '#contract';
import type { Language } from '../../kit/index.ts';

export interface CodeEditor {
  setText(text: string): void;
  setFindings(findings: RatedDockerfileBody['findings'], language: Language): void;
  goTo(line: number): void;
  destroy(): void;
}

export interface CodeEditorOptions {
  /** For the style sheets it makes. */
  readonly nonce: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  /** The line that the cursor stands in now. */
  readonly onLine: (line: number) => void;
  /** Ctrl+S, or ⌘S. */
  readonly onSave: () => void;
}

/** CodeMirror with what a Dockerfile needs. Tab leaves it: it is a field of a page, not a program of its own. */
export function createCodeEditor(parent: HTMLElement, options: CodeEditorOptions): CodeEditor {
  const { nonce, label, onChange, onLine, onSave } = options;
  let isSetting = false;
  // The editor knows lines, not how they end in the file.
  let lineEnd = '\n';
  const textOf = ({ doc }: EditorState): string => doc.toString().replaceAll('\n', lineEnd);
  const save = (): boolean => {
    onSave();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        // What cannot be seen, or turns around what is beside it, is shown as a sign of its own.
        highlightSpecialChars(),
        drawSelection(),
        history(),
        lintGutter(),
        StreamLanguage.define(dockerFile),
        keymap.of([{ key: 'Mod-s', run: save }, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
          if (docChanged && !isSetting) onChange(textOf(state));
          if (docChanged || selectionSet) onLine(state.doc.lineAt(state.selection.main.head).number);
        }),
      ],
    }),
  });
  return {
    setText(text) {
      if (textOf(view.state) === text) return;
      isSetting = true;
      lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
      const { doc, selection } = view.state;
      const { number } = doc.lineAt(selection.main.head);
      view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
      // The cursor stays in the line that somebody looks at.
      const { from } = view.state.doc.line(Math.min(number, view.state.doc.lines));
      view.dispatch({ selection: { anchor: from } });
      isSetting = false;
    },
    setFindings(findings, language) {
      const { doc } = view.state;
      const diagnostics = findings.flatMap((finding): Diagnostic[] => {
        // Of a text that has been edited since, some lines may be gone.
        if (finding.line > doc.lines) return [];
        const first = doc.line(finding.line);
        const from = Math.min(first.from + finding.column - 1, first.to);
        const to = Math.max(from, doc.line(Math.min(finding.endLine, doc.lines)).to);
        return [
          {
            from,
            to: Math.min(to, first.to === from ? to : first.to),
            severity: finding.severity,
            source: finding.id,
            message: finding.text[language].title,
          },
        ];
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo(line) {
      const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
