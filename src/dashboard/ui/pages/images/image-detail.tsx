import { Alert, Box, Button, Stack, Tab, Tabs } from '@mui/material';
import { imageBody, imageListBody } from '#contract';
import { ArrowLeft } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import {
  Asking,
  cleanText,
  CommandHint,
  JsonView,
  PageHeader,
  ResourceView,
  SparkleButton,
  useEngine,
  useResource,
} from '../../kit/index.ts';
import { ImageActions } from './image-actions.tsx';
import type { ImageRow } from './image-names.ts';
import { RunTab } from './run-tab.tsx';
import { ScanTabs, scanTabs } from './scan-tabs.tsx';
import { useText } from './text.ts';

export function ImageDetail(): ReactNode {
  const { name = '', tab = 'layers' } = useParams();
  return <OneImage key={name} name={name} tab={tab} />;
}

function OneImage({ name, tab }: { readonly name: string; readonly tab: string }): ReactNode {
  const t = useText();
  const { image, isRemoved } = useListed(name);
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
        {image && <DetailActions image={image} name={name} />}
      </PageHeader>
      <div role="status">
        {isRemoved && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t.goneNow}
          </Alert>
        )}
      </div>
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
        <Asking isOn={!isRemoved}>
          {scanned !== undefined && <ScanTabs name={name} tab={scanned} />}
          {chosen === 'run' && <RunTab name={name} />}
          {chosen === 'inspect' && <Inspect name={name} />}
        </Asking>
      </Box>
    </>
  );
}

interface Listed {
  readonly image: ImageRow | undefined;
  /** The list had it, and no longer does. One that it never had may be named by what the Engine alone understands. */
  readonly isRemoved: boolean;
}

function useListed(name: string): Listed {
  useEngine(['image', 'container'], ['/gantry/images']);
  const list = useResource({ path: '/gantry/images', schema: imageListBody });
  const image = list.data?.images.find(({ tags, id }) => tags.includes(name) || id === name);
  const [wasListed, setWasListed] = useState(false);
  if (image && !wasListed) setWasListed(true);
  return { image, isRemoved: wasListed && list.data?.left === 0 && !image };
}

function DetailActions({ image, name }: { readonly image: ImageRow; readonly name: string }): ReactNode {
  const navigate = useNavigate();
  return <ImageActions image={image} name={name} onGone={() => void navigate('/images')} />;
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
