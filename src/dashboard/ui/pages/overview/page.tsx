import { Box, LinearProgress, Link as TextLink, Paper, Stack, Typography } from '@mui/material';
import {
  daemonStatusBody,
  diskUsageBody,
  engineBody,
  mcpStatusBody,
  psBody,
  requestsBody,
  type McpStatusBody,
} from '#contract';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  CleanText,
  CommandHint,
  createText,
  PageHeader,
  ResourceView,
  useFormat,
  useResource,
} from '../../kit/index.ts';
import { overview as en } from '../../messages/en/overview.ts';
import { overview as zh } from '../../messages/zh/overview.ts';
import { callsOf, rateOf, speedOf, troublesOf, type Sample } from './figures.ts';

const useText = createText({ en, zh });
const refreshMs = 5000;

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
    <Card title={t.memory}>
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
    <Card title={t.speed}>
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
      <Card title={t.engine}>
        <Typography color="text.secondary">{t.engineAway}</Typography>
      </Card>
    );
  }
  return (
    <Card title={t.engine}>
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

function Servers(): ReactNode {
  const t = useText();
  const format = useFormat();
  const status = useResource({ path: '/gantry/mcp/status', schema: mcpStatusBody, refreshMs });
  const rate = useRate(status.data);
  return (
    <Card title={t.calls}>
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
              <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
                {servers.map(({ name, state, latencyMs }) => (
                  <li key={name}>
                    <CleanText text={name} /> · {state}
                    {latencyMs && ` · ${format.duration(latencyMs.mean)}`}
                  </li>
                ))}
              </Box>
            </>
          );
        }}
      </ResourceView>
    </Card>
  );
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

function Disk(): ReactNode {
  const t = useText();
  const format = useFormat();
  const usage = useResource({ path: '/engines/df', schema: diskUsageBody, refreshMs: refreshMs * 6 });
  return (
    <Card title={t.disk}>
      <ResourceView resource={usage}>
        {({ models_disk_usage: models, default_backend_disk_usage: runtimes }) => (
          <>
            <Figure value={format.bytes(models)} text={t.models} />
            <Figure value={format.bytes(runtimes)} text={t.runtimes} />
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
    <Card title={t.errors}>
      {troubles.length === 0 && <Typography color="text.secondary">{t.noErrors}</Typography>}
      {troubles.map(({ atMs, where, text }, at) => (
        <Box key={`${atMs} ${where} ${at}`}>
          <Typography variant="body2" color="text.secondary">
            <CleanText text={where} /> {atMs > 0 && `· ${format.ago(atMs)}`}
          </Typography>
          <CleanText component="div" text={text.slice(0, 500)} sx={{ color: 'error.main' }} />
        </Box>
      ))}
    </Card>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} sx={{ p: 2.5, minWidth: 0 }}>
      <Typography id={id} variant="subtitle1" component="h2" sx={{ fontWeight: 650, mb: 1.5 }}>
        {title}
      </Typography>
      <Stack spacing={1.5}>{children}</Stack>
    </Paper>
  );
}

function Figure({ value, text }: { readonly value: string; readonly text: string }): ReactNode {
  return (
    <Box>
      <Typography variant="h5" component="p">
        {value}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {text}
      </Typography>
    </Box>
  );
}

function Bar({ text, percent }: { readonly text: string; readonly percent: number }): ReactNode {
  return (
    <Box>
      <Typography variant="body2">{text}</Typography>
      <LinearProgress
        variant="determinate"
        aria-label={text}
        color={percent > 90 ? 'warning' : 'primary'}
        value={Math.min(100, percent)}
      />
    </Box>
  );
}
