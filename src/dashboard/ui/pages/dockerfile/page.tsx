import { Box, Button, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { PageHeader } from '../../kit/index.ts';
import { DocumentView } from './document-view.tsx';
import { FilePicker } from './file-picker.tsx';
import { GenerateView } from './generate-view.tsx';
import { placeBody, placeFrom, placeQuery } from './place.ts';
import { useText } from './text.ts';

/** Rating, fixing and making Dockerfiles of the machine, or one that is pasted. What is open stands in the address. */
export function Page(): ReactNode {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const place = placeFrom(params);
  const isMaking = place !== undefined && params.has('make');
  const key = place ? placeQuery(place) : '';
  return (
    <>
      <PageHeader title={t.title} text={t.text} />
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '280px minmax(0, 1fr)' } }}>
        <Stack spacing={1}>
          <Typography variant="h6" component="h2">
            {t.pick}
          </Typography>
          <FilePicker
            onPick={(file) => setParams(placeBody(file))}
            onMake={(folder) => setParams({ ...placeBody(folder), make: '' })}
          />
          <Button onClick={() => setParams({})}>{t.paste}</Button>
        </Stack>
        {isMaking ? (
          <GenerateView key={key} folder={place} onOpen={(file) => setParams(placeBody(file))} />
        ) : (
          <DocumentView key={key} place={place} />
        )}
      </Box>
    </>
  );
}
