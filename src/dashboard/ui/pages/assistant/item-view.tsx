import { Accordion, AccordionDetails, AccordionSummary, Alert, Box, Paper, Typography } from '@mui/material';
import { ChevronDown } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { AssistantSessionBody } from '#contract';
import { cleanText, CleanText, Markdown, useErrorTeller } from '../../kit/index.ts';
import { ContinueCard } from './continue-card.tsx';
import { Feedback } from './feedback.tsx';
import { QuestionView } from './question-view.tsx';
import { useAssistantText, type AssistantText } from './text.ts';
import type { Event, Item, Note } from './thread.ts';
import { ToolCard } from './tool-card.tsx';

export interface ItemViewProps {
  readonly item: Item;
  readonly session: AssistantSessionBody;
}

export const ItemView = memo(function ItemView({ item, session }: ItemViewProps): ReactNode {
  const t = useAssistantText();
  switch (item.kind) {
    case 'user':
      return <QuestionView item={item} />;
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
          <Feedback
            sessionId={session.id}
            messageId={item.cardId}
            text={item.markdown}
            given={session.feedback[item.cardId]}
          />
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
      return item.event.type === 'error' ? (
        <ErrorNote event={item.event} />
      ) : (
        <Alert severity="info">{noteText(item.event, t)}</Alert>
      );
  }
});

function ErrorNote({ event }: { readonly event: Event<'error'> }): ReactNode {
  const { message, hint } = useErrorTeller()(event);
  return <Alert severity="error">{cleanText(hint === undefined ? message : `${message} ${hint}`)}</Alert>;
}

function noteText(event: Exclude<Note, Event<'error'>>, t: AssistantText): string {
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
  }
}
