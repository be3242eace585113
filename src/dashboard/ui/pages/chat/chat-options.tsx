import { Box, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useChatText } from './chat-text.ts';
import type { ChatOptions } from './conversation.ts';

type NumberName = Exclude<keyof ChatOptions, 'system'>;

/** System prompt and sampling; what is empty is as the model is set up. */
export function ChatOptionsForm(props: {
  readonly options: ChatOptions;
  readonly onChange: (options: ChatOptions) => void;
}): ReactNode {
  const { options, onChange } = props;
  const t = useChatText();
  const number = (name: NumberName, limits: { max?: number; step: number }): ReactNode => (
    <TextField
      size="small"
      type="number"
      label={t[name]}
      placeholder={t.asModel}
      value={options[name]}
      onChange={(event) => onChange({ ...options, [name]: event.target.value })}
      slotProps={{ htmlInput: { min: 0, ...limits }, inputLabel: { shrink: true } }}
      sx={{ width: 190 }}
    />
  );
  return (
    <Box component="details">
      <Box component="summary" sx={{ cursor: 'pointer' }}>
        {t.options}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, mt: 1.5 }}>
        <TextField
          size="small"
          multiline
          maxRows={4}
          label={t.system}
          value={options.system}
          onChange={(event) => onChange({ ...options, system: event.target.value })}
          sx={{ flex: '1 1 100%' }}
        />
        {number('temperature', { max: 2, step: 0.1 })}
        {number('topP', { max: 1, step: 0.05 })}
        {number('maxTokens', { step: 1 })}
        {number('seed', { step: 1 })}
      </Box>
    </Box>
  );
}
