import { Box } from '@mui/material';
import type { RatedDockerfileBody } from '#contract';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { useLanguage } from '../../kit/index.ts';
import type { CodeEditor } from './code-editor.ts';

export interface EditorProps {
  readonly text: string;
  readonly label: string;
  readonly findings: RatedDockerfileBody['findings'];
  /** Changes when a line is to be gone to. */
  readonly goTo: { readonly line: number } | undefined;
  readonly onChange: (text: string) => void;
  readonly onLine: (line: number) => void;
  readonly onSave: () => void;
}

/** An editor with its findings in the margin and under the text; loaded when it is shown. */
export function Editor({ text, label, findings, goTo, ...events }: EditorProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  const { language } = useLanguage();
  const begin = useEffectEvent((created: CodeEditor) => {
    editor.current = created;
    created.setText(text);
    created.setFindings(findings, language);
  });
  const changed = useEffectEvent((next: string) => events.onChange(next));
  const moved = useEffectEvent((line: number) => events.onLine(line));
  const saved = useEffectEvent(() => events.onSave());
  const name = useEffectEvent(() => label);
  useEffect(() => {
    let isGone = false;
    let created: CodeEditor | undefined;
    void import('./code-editor.ts').then(({ createCodeEditor }) => {
      if (isGone || !box.current) return;
      const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';
      created = createCodeEditor(box.current, {
        nonce,
        label: name(),
        onChange: (next) => changed(next),
        onLine: (line) => moved(line),
        onSave: () => saved(),
      });
      begin(created);
    });
    return () => {
      isGone = true;
      editor.current = undefined;
      created?.destroy();
    };
  }, []);
  useEffect(() => editor.current?.setText(text), [text]);
  useEffect(() => editor.current?.setFindings(findings, language), [findings, language, text]);
  useEffect(() => {
    if (goTo) editor.current?.goTo(goTo.line);
  }, [goTo]);
  return (
    <Box
      ref={box}
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        overflow: 'hidden',
        bgcolor: 'background.paper',
        '& .cm-editor': { height: '55vh', fontSize: 13 },
        '& .cm-editor .cm-gutters': { bgcolor: 'background.default', color: 'text.secondary' },
        '& .cm-editor .cm-cursor': { borderLeftColor: 'text.primary' },
        '& .cm-editor .cm-activeLine, & .cm-editor .cm-activeLineGutter': { bgcolor: 'action.hover' },
        '& .cm-tooltip': { bgcolor: 'background.paper', color: 'text.primary', borderColor: 'divider' },
      }}
    />
  );
}
