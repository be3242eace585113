import { cpus } from 'node:os';
import { benchColdStart } from './cold-start.ts';
import { benchDiagnosis } from './diagnosis.ts';
import { benchDockerfile } from './dockerfile.ts';
import { benchDashboard } from './dashboard.ts';
import { benchCatalog } from './catalog.ts';
import { benchIdle } from './idle.ts';
import { benchImages } from './images.ts';
import { benchMcpContainers } from './mcp-containers.ts';
import { benchMcpGateway } from './mcp-gateway.ts';
import { benchModelsList } from './models-list.ts';
import { benchProxy } from './proxy.ts';
import { benchPublish } from './publish.ts';
import { benchPull } from './pull.ts';
import type { BenchRow } from './rows.ts';
import { benchSecretScan } from './secret-scan.ts';
import { benchStartup } from './startup.ts';
import { benchTwoModels } from './two-models.ts';

const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  proxy: benchProxy,
  models: benchModelsList,
  two: benchTwoModels,
  pull: benchPull,
  publish: benchPublish,
  cold: benchColdStart,
  catalog: benchCatalog,
  secrets: benchSecretScan,
  startup: benchStartup,
  idle: benchIdle,
  dashboard: benchDashboard,
  diagnosis: benchDiagnosis,
  dockerfile: benchDockerfile,
  images: benchImages,
  'mcp-containers': benchMcpContainers,
  mcp: benchMcpGateway,
};

function printTable(rows: readonly BenchRow[]): void {
  const cells = rows.map((row) => [
    row.name,
    row.ours,
    row.reference,
    row.ratio.toFixed(3),
    row.target,
    row.met ? 'met' : 'MISSED',
  ]);
  const header = ['row', 'ours', 'reference', 'ratio', 'target', ''];
  const widths = header.map((title, column) =>
    Math.max(...[header, ...cells].map((row) => row[column]?.length ?? 0), title.length),
  );
  for (const row of [header, ...cells])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  for (const row of rows) if (row.note) console.log(`\n${row.name}: ${row.note}`);
}

// Suites named on the command line, or all; `--json` prints the rows as JSON.
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = names.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.error(`${name} …`);
  rows.push(...(await suite()));
}
if (process.argv.includes('--json')) console.log(JSON.stringify(rows, undefined, 2));
else {
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}; p50 / p95 / p99, interleaved\n`,
  );
  printTable(rows);
}
