import { Button } from '@mui/material';
import { Brain } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AssistantStateBody } from '#contract';
import { cleanText, displayName } from '../../kit/index.ts';
import { ModelDialog, type ModelDialogProps } from './model-dialog.tsx';
import { useAssistantText } from './text.ts';

/** Says what answers, and chooses another. */
export function ModelButton(props: {
  readonly state: Pick<AssistantStateBody, 'model'>;
  readonly session?: ModelDialogProps['session'];
}): ReactNode {
  const { state, session } = props;
  const t = useAssistantText();
  const own = session?.model ?? undefined;
  const name = own === undefined ? state.model?.name : own === 'none' ? undefined : own === 'auto' ? t.modelAuto : own;
  return (
    <ModelOpener
      {...(session && { session })}
      label={name === undefined ? t.rulesAnswer : t.model(cleanText(displayName(name)))}
    />
  );
}

/** A button that opens the choice. */
export function ModelOpener(props: {
  readonly label: string;
  readonly session?: ModelDialogProps['session'];
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        color="inherit"
        startIcon={<Brain size={16} />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        sx={{ overflowWrap: 'anywhere', textAlign: 'left' }}
      >
        {props.label}
      </Button>
      {isOpen && <ModelDialog {...(props.session && { session: props.session })} onClose={() => setOpen(false)} />}
    </>
  );
}
