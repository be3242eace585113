import { Box, Link as TextLink, Typography } from '@mui/material';
import { containerListBody, imageListBody, mcpStatusBody, type McpStatusBody } from '#contract';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { CleanText, ResourceView, useFormat, useResource } from '../../kit/index.ts';
import { useUsage } from '../containers/use-usage.ts';
import { Card, Figure } from './card.tsx';
import { callsOf, containersOf, imageBytesOf, rateOf, type Sample } from './figures.ts';
import { refreshMs, useText } from './overview-text.ts';

type Server = McpStatusBody['gateways'][number]['servers'][number];

/** Calls of tools, and what each server takes. */
export function Servers(): ReactNode {
  const t = useText();
  const format = useFormat();
  const status = useResource({ path: '/gantry/mcp/status', schema: mcpStatusBody, refreshMs });
  const rate = useRate(status.data);
  return (
    <Card title={t.calls} to="/mcp/calls">
      <ResourceView resource={status}>
        {(body) => {
          const { calls, failures } = callsOf(body);
          const servers = body.gateways.flatMap((gateway) => gateway.servers);
          if (servers.length === 0) return <Typography color="text.secondary">{t.noServers}</Typography>;
          return (
            <>
              <Figure
                value={t.callsPerSecond(format.number(rate, 1))}
                text={t.callsOf(format.number(calls), format.number(failures))}
              />
              <ServerList servers={servers} />
            </>
          );
        }}
      </ResourceView>
    </Card>
  );
}

function ServerList({ servers }: { readonly servers: readonly Server[] }): ReactNode {
  const t = useText();
  const format = useFormat();
  const containers = useResource({ path: '/gantry/containers', schema: containerListBody, refreshMs });
  const images = useResource({ path: '/gantry/images', schema: imageListBody, refreshMs: refreshMs * 6 });
  const running = containers.data?.containers ?? [];
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {servers.map(({ name, state, image, calls, latencyMs }) => {
        const own = containersOf(name, running);
        const bytes = imageBytesOf(image, images.data?.images ?? []);
        return (
          <li key={name}>
            <TextLink component={Link} to={`/mcp/servers/${encodeURIComponent(name)}`}>
              <CleanText text={name} />
            </TextLink>{' '}
            {t.stateName(state)} · {t.callCount(format.number(calls))}
            {latencyMs && ` · ${format.duration(latencyMs.mean)}`}
            {own.length > 0 && <ServerMemory ids={own} />}
            {bytes !== undefined && ` · ${t.onDisk(format.bytes(bytes))}`}
          </li>
        );
      })}
    </Box>
  );
}

/** Only where there is a container: what containers use is read from the Engine for as long as somebody looks. */
function ServerMemory({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const t = useText();
  const format = useFormat();
  const { containers } = useUsage();
  const bytes = ids.reduce((sum, id) => sum + (containers[id]?.memoryBytes ?? 0), 0);
  return bytes > 0 ? ` · ${t.inMemory(format.bytes(bytes))}` : null;
}

const mostSamples = 6;

function useRate(status: McpStatusBody | undefined): number {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (!status) return;
    const sample = { atMs: performance.now(), count: callsOf(status).calls };
    setSamples((before) => [...before, sample].slice(-mostSamples));
  }, [status]);
  return rateOf(samples);
}
