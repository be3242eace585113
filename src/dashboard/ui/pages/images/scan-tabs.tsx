import { Alert, Box, Button, LinearProgress, Stack, Typography } from '@mui/material';
import type { ScanReportBody } from '#contract';
import { useMemo, type ReactNode } from 'react';
import { CleanText, CommandHint, DataTable, EmptyState, useFormat, type Column } from '../../kit/index.ts';
import { auditText } from './audit-text.ts';
import { useText } from './text.ts';
import { useScan, type Scan } from './use-scan.ts';

export const scanTabs = ['layers', 'audit', 'packages', 'vulnerabilities'] as const;
export type ScanTab = (typeof scanTabs)[number];

/** What a scan found, a part of it. */
export function ScanTabs({ name, tab }: { readonly name: string; readonly tab: ScanTab }): ReactNode {
  const t = useText();
  const format = useFormat();
  const { scan, again } = useScan(name);
  return (
    <Stack spacing={2}>
      {scan.state === 'running' && <Progress step={scan.step} />}
      {scan.state === 'failed' && (
        <Alert severity="error">
          <CleanText text={scan.message} />
        </Alert>
      )}
      {scan.state === 'done' && <Part report={scan.report} tab={tab} />}
      <Stack direction="row" spacing={2} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
        {scan.state !== 'running' && (
          <Button size="small" variant="outlined" onClick={again}>
            {t.scanAgain}
          </Button>
        )}
        {scan.state === 'done' && (
          <Typography variant="body2" color="text.secondary">
            {t.scannedAt(format.ago(scan.report.scannedAt))}
            {scan.report.os !== null && (
              <>
                {' '}
                · {t.os}: <CleanText text={scan.report.os} />
              </>
            )}
          </Typography>
        )}
        <CommandHint command={`gantry ai scan ${name}`} />
      </Stack>
    </Stack>
  );
}

function Progress({ step }: { readonly step: Extract<Scan, { state: 'running' }>['step'] }): ReactNode {
  const t = useText();
  const format = useFormat();
  const isReading = step?.type === 'reading';
  const text =
    step === undefined
      ? t.reading('0', '…')
      : step.type === 'reading'
        ? t.reading(format.bytes(step.readBytes), format.bytes(Math.max(step.readBytes, step.totalBytes)))
        : step.type === 'updates'
          ? t.updatesStep
          : t.scannerStep;
  return (
    <Box role="status">
      <Typography variant="body2">{text}</Typography>
      <LinearProgress
        aria-label={text}
        variant={isReading ? 'determinate' : 'indeterminate'}
        value={isReading ? Math.min(100, (100 * step.readBytes) / Math.max(1, step.totalBytes)) : 0}
      />
    </Box>
  );
}

function Part({ report, tab }: { readonly report: ScanReportBody; readonly tab: ScanTab }): ReactNode {
  switch (tab) {
    case 'layers':
      return <Layers report={report} />;
    case 'audit':
      return <Audit report={report} />;
    case 'packages':
      return <Packages report={report} />;
    case 'vulnerabilities':
      return <Vulnerabilities report={report} />;
  }
}

function Layers({ report }: { readonly report: ScanReportBody }): ReactNode {
  const t = useText();
  const format = useFormat();
  const { layers, wasted, wastedBytes, sizeBytes } = report;
  const columns: readonly Column<(typeof layers)[number]>[] = [
    { id: 'index', header: t.layer, value: ({ index }) => index, cell: ({ index }) => index + 1 },
    {
      id: 'command',
      header: t.command,
      value: ({ createdBy }) => createdBy,
      cell: ({ createdBy }) => <CleanText component="code" text={createdBy} />,
    },
    {
      id: 'size',
      header: t.size,
      align: 'right',
      value: (layer) => layer.sizeBytes,
      cell: (layer) => format.bytes(layer.sizeBytes),
    },
    {
      id: 'files',
      header: t.files,
      align: 'right',
      value: ({ files }) => files,
      cell: ({ files }) => format.number(files),
    },
    {
      id: 'wasted',
      header: t.wasted,
      align: 'right',
      value: (layer) => layer.wastedBytes,
      cell: (layer) => (layer.wastedBytes > 0 ? format.bytes(layer.wastedBytes) : ''),
    },
  ];
  const files: readonly Column<(typeof wasted)[number]>[] = [
    {
      id: 'path',
      header: t.path,
      value: ({ path }) => path,
      cell: ({ path }) => <CleanText component="code" text={path} />,
    },
    {
      id: 'size',
      header: t.size,
      align: 'right',
      value: ({ bytes }) => bytes,
      cell: ({ bytes }) => format.bytes(bytes),
    },
    {
      id: 'why',
      header: t.why,
      value: ({ why }) => why,
      cell: ({ why }) => (why === 'deleted' ? t.deleted : t.replaced),
    },
    {
      id: 'layer',
      header: t.layer,
      align: 'right',
      value: ({ layer }) => layer,
      cell: ({ layer, by }) => `${layer + 1} → ${by + 1}`,
    },
  ];
  return (
    <Stack spacing={2}>
      <Typography>
        {wastedBytes > 0
          ? t.waste(format.bytes(wastedBytes), `${format.number((100 * wastedBytes) / Math.max(1, sizeBytes), 1)}%`)
          : t.noWaste}
      </Typography>
      <DataTable label={t.layers} rows={layers} columns={columns} rowKey={({ index }) => String(index)} empty={null} />
      {wasted.length > 0 && (
        <>
          <Typography variant="h6" component="h2">
            {t.wastedFiles}
          </Typography>
          <DataTable
            label={t.wastedFiles}
            rows={wasted}
            columns={files}
            rowKey={({ path, layer }) => `${layer}:${path}`}
            order={{ column: 'size', direction: 'desc' }}
            empty={null}
          />
        </>
      )}
    </Stack>
  );
}

const rank = { critical: 0, high: 1, medium: 2, low: 3, unknown: 4 } as const;

function Audit({ report: { audit, secrets } }: { readonly report: ScanReportBody }): ReactNode {
  const t = useText();
  const columns: readonly Column<(typeof audit)[number]>[] = [
    {
      id: 'severity',
      header: t.severity,
      value: ({ severity }) => rank[severity],
      cell: ({ severity }) => t[severity],
    },
    {
      id: 'finding',
      header: t.finding,
      value: (one) => auditText(one, t),
      cell: (one) => <CleanText text={auditText(one, t)} />,
    },
  ];
  return (
    <Stack spacing={2}>
      <DataTable
        label={t.audit}
        rows={audit}
        columns={columns}
        rowKey={(one) => `${one.id}:${JSON.stringify(one.params)}`}
        order={{ column: 'severity', direction: 'asc' }}
        empty={<Alert severity="success">{t.clean}</Alert>}
      />
      {secrets.length > 0 && (
        <Alert severity="error">
          {t.secrets}
          <ul>
            {secrets.slice(0, 100).map(({ rule, path, hint, deletedLater }) => (
              <li key={`${rule}:${path}:${hint}`}>
                <CleanText text={`${path}: ${rule} (${hint})${deletedLater ? ` — ${t.secretGone}` : ''}`} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </Stack>
  );
}

function Packages({ report: { packages, packagesLeft, updates } }: { readonly report: ScanReportBody }): ReactNode {
  const t = useText();
  const fixes = useMemo(
    () => new Map(updates.state === 'known' ? updates.updates.map(({ name, fixed }) => [name, fixed]) : []),
    [updates],
  );
  const columns: readonly Column<(typeof packages)[number]>[] = [
    { id: 'name', header: t.name, value: ({ name }) => name, cell: ({ name }) => <CleanText text={name} /> },
    {
      id: 'version',
      header: t.version,
      value: ({ version }) => version,
      cell: ({ version }) => <CleanText text={version} />,
    },
    {
      id: 'fixed',
      header: t.fixed,
      value: ({ name, kind }) => (kind === 'deb' || kind === 'apk' ? fixes.get(name) : undefined),
      cell: ({ name, kind }) => (kind === 'deb' || kind === 'apk' ? <CleanText text={fixes.get(name) ?? ''} /> : null),
    },
    { id: 'kind', header: t.kind, value: ({ kind }) => kind, cell: ({ kind }) => kind },
    {
      id: 'licence',
      header: t.licence,
      value: ({ licence }) => licence,
      cell: ({ licence }) => <CleanText text={licence} />,
    },
    {
      id: 'path',
      header: t.path,
      value: ({ path }) => path,
      cell: ({ path }) => <CleanText component="code" text={path} />,
    },
  ];
  return (
    <Stack spacing={2}>
      <Alert severity={updates.state === 'known' ? (updates.updates.length > 0 ? 'warning' : 'success') : 'info'}>
        <CleanText
          text={updates.state === 'known' ? t.updatesKnown(updates.updates.length) : t.updatesUnknown(updates.detail)}
        />
      </Alert>
      <DataTable
        label={t.packages}
        rows={packages}
        columns={columns}
        rowKey={({ kind, name, version, path }) => `${kind}:${name}:${version}:${path}`}
        empty={<EmptyState title={t.noPackages} />}
      />
      {packagesLeft > 0 && <Alert severity="info">{t.packagesLeft(packagesLeft)}</Alert>}
    </Stack>
  );
}

type Known = Extract<ScanReportBody['vulnerabilities'], { state: 'known' }>;

function Vulnerabilities({ report: { vulnerabilities: found } }: { readonly report: ScanReportBody }): ReactNode {
  const t = useText();
  if (found.state === 'none') return <EmptyState title={t.noScanner} text={t.noScannerText} />;
  if (found.state === 'failed') {
    return (
      <Alert severity="warning">
        <CleanText text={t.scannerFailed(found.by, found.detail)} />
      </Alert>
    );
  }
  const columns: readonly Column<Known['vulnerabilities'][number]>[] = [
    {
      id: 'severity',
      header: t.severity,
      value: ({ severity }) => rank[severity],
      cell: ({ severity }) => t[severity],
    },
    { id: 'id', header: t.id, value: ({ id }) => id, cell: ({ id }) => <CleanText text={id} /> },
    { id: 'package', header: t.packages, value: (one) => one.package, cell: (one) => <CleanText text={one.package} /> },
    {
      id: 'installed',
      header: t.installed,
      value: ({ installed }) => installed,
      cell: ({ installed }) => <CleanText text={installed} />,
    },
    {
      id: 'fixed',
      header: t.fixed,
      value: ({ fixed }) => fixed ?? undefined,
      cell: ({ fixed }) => <CleanText text={fixed ?? ''} />,
    },
  ];
  return (
    <Stack spacing={1}>
      <Typography>{t.by(found.by, found.vulnerabilities.length)}</Typography>
      <DataTable
        label={t.vulnerabilities}
        rows={found.vulnerabilities}
        columns={columns}
        rowKey={({ id, installed, package: of }) => `${id}:${of}:${installed}`}
        order={{ column: 'severity', direction: 'asc' }}
        empty={<Alert severity="success">{t.noVulnerabilities(found.by)}</Alert>}
      />
    </Stack>
  );
}
