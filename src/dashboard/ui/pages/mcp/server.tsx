import { mcpServerBody, type McpServerBody } from '#contract';
import { Alert, Box, Link as MuiLink, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { CleanText, cutLine, Markdown, ResourceView, SparkleButton, useFormat, useResource } from '../../kit/index.ts';
import { AskServer } from './ask-server.tsx';
import { CallFeed } from './calls.tsx';
import { Facts } from './facts.tsx';
import { paths } from './paths.ts';
import { PartTabs } from './part-tabs.tsx';
import { ServerContent } from './server-content.tsx';
import { ServerLogs } from './server-logs.tsx';
import { ServerSetup } from './server-setup.tsx';
import { ServerTools } from './server-tools.tsx';
import { State } from './servers.tsx';
import { useMcpText } from './text.ts';
import { useProfile } from './use-profile.ts';

const tabs = ['tools', 'content', 'setup', 'logs', 'calls', 'about'] as const;
type Part = (typeof tabs)[number];

/** One server of the profile: tried, set up, and watched. */
export function Server(): ReactNode {
  const { name = '' } = useParams();
  const t = useMcpText();
  const { profile, query } = useProfile();
  const server = useResource({ path: paths.server(profile, name), schema: mcpServerBody });
  return (
    <Stack spacing={2}>
      <MuiLink component={Link} to={`/mcp/servers${query}`}>
        ← {t.servers}
      </MuiLink>
      <ResourceView resource={server}>
        {(body) => <Shown key={`${body.profile} ${body.name}`} server={body} />}
      </ResourceView>
    </Stack>
  );
}

function Shown({ server }: { readonly server: McpServerBody }): ReactNode {
  const t = useMcpText();
  const [part, setPart] = useState<Part>(server.state.startsWith('needs_') ? 'setup' : 'tools');
  return (
    <Stack spacing={2}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="h6" component="h2">
          {cutLine(server.title ?? server.name, 100).text}
        </Typography>
        <State state={server.state} />
        <SparkleButton kind="server" name={server.name} />
      </Box>
      {server.problems.map(({ message, hint }) => (
        <Alert key={message} severity={server.state === 'failed' ? 'error' : 'warning'}>
          <CleanText text={hint === undefined ? message : `${message} ${hint}`} />
        </Alert>
      ))}
      <PartTabs label={t.partsOf(server.name)} parts={tabs} part={part} nameOf={t.part} onChoose={setPart}>
        {part === 'tools' && <ServerTools server={server} />}
        {part === 'content' && <ServerContent server={server} ask={<AskServer server={server} />} />}
        {part === 'setup' && <ServerSetup server={server} />}
        {part === 'logs' && <ServerLogs server={server} />}
        {part === 'calls' && <CallFeed server={server.name} />}
        {part === 'about' && <About server={server} />}
      </PartTabs>
    </Stack>
  );
}

function About({ server }: { readonly server: McpServerBody }): ReactNode {
  const t = useMcpText();
  const format = useFormat();
  const { cpus, memoryBytes, network, allowHosts } = server.limits;
  return (
    <Stack spacing={2}>
      <CleanText component="div" text={server.description ?? ''} />
      <Facts
        facts={[
          [t.kind, t.typeName(server.type)],
          [t.image, server.image],
          [t.address, server.url],
          [t.origin, server.origin],
          [t.network, allowHosts.length > 0 ? allowHosts.join(', ') : t.networkName(network)],
          [t.limits, server.type === 'remote' ? undefined : t.limitsOf(cpus, format.bytes(memoryBytes))],
          [t.grants, server.grants.map(({ path, mode }) => `${path} (${t.modeName(mode)})`).join(', ') || t.noGrants],
          [t.profile, server.profile],
          [t.calls, String(server.calls)],
          [t.latency, server.latencyMs && `${Math.round(server.latencyMs.mean)} ms`],
        ]}
      />
      {server.readme !== undefined &&
        (/^https?:/.test(server.readme) ? (
          <CleanText text={`${t.readme}: ${server.readme}`} />
        ) : (
          <Markdown text={server.readme} html="tagless" />
        ))}
    </Stack>
  );
}
