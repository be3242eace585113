import { Box, Button, type SxProps, type Theme } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { cutLine } from './clean-text.ts';
import { useKitText } from './errors.ts';

const stepChars = 20_000;

/** Text of strangers in one piece: terminal codes and what turns text around are inert, long lines come by and by. */
export function CleanText({
  text,
  component = 'span',
  sx,
}: {
  readonly text: string;
  readonly component?: 'span' | 'div' | 'code' | undefined;
  readonly sx?: SxProps<Theme> | undefined;
}): ReactNode {
  const t = useKitText();
  const [mostChars, setMostChars] = useState(4000);
  const line = useMemo(() => cutLine(text, mostChars), [text, mostChars]);
  return (
    <Box component={component} dir="auto" sx={[{ overflowWrap: 'anywhere', unicodeBidi: 'isolate' }, ...asList(sx)]}>
      {line.text}
      {line.cutChars > 0 && (
        <Button size="small" onClick={() => setMostChars((before) => before + stepChars)}>
          {t.more(line.cutChars)}
        </Button>
      )}
    </Box>
  );
}

function asList(sx: SxProps<Theme> | undefined): readonly Exclude<SxProps<Theme>, readonly unknown[]>[] {
  if (sx === undefined) return [];
  return (Array.isArray(sx) ? sx : [sx]) as readonly Exclude<SxProps<Theme>, readonly unknown[]>[];
}
