import { IconButton, Tooltip } from '@mui/material';
import { Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useKitText } from './errors.ts';

export interface Attachable {
  readonly kind: 'container' | 'image' | 'volume' | 'model' | 'dockerfile' | 'server';
  readonly name: string;
}

/** Opens the assistant with this object attached. */
export function SparkleButton({ kind, name }: Attachable): ReactNode {
  const label = useKitText().askAssistant(name);
  return (
    <Tooltip title={label}>
      <IconButton
        size="small"
        color="secondary"
        component={Link}
        to={`/assistant?attach=${encodeURIComponent(`${kind}:${name}`)}`}
        aria-label={label}
      >
        <Sparkles size={18} />
      </IconButton>
    </Tooltip>
  );
}
