import { Alert, Box, Chip, Link, MenuItem, Stack, TextField } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { CleanText, DataTable, SparkleButton, useLanguage, type Column } from '../../kit/index.ts';
import { folderOf } from './place.ts';
import type { RatingViewProps } from './rating-view.tsx';
import { countBySeverity, isShown, type Finding, type Severity } from './show-findings.ts';
import { useText } from './text.ts';

const rank = { error: 0, warning: 1, info: 2 } as const;
const severities: readonly Severity[] = ['error', 'warning', 'info'];

export function FindingsTable(props: Omit<RatingViewProps, 'isOld'>): ReactNode {
  const { rated, onlyLine, onOnlyLine, onGoTo } = props;
  const t = useText();
  const { language } = useLanguage();
  const [severity, setSeverity] = useState<Severity>();
  const [dimension, setDimension] = useState<string>();
  const columns = useColumns({ path: rated.path, onGoTo });
  const { findings, dimensions } = rated;
  const shown = useMemo(
    () => findings.filter((one) => isShown(one, { severity, dimension, line: onlyLine })),
    [findings, severity, dimension, onlyLine],
  );
  if (findings.length === 0) return <Alert severity="success">{t.nothing}</Alert>;
  const counts = countBySeverity(findings);
  const hit = new Set(findings.map((one) => one.dimension));
  return (
    <Stack spacing={1.5}>
      <Stack
        direction="row"
        spacing={1}
        useFlexGap
        role="group"
        aria-label={t.show}
        sx={{ flexWrap: 'wrap', alignItems: 'center' }}
      >
        {severities.map((one) => (
          <Chip
            key={one}
            label={t.count(t[one], counts[one])}
            color={severity === one ? 'primary' : 'default'}
            aria-pressed={severity === one}
            disabled={counts[one] === 0}
            onClick={() => setSeverity(severity === one ? undefined : one)}
          />
        ))}
        <TextField
          select
          size="small"
          label={t.dimension}
          value={dimension ?? ''}
          onChange={({ target: { value } }) => setDimension(value === '' ? undefined : value)}
          sx={{ minWidth: 180 }}
        >
          <MenuItem value="">{t.allDimensions}</MenuItem>
          {dimensions
            .filter(({ id }) => hit.has(id))
            .map(({ id, name }) => (
              <MenuItem key={id} value={id}>
                {name[language]}
              </MenuItem>
            ))}
        </TextField>
        {onlyLine !== undefined && (
          <Chip color="primary" label={t.onlyLine(onlyLine)} aria-pressed onClick={() => onOnlyLine(undefined)} />
        )}
      </Stack>
      <DataTable
        label={t.findings}
        rows={shown}
        columns={columns}
        rowKey={({ id, line, column, evidence }) => `${id}:${line}:${column}:${evidence}`}
        order={{ column: 'severity', direction: 'asc' }}
        empty={<Alert severity="info">{t.noneShown}</Alert>}
      />
    </Stack>
  );
}

interface ColumnsOf {
  readonly path: string | null;
  readonly onGoTo: (line: number) => void;
}

function useColumns({ path, onGoTo }: ColumnsOf): readonly Column<Finding>[] {
  const t = useText();
  const { language } = useLanguage();
  return useMemo(
    () => [
      {
        id: 'line',
        header: t.line,
        align: 'right',
        value: ({ line }) => line,
        cell: ({ line }) => (
          <Link component="button" type="button" aria-label={t.goTo(line)} onClick={() => onGoTo(line)}>
            {line}
          </Link>
        ),
      },
      {
        id: 'severity',
        header: t.severity,
        value: ({ severity }) => rank[severity],
        cell: ({ severity }) => t[severity],
      },
      { id: 'rule', header: t.rule, value: ({ id }) => id, cell: (one) => <RuleCell finding={one} path={path} /> },
      {
        id: 'finding',
        header: t.finding,
        value: ({ text }) => text[language].title,
        cell: ({ text, evidence }) => (
          <Stack spacing={0.5} sx={{ minWidth: { md: 300 } }}>
            <CleanText sx={{ fontWeight: 600 }} text={text[language].title} />
            <CleanText component="code" text={evidence} />
            <CleanText text={`${text[language].why} ${text[language].fix}`} />
          </Stack>
        ),
      },
      { id: 'fix', header: t.fixKind, value: ({ fixKind }) => fixKind, cell: ({ fixKind }) => t[fixKind] },
    ],
    [t, language, path, onGoTo],
  );
}

/** The rule, where others describe it, and the way to ask about it. */
function RuleCell({ finding, path }: { readonly finding: Finding; readonly path: string | null }): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const { id, line, links, text } = finding;
  return (
    <Stack sx={{ alignItems: 'flex-start' }}>
      <span>{id}</span>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 0.75, maxWidth: 150, overflowWrap: 'anywhere' }}>
        {links.map(({ name, url }) => (
          <Link
            key={url}
            href={url}
            target="_blank"
            rel="noreferrer noopener"
            aria-label={t.docsOf(name)}
            variant="body2"
          >
            {name}
          </Link>
        ))}
      </Box>
      {path !== null && (
        <SparkleButton
          kind="dockerfile"
          name={path}
          folder={folderOf(path)}
          about={t.aboutFinding(id, line)}
          question={t.question(id, line, text[language].title)}
        />
      )}
    </Stack>
  );
}
