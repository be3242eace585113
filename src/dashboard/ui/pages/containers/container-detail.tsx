import { Box, Button, Tab, Tabs } from '@mui/material';
import { containerBody } from '#contract';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { cleanText, PageHeader, SparkleButton, useEngine, useResource } from '../../kit/index.ts';
import { ContainerActions } from './container-actions.tsx';
import { DiagnosisTab } from './diagnosis-tab.tsx';
import { FilesTab } from './files-tab.tsx';
import { InspectTab } from './inspect-tab.tsx';
import { LogsTab } from './logs-tab.tsx';
import { MountsTab } from './mounts-tab.tsx';
import { StatsTab } from './stats-tab.tsx';
import { TerminalTab } from './terminal-tab.tsx';
import { useText } from './text.ts';

const tabs = ['logs', 'diagnosis', 'inspect', 'mounts', 'files', 'terminal', 'stats'] as const;

export function ContainerDetail(): ReactNode {
  const t = useText();
  const { name = '', tab = 'logs' } = useParams();
  const navigate = useNavigate();
  const path = `/gantry/containers/${encodeURIComponent(name)}`;
  useEngine(['container'], [path]);
  const container = useResource({ path, schema: containerBody });
  const { State: state } = (container.data?.inspect ?? {}) as { State?: { Status?: unknown } };
  const status = typeof state?.Status === 'string' ? state.Status : '';
  const chosen = tabs.find((one) => one === tab) ?? 'logs';
  const at = `/containers/${encodeURIComponent(name)}`;
  return (
    <>
      <Button component={Link} to="/containers" size="small" startIcon={<ArrowLeft size={16} />}>
        {t.back}
      </Button>
      <PageHeader title={cleanText(name)} text={status}>
        <SparkleButton kind="container" name={name} />
        {container.data && (
          <ContainerActions container={{ name, state: status }} onRemoved={() => void navigate('/containers')} />
        )}
      </PageHeader>
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
        {chosen === 'logs' && <LogsTab key={name} name={name} />}
        {chosen === 'diagnosis' && <DiagnosisTab key={name} name={name} />}
        {chosen === 'inspect' && <InspectTab key={name} name={name} />}
        {chosen === 'mounts' && container.data && <MountsTab name={name} inspect={container.data.inspect} />}
        {chosen === 'files' && <FilesTab key={name} name={name} />}
        {chosen === 'terminal' && <TerminalTab key={name} name={name} status={status} />}
        {chosen === 'stats' && <StatsTab key={name} id={idOf(container.data?.inspect)} status={status} name={name} />}
      </Box>
    </>
  );
}

function idOf(inspect: Readonly<Record<string, unknown>> | undefined): string {
  const id = inspect?.['Id'];
  return typeof id === 'string' ? id : '';
}
