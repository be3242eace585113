import { Box, Button } from '@mui/material';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../kit/index.ts';
import { useAssistantText } from './text.ts';

/** In the place of a session that is deleted, here or elsewhere; what was being typed goes into the next one. */
export function GoneView({
  draft,
  directory,
}: {
  readonly draft: string;
  readonly directory: string | undefined;
}): ReactNode {
  const t = useAssistantText();
  const kept = new URLSearchParams();
  if (draft.trim() !== '') kept.set('ask', draft);
  if (directory !== undefined) kept.set('folder', directory);
  const query = kept.toString();
  return (
    <Box role="alert">
      <EmptyState
        title={t.gone}
        text={draft.trim() === '' ? t.goneText : t.goneDraft}
        command="gantry ai sessions ls"
        action={
          <Button
            component={Link}
            to={query === '' ? '/assistant' : `/assistant?${query}`}
            variant="contained"
            startIcon={<Plus size={18} />}
          >
            {t.goneNew}
          </Button>
        }
      />
    </Box>
  );
}
