import { Button } from '@mui/material';
import { Trash2 } from 'lucide-react';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { AssistantSessionListBody } from '#contract';
import { ConfirmDialog, useAction } from '../../kit/index.ts';
import { base, sessionLists, useAssistantText } from './text.ts';

/** Deletes every session, those with a star too, which it says. */
export function RemoveAll({ sessions }: { readonly sessions: AssistantSessionListBody }): ReactNode {
  const t = useAssistantText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [step, setStep] = useState<'asking' | 'removing' | undefined>(undefined);
  const remove = useAction({
    run: (api) => api.send({ path: `${base}/sessions`, method: 'DELETE' }),
    changes: [sessionLists],
    done: () => t.removedAll,
  });
  const removeNow = useEffectEvent(async () => {
    await remove.start();
    setStep(undefined);
  });
  const isShown = !/\/assistant\/?$/.test(pathname);
  // Only once none is shown: nobody asks for a session that is gone.
  useEffect(() => {
    if (step === 'removing' && !isShown) void removeNow();
  }, [step, isShown]);
  const starred = sessions.filter((session) => session.starred).length;
  return (
    <>
      <Button
        size="small"
        color="inherit"
        startIcon={<Trash2 size={16} />}
        aria-haspopup="dialog"
        onClick={() => setStep('asking')}
        sx={{ mt: 1 }}
      >
        {t.removeAll}
      </Button>
      <ConfirmDialog
        open={step !== undefined}
        title={t.removeAllTitle(sessions.length)}
        text={`${t.removeAllStarred(starred)} ${t.removeAllText}`.trim()}
        confirm={t.remove}
        command="gantry ai sessions rm --all"
        isRunning={step === 'removing'}
        onClose={() => setStep(undefined)}
        onConfirm={() => {
          setStep('removing');
          if (isShown) void navigate('/assistant');
        }}
      />
    </>
  );
}
