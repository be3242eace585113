import { Box, Button, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { CleanText, useLanguage } from '../../kit/index.ts';
import { isAtLine, type Finding } from './show-findings.ts';
import { useText } from './text.ts';

export interface LineFindingsProps {
  readonly findings: readonly Finding[];
  /** Where the cursor stands. */
  readonly line: number;
  readonly onShow: () => void;
}

/** What is wrong with the line that the cursor stands in. */
export function LineFindings({ findings, line, onShow }: LineFindingsProps): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const here = findings.filter((one) => isAtLine(one, line));
  return (
    <Box component="section" aria-label={t.atLine} sx={{ minHeight: 28 }}>
      <Typography variant="body2" component="span" color="text.secondary">
        {here.length === 0 ? t.lineFine(line) : t.lineHas(line, here.length)}
      </Typography>
      {here.length > 0 && (
        <>
          <Button size="small" onClick={onShow}>
            {t.showLine}
          </Button>
          <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
            {here.map(({ id, line: first, column, severity, text }) => (
              <Typography key={`${id}:${first}:${column}`} component="li" variant="body2">
                {t[severity]} {id}: <CleanText text={text[language].title} />
              </Typography>
            ))}
          </Box>
        </>
      )}
    </Box>
  );
}
