import { Alert, Box, Button, Tab, Tabs } from '@mui/material';
import { containerBody } from '#contract';
import { ArrowLeft } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import {
  Asking,
  cleanText,
  PageHeader,
  SparkleButton,
  useEngine,
  useEngineEvents,
  useResource,
} from '../../kit/index.ts';
import { ContainerActions } from './container-actions.tsx';
import { DiagnosisTab } from './diagnosis-tab.tsx';
import { fateAfter, there } from './fate.ts';
import { FilesTab } from './files-tab.tsx';
import { InspectTab } from './inspect-tab.tsx';
import { LogsTab } from './logs-tab.tsx';
import { MountsTab } from './mounts-tab.tsx';
import { StatsTab } from './stats-tab.tsx';
import { TerminalTab } from './terminal-tab.tsx';
import { useText } from './text.ts';

const tabs = ['logs', 'diagnosis', 'inspect', 'mounts', 'files', 'terminal', 'stats'] as const;

export function ContainerDetail(): ReactNode {
  const { name = '', tab = 'logs' } = useParams();
  return <OneContainer key={name} name={name} tab={tab} />;
}

function OneContainer({ name, tab }: { readonly name: string; readonly tab: string }): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const follow = (as: string): void => void navigate(`/containers/${encodeURIComponent(as)}/${tab}`, { replace: true });
  const [fate, setFate] = useState(there);
  useEngineEvents((event) => {
    const told = fateAfter(there, event, name);
    if (told.state === 'renamed') follow(told.as);
    else setFate((before) => fateAfter(before, event, name));
  });
  const path = `/gantry/containers/${encodeURIComponent(name)}`;
  useEngine(['container'], [path]);
  const container = useResource({ path, schema: containerBody, enabled: fate.state === 'there' });
  // What happened while nobody looked is not told, but what is asked then is not found.
  const isRemoved = fate.state === 'removed' || (container.data !== undefined && container.error?.status === 404);
  const isThere = fate.state === 'there' && !isRemoved;
  const { State: state } = (container.data?.inspect ?? {}) as { State?: { Status?: unknown } };
  const status = isThere && typeof state?.Status === 'string' ? state.Status : '';
  const chosen = tabs.find((one) => one === tab) ?? 'logs';
  const at = `/containers/${encodeURIComponent(name)}`;
  return (
    <>
      <Button component={Link} to="/containers" size="small" startIcon={<ArrowLeft size={16} />}>
        {t.back}
      </Button>
      <PageHeader title={cleanText(name)} text={status}>
        <SparkleButton kind="container" name={name} />
        {container.data && isThere && (
          <ContainerActions
            container={{ name, state: status }}
            onRemoved={() => void navigate('/containers')}
            onRenamed={follow}
          />
        )}
      </PageHeader>
      <div role="status">
        {isRemoved && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t.goneNow}
          </Alert>
        )}
        {fate.state === 'aside' && (
          <Alert severity="info" sx={{ mb: 2 }}>
            {t.aside(cleanText(fate.as))}
          </Alert>
        )}
      </div>
      <Tabs value={chosen} aria-label={t.tabs} variant="scrollable" sx={{ mb: 2 }}>
        {tabs.map((one) => (
          <Tab
            key={one}
            value={one}
            label={t[one]}
            component={Link}
            to={`${at}/${one}`}
            id={`tab-${one}`}
            aria-controls="container-tab"
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id="container-tab" aria-labelledby={`tab-${chosen}`}>
        <Asking isOn={isThere}>
          {chosen === 'logs' && <LogsTab name={name} />}
          {chosen === 'diagnosis' && <DiagnosisTab name={name} />}
          {chosen === 'inspect' && <InspectTab name={name} />}
          {chosen === 'mounts' && container.data && <MountsTab name={name} inspect={container.data.inspect} />}
          {chosen === 'files' && !isRemoved && <FilesTab name={name} />}
          {chosen === 'terminal' && <TerminalTab name={name} status={status} />}
          {chosen === 'stats' && <StatsTab id={idOf(container.data?.inspect)} status={status} name={name} />}
        </Asking>
      </Box>
    </>
  );
}

function idOf(inspect: Readonly<Record<string, unknown>> | undefined): string {
  const id = inspect?.['Id'];
  return typeof id === 'string' ? id : '';
}
