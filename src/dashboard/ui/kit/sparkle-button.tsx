import { Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { useIsAssistantThere } from './assistant-presence.tsx';
import { useKitText } from './errors.ts';
import { RowButton } from './row-button.tsx';

export interface Attachable {
  readonly kind: 'container' | 'image' | 'volume' | 'model' | 'dockerfile' | 'server';
  readonly name: string;
}

/** Opens the assistant with this object attached. */
export function SparkleButton({ kind, name }: Attachable): ReactNode {
  const t = useKitText();
  if (!useIsAssistantThere()) return null;
  return (
    <RowButton
      color="secondary"
      label={t.askAssistant(name)}
      to={`/assistant?attach=${encodeURIComponent(`${kind}:${name}`)}`}
    >
      <Sparkles size={18} />
    </RowButton>
  );
}
