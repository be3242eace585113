import { Box, Button, Stack, Tab, Tabs } from '@mui/material';
import { imageBody } from '#contract';
import { ArrowLeft } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import {
  cleanText,
  CommandHint,
  JsonView,
  PageHeader,
  ResourceView,
  SparkleButton,
  useResource,
} from '../../kit/index.ts';
import { RunTab } from './run-tab.tsx';
import { ScanTabs, scanTabs } from './scan-tabs.tsx';
import { useText } from './text.ts';

export function ImageDetail(): ReactNode {
  const t = useText();
  const { name = '', tab = 'layers' } = useParams();
  const names = { ...Object.fromEntries(scanTabs.map((one) => [one, t[one]])), run: t.runTab, inspect: t.inspect };
  const chosen = Object.hasOwn(names, tab) ? tab : 'layers';
  const scanned = scanTabs.find((one) => one === chosen);
  return (
    <>
      <Button component={Link} to="/images" size="small" startIcon={<ArrowLeft size={16} />}>
        {t.back}
      </Button>
      <PageHeader title={cleanText(name)}>
        <SparkleButton kind="image" name={name} />
      </PageHeader>
      <Tabs value={chosen} aria-label={t.tabs} variant="scrollable" sx={{ mb: 2 }}>
        {Object.entries(names).map(([one, label]) => (
          <Tab
            key={one}
            value={one}
            label={label}
            component={Link}
            to={`/images/${encodeURIComponent(name)}/${one}`}
            id={`tab-${one}`}
            aria-controls="image-tab"
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id="image-tab" aria-labelledby={`tab-${chosen}`}>
        {scanned !== undefined && <ScanTabs key={name} name={name} tab={scanned} />}
        {chosen === 'run' && <RunTab key={name} name={name} />}
        {chosen === 'inspect' && <Inspect name={name} />}
      </Box>
    </>
  );
}

function Inspect({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const image = useResource({ path: `/gantry/images/${encodeURIComponent(name)}`, schema: imageBody });
  const json = useMemo(() => JSON.stringify(image.data ?? {}, undefined, 2), [image.data]);
  return (
    <ResourceView resource={image}>
      {() => (
        <Stack spacing={2}>
          <JsonView label={t.inspect} text={json} />
          <CommandHint command={`docker image inspect ${name}`} />
        </Stack>
      )}
    </ResourceView>
  );
}
