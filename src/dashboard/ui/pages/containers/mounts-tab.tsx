import { Link as TextLink, Stack, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { CleanText, CommandHint } from '../../kit/index.ts';
import { readMounts } from './read-mounts.ts';
import { useText } from './text.ts';

export function MountsTab({
  name,
  inspect,
}: {
  readonly name: string;
  readonly inspect: Readonly<Record<string, unknown>>;
}): ReactNode {
  const t = useText();
  const mounts = readMounts(inspect);
  return (
    <Stack spacing={2}>
      {mounts.length === 0 ? (
        <Typography color="text.secondary">{t.noMounts}</Typography>
      ) : (
        <Table size="small" aria-label={t.mounts}>
          <TableHead>
            <TableRow>
              {[t.mountTarget, t.mountKind, t.mountSource, t.mountMode].map((header) => (
                <TableCell key={header}>{header}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {mounts.map(({ target, kind, source, isReadOnly }) => (
              <TableRow key={target}>
                <TableCell component="th" scope="row">
                  <CleanText text={target} />
                </TableCell>
                <TableCell>
                  <CleanText text={kind} />
                </TableCell>
                <TableCell sx={{ overflowWrap: 'anywhere' }}>
                  {kind === 'volume' ? (
                    <TextLink component={Link} to="/volumes">
                      <CleanText text={source} />
                    </TextLink>
                  ) : (
                    <CleanText text={source} />
                  )}
                </TableCell>
                <TableCell>{isReadOnly ? t.readOnly : t.writable}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <CommandHint command={`docker inspect --format '{{json .Mounts}}' ${name}`} />
    </Stack>
  );
}
