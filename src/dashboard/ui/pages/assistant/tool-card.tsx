import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Alert,
  Box,
  Button,
  Chip,
  Paper,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { ChevronDown } from 'lucide-react';
import { useEffectEvent, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { cleanText, CleanText } from '../../kit/index.ts';
import { useAsking } from './asking.ts';
import { PreviewView } from './preview-view.tsx';
import { riskColor } from './risk-color.ts';
import { useAssistantText } from './text.ts';
import type { Confirmation, ToolItem } from './thread.ts';
import { ToolOutput } from './tool-output.tsx';
import { useApproval } from './use-approval.ts';

/** What the assistant does or wants to do: its name, its risk, exactly what, and what came of it. */
export function ToolCard({ tool, sessionId }: { readonly tool: ToolItem; readonly sessionId: string }): ReactNode {
  const t = useAssistantText();
  const title = cleanText(tool.title).trim() || cleanText(tool.tool);
  return (
    <Paper component="article" aria-label={title} variant="outlined" sx={{ p: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        <Typography component="h2" variant="subtitle2" sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        <Typography variant="body2" color="text.secondary">
          {cleanText(tool.tool)}
        </Typography>
        <Chip size="small" variant="outlined" color={riskColor(tool.risk)} label={t.risk(tool.risk)} />
        <Chip size="small" label={t.state(tool.state)} />
      </Box>
      {tool.asked ? (
        <Ask asked={tool.asked} sessionId={sessionId} />
      ) : (
        tool.preview !== undefined && tool.preview !== '' && <PreviewView text={tool.preview} label={t.exactly} />
      )}
      {tool.arguments !== '' && <Fold title={t.arguments} text={tool.arguments} />}
      {tool.output.trim() !== '' && <ToolOutput tool={tool} />}
    </Paper>
  );
}

function Fold({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <Accordion
      disableGutters
      elevation={0}
      sx={{ bgcolor: 'transparent' }}
      slotProps={{ transition: { unmountOnExit: true } }}
    >
      <AccordionSummary expandIcon={<ChevronDown size={18} />} sx={{ px: 0, minHeight: 32 }}>
        <Typography variant="body2" color="text.secondary">
          {title}
        </Typography>
      </AccordionSummary>
      <AccordionDetails sx={{ px: 0, maxHeight: 400, overflow: 'auto' }}>
        <CleanText text={text} />
      </AccordionDetails>
    </Accordion>
  );
}

/** The question itself. What is approved is shown whole, with every hidden character spelt out. */
function Ask({ asked, sessionId }: { readonly asked: Confirmation; readonly sessionId: string }): ReactNode {
  const t = useAssistantText();
  const { answer: send, isRunning } = useApproval(sessionId, asked.callId);
  const isAnswered = useRef(false);
  const answer: typeof send = (approval) => {
    isAnswered.current = true;
    send(approval);
  };
  const [reason, setReason] = useState<string | undefined>(undefined);
  const { toComposer } = useAsking();
  const buttons = useRef<HTMLDivElement>(null);
  // Whoever answered goes on writing, and is not thrown to the top of the page.
  const leave = useEffectEvent(toComposer);
  useLayoutEffect(() => {
    const box = buttons.current;
    return () => {
      // A button that was pressed, and cannot be any more, has lost the focus to nobody.
      const { activeElement, body } = document;
      const isNowhere = activeElement === null || activeElement === body;
      if (box?.contains(activeElement) === true || (isNowhere && isAnswered.current)) leave();
    };
  }, []);
  return (
    <Stack ref={buttons} spacing={1.5} sx={{ mt: 1 }}>
      <PreviewView text={asked.preview ?? ''} label={t.exactly} />
      {asked.reasons.length > 0 && (
        <Typography variant="body2">{t.because(asked.reasons.map((one) => t.reason(one)).join(', '))}</Typography>
      )}
      {asked.untrustedWords.length > 0 && (
        <Alert severity="error">{t.untrusted(asked.untrustedWords.map(cleanText).join(', '))}</Alert>
      )}
      {asked.attachedWords && (
        <Alert severity="warning">{t.attachedWords(asked.attachedWords.map(cleanText).join(', '))}</Alert>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="contained" size="small" disabled={isRunning} onClick={() => answer({ kind: 'once' })}>
          {t.approveOnce}
        </Button>
        {asked.scopes.includes('session') && (
          <Button variant="outlined" size="small" disabled={isRunning} onClick={() => answer({ kind: 'session' })}>
            {t.approveSession}
          </Button>
        )}
        {asked.scopes.includes('project') && (
          <Button variant="outlined" size="small" disabled={isRunning} onClick={() => answer({ kind: 'project' })}>
            {t.approveProject}
          </Button>
        )}
        <Button
          color="error"
          size="small"
          disabled={isRunning}
          onClick={() => (reason === undefined ? setReason('') : answer(rejection(reason)))}
        >
          {t.reject}
        </Button>
      </Box>
      {reason !== undefined && (
        <TextField
          autoFocus
          size="small"
          label={t.rejectReason}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) answer(rejection(reason));
          }}
        />
      )}
    </Stack>
  );
}

function rejection(reason: string): { kind: 'reject'; reason?: string } {
  const text = reason.trim().slice(0, 2000);
  return text === '' ? { kind: 'reject' } : { kind: 'reject', reason: text };
}
