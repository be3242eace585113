import { Box, Link as TextLink, Typography } from '@mui/material';
import { daemonStatusBody, engineBody, mcpStatusBody, psBody, requestsBody } from '#contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { CleanText, CommandHint, PageHeader, ResourceView, useFormat, useResource } from '../../kit/index.ts';
import { Bar, Card, Figure } from './card.tsx';
import { Disk } from './disk.tsx';
import { speedOf, troublesOf } from './figures.ts';
import { refreshMs, useText } from './overview-text.ts';
import { Servers } from './servers.tsx';

/** Figures, each asked for by itself: one that cannot be had does not hide the others. */
export function Page(): ReactNode {
  const t = useText();
  return (
    <>
      <PageHeader title={t.title} text={t.text} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 340px), 1fr))' }}>
        <Models />
        <Speed />
        <Engine />
        <Servers />
        <Disk />
        <Errors />
      </Box>
      <Box sx={{ mt: 2 }}>
        <CommandHint command="gantry status" />
      </Box>
    </>
  );
}

function Models(): ReactNode {
  const t = useText();
  const format = useFormat();
  const status = useResource({ path: '/gantry/status', schema: daemonStatusBody, refreshMs });
  const runners = useResource({ path: '/engines/ps', schema: psBody, refreshMs });
  return (
    <Card title={t.memory} to="/models">
      <ResourceView resource={status}>
        {({ memory: { usedBytes, budgetBytes } }) => (
          <Bar
            text={t.memoryOf(format.bytes(usedBytes), format.bytes(budgetBytes))}
            percent={budgetBytes > 0 ? (usedBytes / budgetBytes) * 100 : 0}
          />
        )}
      </ResourceView>
      <ResourceView resource={runners}>
        {(list) =>
          list.length === 0 ? (
            <Typography color="text.secondary">{t.noModels}</Typography>
          ) : (
            <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
              {list.map(({ model_name: name, mode, memory_bytes: bytes = 0, loading, active_requests: active = 0 }) => (
                <li key={`${name} ${mode}`}>
                  <TextLink component={Link} to={`/models/model/${encodeURIComponent(name)}`}>
                    <CleanText text={name} />
                  </TextLink>{' '}
                  {format.bytes(bytes)} · {loading ? t.loading : active > 0 ? t.answering : t.idle}
                </li>
              ))}
            </Box>
          )
        }
      </ResourceView>
    </Card>
  );
}

function Speed(): ReactNode {
  const t = useText();
  const format = useFormat();
  const requests = useResource({ path: '/engines/requests', schema: requestsBody, refreshMs: refreshMs * 2 });
  return (
    <Card title={t.speed} to="/models/requests">
      <ResourceView resource={requests}>
        {(body) => {
          const speed = speedOf(body);
          if (!speed) return <Typography color="text.secondary">{t.noAnswers}</Typography>;
          return (
            <Figure
              value={t.perSecond(format.number(speed.tokensPerSecond, 1))}
              text={t.lastRequests(format.number(speed.answers))}
            />
          );
        }}
      </ResourceView>
    </Card>
  );
}

function Engine(): ReactNode {
  const t = useText();
  const format = useFormat();
  const engine = useResource({ path: '/gantry/docker/engine', schema: engineBody, refreshMs: refreshMs * 2 });
  if (engine.error && engine.error.code === 'docker.unavailable') {
    return (
      <Card title={t.engine} to="/containers">
        <Typography color="text.secondary">{t.engineAway}</Typography>
      </Card>
    );
  }
  return (
    <Card title={t.engine} to="/containers">
      <ResourceView resource={engine}>
        {({ version, operatingSystem, containers, images, disk }) => (
          <>
            <Figure
              value={t.running(format.number(containers.running))}
              text={`${t.stopped(format.number(containers.stopped))} · ${t.images(format.number(images))}`}
            />
            <Typography color="text.secondary">{t.engineVersion(version, operatingSystem)}</Typography>
            {disk && (
              <Bar
                text={t.free(format.bytes(disk.freeBytes), format.bytes(disk.totalBytes))}
                percent={disk.totalBytes > 0 ? 100 - (disk.freeBytes / disk.totalBytes) * 100 : 0}
              />
            )}
          </>
        )}
      </ResourceView>
    </Card>
  );
}

function Errors(): ReactNode {
  const t = useText();
  const format = useFormat();
  const requests = useResource({ path: '/engines/requests', schema: requestsBody, refreshMs: refreshMs * 2 });
  const status = useResource({ path: '/gantry/mcp/status', schema: mcpStatusBody, refreshMs });
  const troubles = troublesOf(requests.data ?? [], status.data ?? { gateways: [] });
  return (
    <Card title={t.errors} to="/models/requests">
      {troubles.length === 0 && <Typography color="text.secondary">{t.noErrors}</Typography>}
      {troubles.map(({ atMs, where, to, text }, at) => (
        <Box key={`${atMs} ${where} ${at}`}>
          <Typography variant="body2" color="text.secondary">
            <TextLink component={Link} to={to}>
              <CleanText text={where} />
            </TextLink>{' '}
            {atMs > 0 && `· ${format.ago(atMs)}`}
          </Typography>
          <CleanText component="div" text={text.slice(0, 500)} sx={{ color: 'error.main' }} />
        </Box>
      ))}
    </Card>
  );
}
