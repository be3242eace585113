import { Box, Chip } from '@mui/material';
import type { ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { useAssistantText } from './text.ts';
import type { Attachment } from './use-turns.ts';

/** What is attached; each can be taken off, with its button or by Delete. */
export function AttachmentChips(props: {
  readonly attachments: readonly Attachment[];
  readonly onChange: (attachments: readonly Attachment[]) => void;
}): ReactNode {
  const { attachments, onChange } = props;
  const t = useAssistantText();
  if (attachments.length === 0) return null;
  return (
    <Box role="group" aria-label={t.attachments} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      {attachments.map((one) => (
        <Chip
          key={`${one.kind}:${one.name}`}
          size="small"
          label={`${t.kind(one.kind)}: ${cleanText(one.name)}`}
          onDelete={() => onChange(attachments.filter((other) => other !== one))}
        />
      ))}
    </Box>
  );
}
