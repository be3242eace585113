import {
  Alert,
  Box,
  Button,
  Link,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { ratedDockerfileBody, type RatedDockerfileBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CleanText,
  CommandHint,
  DataTable,
  PageHeader,
  SparkleButton,
  useAction,
  useLanguage,
  type Column,
} from '../../kit/index.ts';
import { Editor } from './editor.tsx';
import { FilePicker, type Place } from './file-picker.tsx';
import { FixPreview } from './fix-preview.tsx';
import { Radar } from './radar.tsx';
import { useText } from './text.ts';

const none: RatedDockerfileBody['findings'] = [];

/** Rating a Dockerfile of the machine, or one that is pasted, and fixing it. */
export function Page(): ReactNode {
  const t = useText();
  const [place, setPlace] = useState<Place>();
  const [text, setText] = useState('');
  const [rated, setRated] = useState<RatedDockerfileBody>();
  const [goTo, setGoTo] = useState<{ readonly line: number }>();
  const rate = useAction<{ place: Place | undefined; text?: string }>({
    run: async (api, asked) => {
      const body = { ...asked.place, ...(asked.text === undefined ? {} : { text: asked.text }) };
      const found = await api.json({ method: 'POST', path: '/gantry/dockerfiles/rate', body }, ratedDockerfileBody);
      setRated(found);
      setText(found.text);
    },
  });
  const isEdited = rated !== undefined && rated.text !== text;
  return (
    <>
      <PageHeader title={t.title} text={t.text}>
        {rated?.path && <SparkleButton kind="dockerfile" name={rated.path} />}
      </PageHeader>
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr', md: '280px 1fr' } }}>
        <Stack spacing={1}>
          <Typography variant="h6" component="h2">
            {t.pick}
          </Typography>
          <FilePicker
            onPick={(picked) => {
              setPlace(picked);
              void rate.start({ place: picked });
            }}
          />
          <Button
            onClick={() => {
              setPlace(undefined);
              setRated(undefined);
              setText('');
            }}
          >
            {t.paste}
          </Button>
        </Stack>
        <Stack spacing={2} sx={{ minWidth: 0 }}>
          <Editor
            text={text}
            label={t.editor}
            findings={isEdited ? none : (rated?.findings ?? none)}
            goTo={goTo}
            onChange={setText}
          />
          <Stack direction="row" spacing={2} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
            <Button variant="contained" disabled={text.trim() === ''} onClick={() => void rate.start({ place, text })}>
              {t.rate}
            </Button>
            {place && isEdited && <Typography color="text.secondary">{t.edited}</Typography>}
            <CommandHint command={`gantry ai rate ${rated?.path ?? 'Dockerfile'}`} />
          </Stack>
          {rated && <Rated rated={rated} onGoTo={(line) => setGoTo({ line })} />}
          {rated && (
            <FixPreview
              key={rated.path ?? ''}
              place={place}
              text={text}
              onText={(next) => {
                setText(next);
                void rate.start({ place, text: next });
              }}
            />
          )}
        </Stack>
      </Box>
    </>
  );
}

type Finding = RatedDockerfileBody['findings'][number];
const rank = { error: 0, warning: 1, info: 2 } as const;

function Rated({
  rated,
  onGoTo,
}: {
  readonly rated: RatedDockerfileBody;
  readonly onGoTo: (line: number) => void;
}): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const spokes = rated.dimensions.map(({ name, score }) => ({ name: name[language], score }));
  const columns = useMemo(
    (): readonly Column<Finding>[] => [
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
      { id: 'rule', header: t.rule, value: ({ id }) => id, cell: ({ id }) => id },
      {
        id: 'finding',
        header: t.finding,
        value: ({ text }) => text[language].title,
        cell: ({ text, evidence }) => (
          <Stack spacing={0.5}>
            <CleanText sx={{ fontWeight: 600 }} text={text[language].title} />
            <CleanText component="code" text={evidence} />
            <CleanText text={`${text[language].why} ${text[language].fix}`} />
          </Stack>
        ),
      },
      { id: 'fix', header: t.fixKind, value: ({ fixKind }) => fixKind, cell: ({ fixKind }) => t[fixKind] },
    ],
    [t, language, onGoTo],
  );
  return (
    <Stack spacing={2} component="section" aria-label={t.rating}>
      <Typography variant="h6" component="h2">
        {t.score(rated.score, rated.grade)}
      </Typography>
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
      <DataTable
        label={t.findings}
        rows={rated.findings}
        columns={columns}
        rowKey={({ id, line, column, evidence }) => `${id}:${line}:${column}:${evidence}`}
        order={{ column: 'severity', direction: 'asc' }}
        empty={<Alert severity="success">{t.nothing}</Alert>}
      />
      {rated.ignored > 0 && <Typography color="text.secondary">{t.ignored(rated.ignored)}</Typography>}
    </Stack>
  );
}
