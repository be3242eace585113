import { Box, Button, Paper, Stack, Tab, Tabs, Typography } from '@mui/material';
import { effectiveBody, modelBody, type EffectiveBody, type ModelBody } from '#contract';
import { MessageSquare } from 'lucide-react';
import { Fragment, lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import {
  CleanText,
  CommandHint,
  CopyButton,
  Loading,
  PageHeader,
  ResourceView,
  SparkleButton,
  useFormat,
  useResource,
} from '../../kit/index.ts';
import { showBody } from '../chat/show-body.ts';
import { chatPath, modelApi } from './addresses.ts';
import { Card as PublishersCard } from './card.tsx';
import { ConfigureDialog } from './configure-dialog.tsx';
import { JsonView } from './json-view.tsx';
import { ModelActions } from './model-actions.tsx';
import { useModelsText } from './models-text.ts';
import { usePull } from './pull-by-name.tsx';
import { Requests } from './requests.tsx';
import { splitName } from './split-name.ts';
import { useLocalModels } from './use-local-models.ts';
import { Variants } from './variants.tsx';

const ChatArea = lazy(async () => ({ default: (await import('../chat/chat-page.tsx')).ChatArea }));
const parts = ['overview', 'chat', 'requests', 'inspect', 'variants'] as const;

/** One model: what it is, how it runs, what was asked of it. Which part is shown is in the address. */
export function ModelPage(): ReactNode {
  const t = useModelsText();
  const navigate = useNavigate();
  const { name = '' } = useParams();
  const pull = usePull();
  const [params, setParams] = useSearchParams();
  const part = parts.find((one) => one === params.get('part')) ?? 'overview';
  const model = useResource({ path: modelApi(name), schema: modelBody });
  const row = useLocalModels().data?.find((one) => one.name === name || one.id === name);
  return (
    <Stack spacing={2}>
      <PageHeader title={name}>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <SparkleButton kind="model" name={name} />
          <Button component={Link} to={chatPath(name)} variant="contained" startIcon={<MessageSquare size={18} />}>
            {t.chat}
          </Button>
          {row && <ModelActions model={row} onGone={() => void navigate('/models')} />}
        </Box>
      </PageHeader>
      <Tabs
        value={part}
        onChange={(_event, next: string) => setParams({ part: next })}
        aria-label={t.tabs}
        variant="scrollable"
      >
        {parts.map((one) => (
          <Tab key={one} value={one} id={`tab-${one}`} label={t[one]} />
        ))}
      </Tabs>
      <Box role="tabpanel" aria-labelledby={`tab-${part}`}>
        {part === 'requests' ? (
          <Requests model={name} />
        ) : part === 'chat' ? (
          <Suspense fallback={<Loading />}>
            <ChatArea model={name} />
          </Suspense>
        ) : part === 'variants' ? (
          <Variants name={splitName(name).repo} onPull={pull} />
        ) : (
          <ResourceView resource={model}>
            {(body) =>
              part === 'overview' ? (
                <Overview name={name} model={body} />
              ) : (
                <JsonView value={body} label={t.inspect} fileName={`${name}.json`} />
              )
            }
          </ResourceView>
        )}
      </Box>
      <CommandHint command={`gantry inspect ${name}`} />
    </Stack>
  );
}

/** What its file was trained for, or what its packager set. */
function contextOf({ config }: ModelBody): string | undefined {
  return config.context_size?.toString() ?? config.gguf?.[`${config.architecture ?? ''}.context_length`];
}

type Pair = readonly [string, ReactNode];

function Overview({ name, model }: { readonly name: string; readonly model: ModelBody }): ReactNode {
  const t = useModelsText();
  const format = useFormat();
  const effective = useResource({ path: `/gantry/effective?model=${encodeURIComponent(name)}`, schema: effectiveBody });
  const [isConfiguring, setConfiguring] = useState(false);
  const show = useResource({ path: '/api/show', body: { model: name }, schema: showBody });
  const { config, id, tags = [], created } = model;
  const { license = '', capabilities = [] } = show.data ?? {};
  const facts: readonly Pair[] = [
    [t.id, <Copyable key="id" text={id} />],
    [t.tags, tags.join(', ')],
    [t.parameters, config.parameters],
    [t.quantization, config.quantization],
    [t.architecture, config.architecture],
    [t.format, config.format],
    [t.context, contextOf(model)],
    [t.capabilities, capabilities.join(', ')],
    [t.size, config.size],
    [t.created, format.time(created * 1000)],
  ];
  const metadata = Object.entries(config.gguf ?? config.safetensors ?? config.diffusers ?? {});
  return (
    <Stack spacing={2}>
      <Card title={t.overview}>
        <Pairs pairs={facts} />
      </Card>
      {license !== '' && (
        <Card title={t.licence}>
          <CleanText
            component="div"
            text={license}
            sx={{ whiteSpace: 'pre-wrap', maxHeight: 240, overflow: 'auto', fontFamily: 'monospace', fontSize: 13 }}
          />
        </Card>
      )}
      <Card title={t.effective} text={t.effectiveText}>
        <ResourceView resource={effective}>
          {(body) => (
            <>
              <Pairs pairs={pairsOf(body, { t, format })} />
              <Button variant="outlined" size="small" onClick={() => setConfiguring(true)} sx={{ alignSelf: 'start' }}>
                {t.configure}
              </Button>
              {isConfiguring && (
                <ConfigureDialog
                  name={name}
                  format={config.format ?? 'gguf'}
                  effective={body}
                  onClose={() => setConfiguring(false)}
                />
              )}
            </>
          )}
        </ResourceView>
      </Card>
      <Card title={t.fromPublisher}>
        <PublishersCard name={name} />
      </Card>
      {metadata.length > 0 && (
        <Card title={t.metadata}>
          <Pairs pairs={metadata.map(([key, text]) => [key, <CleanText key={key} text={text} />])} />
        </Card>
      )}
    </Stack>
  );
}

function pairsOf(
  body: EffectiveBody,
  { t, format }: { t: ReturnType<typeof useModelsText>; format: ReturnType<typeof useFormat> },
): readonly Pair[] {
  const from = (text: string, origin: string): ReactNode => (
    <>
      {text}{' '}
      <Typography component="span" variant="body2" color="text.secondary">
        {t.origin(origin)}
      </Typography>
    </>
  );
  const { contextSize, parallel, threads, keepAlive, runtimeFlags, speculative, estimatedBytes } = body;
  return [
    [t.context, from(format.number(contextSize.value), contextSize.origin)],
    [t.parallel, from(format.number(parallel.value), parallel.origin)],
    [t.threads, from(format.number(threads.value), threads.origin)],
    [t.keepAlive, from(keepAlive.value === '-1' ? t.forever : keepAlive.value, keepAlive.origin)],
    ...(runtimeFlags.value.length > 0
      ? [[t.flags, from(runtimeFlags.value.join(' '), runtimeFlags.origin)] as const]
      : []),
    ...(speculative ? [[t.speculative, from(speculative.value.draftModel, speculative.origin)] as const] : []),
    [t.estimated, format.bytes(estimatedBytes)],
  ];
}

function Copyable({ text }: { readonly text: string }): ReactNode {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', fontFamily: 'monospace' }}>
      <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
        {text}
      </Box>
      <CopyButton text={text} />
    </Box>
  );
}

function Card(props: { readonly title: string; readonly text?: string; readonly children: ReactNode }): ReactNode {
  const { title, text, children } = props;
  return (
    <Paper variant="outlined" sx={{ p: 2 }}>
      <Typography variant="h6" component="h2">
        {title}
      </Typography>
      {text !== undefined && <Typography color="text.secondary">{text}</Typography>}
      <Box sx={{ mt: 1.5 }}>{children}</Box>
    </Paper>
  );
}

function Pairs({ pairs }: { readonly pairs: readonly Pair[] }): ReactNode {
  return (
    <Box
      component="dl"
      sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: 'minmax(160px, max-content) 1fr' }, gap: 1, m: 0 }}
    >
      {pairs.map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <Fragment key={name}>
            <Typography component="dt" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
              {name}
            </Typography>
            <Typography component="dd" sx={{ m: 0, overflowWrap: 'anywhere' }}>
              {value}
            </Typography>
          </Fragment>
        ),
      )}
    </Box>
  );
}
