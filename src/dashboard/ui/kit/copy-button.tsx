import { IconButton, Tooltip } from '@mui/material';
import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useKitText } from './errors.ts';

/** Copies a text; says so. One that costs something to make is made when it is asked for. */
export function CopyButton({
  text,
  label,
}: {
  readonly text: string | (() => string);
  readonly label?: string | undefined;
}): ReactNode {
  const t = useKitText();
  const [copied, setCopied] = useState(false);
  const name = copied ? t.copied : (label ?? t.copy);
  return (
    <Tooltip title={name}>
      <IconButton
        size="small"
        aria-label={name}
        onClick={() => void copyText(typeof text === 'string' ? text : text()).then(setCopied)}
        onBlur={() => setCopied(false)}
        onMouseLeave={() => setCopied(false)}
      >
        {copied ? <Check size={16} /> : <Copy size={16} />}
      </IconButton>
    </Tooltip>
  );
}

/** Over plain HTTP from another machine there is no clipboard API; the old way works there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
