import { Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { useIsAssistantThere } from './assistant-presence.tsx';
import { useKitText } from './errors.ts';
import { RowButton } from './row-button.tsx';

export interface Attachable {
  readonly kind: 'container' | 'image' | 'volume' | 'model' | 'dockerfile' | 'server';
  readonly name: string;
}

export interface SparkleProps extends Attachable {
  /** What the question is about, where it is more than the object. */
  readonly about?: string | undefined;
  /** Stands in the assistant's field, to be sent or changed. */
  readonly question?: string | undefined;
  /** The folder that the object is in, where the assistant then works. */
  readonly folder?: string | undefined;
}

/** Opens the assistant with this object attached. */
export function SparkleButton({ kind, name, about = name, question, folder }: SparkleProps): ReactNode {
  const t = useKitText();
  if (!useIsAssistantThere()) return null;
  const query = [
    `attach=${encodeURIComponent(`${kind}:${name}`)}`,
    ...(question === undefined ? [] : [`ask=${encodeURIComponent(question)}`]),
    ...(folder === undefined ? [] : [`folder=${encodeURIComponent(folder)}`]),
  ];
  return (
    <RowButton color="secondary" label={t.askAssistant(about)} to={`/assistant?${query.join('&')}`}>
      <Sparkles size={18} />
    </RowButton>
  );
}
