import type { ReactNode } from 'react';
import { PathDialog, type PathDialogProps } from '../../kit/index.ts';
import { useAssistantText } from './text.ts';

/** Chooses the folder that a session works in. */
export function FolderDialog(props: Pick<PathDialogProps, 'start' | 'onChoose' | 'onClose'>): ReactNode {
  const t = useAssistantText();
  return <PathDialog title={t.chooseDirectory} text={t.directoryText} kind="folder" {...props} />;
}
