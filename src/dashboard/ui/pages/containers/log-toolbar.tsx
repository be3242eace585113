import { Button, FormControlLabel, IconButton, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { ChevronDown, ChevronUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from '../../kit/index.ts';
import type { Pattern } from './log-search.ts';
import { useText } from './text.ts';

export interface LogChoices {
  readonly tail: number;
  readonly sinceMinutes: number | undefined;
  readonly follow: boolean;
  readonly wrap: boolean;
  readonly times: boolean;
  readonly search: string;
  readonly onlyMatches: boolean;
}

export interface LogToolbarProps {
  readonly choices: LogChoices;
  readonly onChange: (changed: Partial<LogChoices>) => void;
  /** To the next or the previous match. */
  readonly onGo: (step: 1 | -1) => void;
  readonly onClear: () => void;
  readonly textToCopy: () => string;
  readonly found: {
    readonly pattern: Pattern;
    /** Lines that match. */
    readonly count: number;
    /** Which of them is in sight. */
    readonly match: number;
    readonly lines: number;
  };
}

const tails = [1000, 10_000, 100_000];
const sinces = [5, 60, 24 * 60];

export function LogToolbar({ choices, onChange, onGo, onClear, textToCopy, found }: LogToolbarProps): ReactNode {
  const t = useText();
  const { pattern, count, match, lines } = found;
  const isSearching = pattern.state === 'ready';
  return (
    <Stack direction="row" spacing={1.5} useFlexGap sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
      <TextField
        size="small"
        type="search"
        label={t.search}
        value={choices.search}
        error={pattern.state === 'broken'}
        helperText={pattern.state === 'broken' ? t.badPattern : t.searchHelp}
        onChange={(event) => onChange({ search: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onGo(event.shiftKey ? -1 : 1);
        }}
      />
      <Stack direction="row" sx={{ alignItems: 'center' }}>
        <IconButton size="small" aria-label={t.previousMatch} disabled={count === 0} onClick={() => onGo(-1)}>
          <ChevronUp size={18} />
        </IconButton>
        <IconButton size="small" aria-label={t.nextMatch} disabled={count === 0} onClick={() => onGo(1)}>
          <ChevronDown size={18} />
        </IconButton>
        {count > 0 && <Typography variant="body2">{t.matchAt(Math.min(match, count - 1) + 1, count)}</Typography>}
      </Stack>
      <TextField
        select
        size="small"
        label={t.tail}
        value={choices.tail}
        onChange={(event) => onChange({ tail: Number(event.target.value) })}
        sx={{ minWidth: 110 }}
      >
        {tails.map((choice) => (
          <MenuItem key={choice} value={choice}>
            {choice.toLocaleString()}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        size="small"
        label={t.since}
        value={choices.sinceMinutes ?? 0}
        onChange={(event) => onChange({ sinceMinutes: Number(event.target.value) || undefined })}
        sx={{ minWidth: 140 }}
      >
        <MenuItem value={0}>{t.sinceAll}</MenuItem>
        {sinces.map((minutes) => (
          <MenuItem key={minutes} value={minutes}>
            {t.sinceMinutes(minutes)}
          </MenuItem>
        ))}
      </TextField>
      <Toggle label={t.follow} checked={choices.follow} onChange={(follow) => onChange({ follow })} />
      <Toggle label={t.wrap} checked={choices.wrap} onChange={(wrap) => onChange({ wrap })} />
      <Toggle label={t.times} checked={choices.times} onChange={(times) => onChange({ times })} />
      <Toggle
        label={t.onlyMatches}
        checked={choices.onlyMatches}
        onChange={(onlyMatches) => onChange({ onlyMatches })}
      />
      <Button size="small" onClick={onClear}>
        {t.clear}
      </Button>
      <CopyButton label={t.copyLog} text={textToCopy} />
      <Typography variant="body2" color="text.secondary" role="status">
        {t.lines(isSearching ? count : lines, lines)}
      </Typography>
    </Stack>
  );
}

function Toggle(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactNode {
  const { label, checked, onChange } = props;
  return (
    <FormControlLabel
      control={<Switch size="small" checked={checked} onChange={(_event, on) => onChange(on)} />}
      label={label}
    />
  );
}
