import { Alert, Box, Stack, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import type { RatedDockerfileBody } from '#contract';
import type { ReactNode } from 'react';
import { useLanguage } from '../../kit/index.ts';
import { FindingsTable } from './findings-table.tsx';
import { Radar } from './radar.tsx';
import { useText } from './text.ts';

export interface RatingViewProps {
  readonly rated: RatedDockerfileBody;
  /** The text was edited since. */
  readonly isOld: boolean;
  readonly onlyLine: number | undefined;
  readonly onOnlyLine: (line: number | undefined) => void;
  readonly onGoTo: (line: number) => void;
}

/** What a Dockerfile is worth, by dimension and finding by finding. */
export function RatingView({ rated, isOld, onlyLine, onOnlyLine, onGoTo }: RatingViewProps): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const spokes = rated.dimensions.map(({ name, score }) => ({ name: name[language], score }));
  return (
    <Stack spacing={2} component="section" aria-label={t.rating}>
      <Typography variant="h6" component="h2">
        {t.score(rated.score, rated.grade)}
      </Typography>
      {isOld && <Alert severity="info">{t.oldRating}</Alert>}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))',
          alignItems: 'center',
        }}
      >
        <Radar spokes={spokes} />
        <Table size="small" aria-label={t.rating}>
          <TableHead>
            <TableRow>
              <TableCell>{t.dimension}</TableCell>
              <TableCell align="right">{t.points}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {spokes.map(({ name, score }) => (
              <TableRow key={name}>
                <TableCell component="th" scope="row">
                  {name}
                </TableCell>
                <TableCell align="right">{score ?? t.notApplicable}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
      <Typography variant="h6" component="h2">
        {t.findings}
      </Typography>
      <FindingsTable rated={rated} onlyLine={onlyLine} onOnlyLine={onOnlyLine} onGoTo={onGoTo} />
      {rated.ignored > 0 && <Typography color="text.secondary">{t.ignored(rated.ignored)}</Typography>}
    </Stack>
  );
}
