import { Accordion, AccordionDetails, AccordionSummary, Alert, Box, Paper, Typography } from '@mui/material';
import { ChevronDown } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { AssistantSessionBody } from '#contract';
import { cleanText, CleanText, Markdown } from '../../kit/index.ts';
import { ContinueCard } from './continue-card.tsx';
import { Feedback } from './feedback.tsx';
import { useAssistantText, type AssistantText } from './text.ts';
import type { Item, Note } from './thread.ts';
import { ToolCard } from './tool-card.tsx';

export interface ItemViewProps {
  readonly item: Item;
  readonly session: AssistantSessionBody;
}

export const ItemView = memo(function ItemView({ item, session }: ItemViewProps): ReactNode {
  const t = useAssistantText();
  switch (item.kind) {
    case 'user':
      return (
        <Paper
          component="article"
          aria-label={t.you}
          variant="outlined"
          sx={{ p: 1.5, alignSelf: 'flex-end', maxWidth: '85%', bgcolor: 'action.hover' }}
        >
          <Typography sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{cleanText(item.text)}</Typography>
          {item.attachments.map((name) => (
            <Typography key={name} variant="body2" color="text.secondary">
              {t.attached(cleanText(name))}
            </Typography>
          ))}
        </Paper>
      );
    case 'answer':
      return (
        <Box component="article" aria-label={t.title}>
          <Markdown text={item.text} />
          <Feedback
            sessionId={session.id}
            messageId={item.messageId}
            text={item.text}
            given={session.feedback[item.messageId]}
          />
        </Box>
      );
    case 'facts':
      return (
        <Paper component="article" aria-label={cleanText(item.title)} variant="outlined" sx={{ p: 2 }}>
          <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 650, mb: 1 }}>
            {cleanText(item.title)}
          </Typography>
          <Markdown text={item.markdown} />
        </Paper>
      );
    case 'reasoning':
      return (
        <Accordion disableGutters variant="outlined">
          <AccordionSummary expandIcon={<ChevronDown size={18} />}>
            <Typography color="text.secondary">{t.thought}</Typography>
          </AccordionSummary>
          <AccordionDetails>
            <CleanText text={item.text} />
          </AccordionDetails>
        </Accordion>
      );
    case 'tool':
      return <ToolCard tool={item} sessionId={session.id} />;
    case 'continue':
      return <ContinueCard item={item} sessionId={session.id} />;
    case 'note':
      return <Alert severity={item.event.type === 'error' ? 'error' : 'info'}>{noteText(item.event, t)}</Alert>;
  }
});

function noteText(event: Note, t: AssistantText): string {
  switch (event.type) {
    case 'turn_queued':
      return t.noteQueued(event);
    case 'answer_discarded':
      return t.noteDiscarded();
    case 'compacted':
      return t.noteCompacted();
    case 'warning':
      return t.noteWarning(event);
    case 'undone':
      return cleanText(t.noteUndone(event));
    case 'turn_ended':
      return t.noteEnded(event);
    case 'error':
      return cleanText(event.hint === undefined ? event.message : `${event.message} ${event.hint}`);
  }
}
