import { z } from 'zod';
import { formatSize } from '#core';
import { collectEvidence, diagnose, examine, explain, findTarget, readEvidence, shellLine, thisHost } from '#diagnosis';
import type { DoctorReport } from '#diagnosis';
import { audit, checkUpdates, composeText, runArgv, scanImage, askScanner } from '#images';
import type { Inventory, UpdateReport, VulnerabilityReport } from '#images';
import { AppError } from '#core';
import { assess, combine, defineTool, table, untrusted, type GroupedTool } from '../define-tool.ts';
import { imageName, objectName } from '../docker/ask-engine.ts';
import { recipeArgs, recipeOf } from '../docker/run-container.ts';
import type { DockerToolDeps } from '../docker/list-containers.ts';
import type { Language } from '../titles.ts';
import type { ScanPort } from '../types.ts';
import { diagnosisText } from './diagnosis-text.ts';

export interface EngineToolDeps extends DockerToolDeps {
  readonly language: () => Language;
  readonly scan: ScanPort | undefined;
}

export function engineAnalysis(deps: EngineToolDeps): readonly GroupedTool[] {
  const { docker, clock, title, language } = deps;
  const diagnosing = { docker, host: thisHost, now: () => clock.now() };
  return [
    defineTool({
      name: 'diagnose_container',
      group: 'analysis',
      description:
        'Finds out why a container failed, from its state, log, events and the host: causes with evidence and the command that fixes it.',
      args: z.object({ name: objectName.optional().describe('The one that failed last when left out') }),
      readsOnly: true,
      plan: ({ name }) => ({
        assessment: assess('R1'),
        targets: name === undefined ? [] : [name],
        title: title('analysis.diagnose', { name: name ?? '' }),
        async run({ signal }) {
          const target = await findTarget(docker, name, { signal });
          const evidence = readEvidence(await collectEvidence(diagnosing, target, { signal }));
          return untrusted(diagnosisText(diagnose(evidence), language()));
        },
      }),
    }),
    defineTool({
      name: 'doctor',
      group: 'analysis',
      description: 'Looks at the whole Engine: failed containers, disk, memory, open ports, old versions.',
      args: z.object({}),
      timeoutMs: 120_000,
      readsOnly: true,
      plan: () => ({
        assessment: assess('R1'),
        targets: [],
        title: title('analysis.doctor'),
        run: async ({ signal }) => untrusted(doctorText(await examine(diagnosing, { signal }), language())),
      }),
    }),
    defineTool({
      name: 'suggest_run',
      group: 'analysis',
      description: 'Works out how to run an image that is here: command, Compose file, how to check it. Runs nothing.',
      args: recipeArgs,
      readsOnly: true,
      plan: (args) => ({
        assessment: assess('R0'),
        targets: [args.image],
        title: title('analysis.run', { image: args.image }),
        async run({ signal }) {
          const recipe = await recipeOf(docker, args, signal);
          const lines = [
            ...recipe.secrets.map((name) => `export ${name}="$(openssl rand -hex 16)"`),
            shellLine({ argv: runArgv(recipe) }),
            '',
            composeText(recipe).trimEnd(),
            '',
            ...(recipe.connect === undefined ? [] : [`connect: ${recipe.connect}`]),
            ...recipe.smoke.map((argv) => `check: ${shellLine({ argv })}`),
            ...recipe.notes.map((note) => `note: ${Object.values(note).join(' ')}`),
          ];
          return untrusted(lines.join('\n'));
        },
      }),
    }),
    scanTool(deps),
  ];
}

function scanTool({ docker, clock, title, scan }: EngineToolDeps): GroupedTool {
  return defineTool({
    name: 'scan_image',
    group: 'analysis',
    description:
      'Reads what is in an image: packages, secrets, waste, age; and with updates also pending security updates and known vulnerabilities.',
    args: z.object({ name: imageName, updates: z.boolean().optional().describe('Ask the distribution and a scanner') }),
    timeoutMs: 10 * 60_000,
    readsOnly: true,
    plan: ({ name, updates: wantsUpdates = false }) => ({
      assessment: combine([assess('R1'), ...(wantsUpdates ? [assess('R4', 'network')] : [])]),
      targets: [name],
      title: title('analysis.scan', { image: name }),
      async run({ signal }) {
        const inventory = await inventoryOf(docker, name, signal);
        const updates: UpdateReport =
          wantsUpdates && scan
            ? await checkUpdates(inventory, scan.fetchIndex, { signal })
            : { state: 'unknown', reason: 'skipped', detail: '' };
        const vulnerabilities: VulnerabilityReport =
          wantsUpdates && scan ? await askScanner(name, scan.runScanner, { signal }) : { state: 'none' };
        return untrusted(scanText(name, { inventory, updates, vulnerabilities, nowMs: clock.now() }));
      },
    }),
  });
}

async function inventoryOf(docker: DockerToolDeps['docker'], name: string, signal: AbortSignal): Promise<Inventory> {
  for await (const event of scanImage(docker, name, { signal })) if (event.type === 'done') return event.inventory;
  throw new AppError('internal', 'The image was read without an end.');
}

interface Scanned {
  readonly inventory: Inventory;
  readonly updates: UpdateReport;
  readonly vulnerabilities: VulnerabilityReport;
  readonly nowMs: number;
}

const mostRows = 20;

function scanText(name: string, { inventory, updates, vulnerabilities, nowMs }: Scanned): string {
  const kinds = new Map<string, number>();
  for (const { kind } of inventory.packages) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const limits = { maxRows: mostRows };
  return [
    `image: ${name}`,
    `base: ${inventory.os?.name ?? 'unknown'}`,
    `size: ${formatSize(inventory.sizeBytes)}, of which ${formatSize(inventory.wastedBytes)} are deleted or replaced later`,
    `packages: ${[...kinds].map(([kind, n]) => `${kind} ${n}`).join(', ') || 'none found'}`,
    '',
    'configuration:',
    ...audit(inventory, { nowMs }).map(({ id, severity, params }) =>
      `  ${severity} ${id} ${Object.values(params).join(' ')}`.trimEnd(),
    ),
    '',
    'secrets in layers:',
    table(
      ['RULE', 'PATH', 'LAYER'],
      inventory.secrets.map((one) => [one.rule, one.path, String(one.layer)]),
      limits,
    ),
    '',
    `security updates: ${updates.state === 'known' ? updates.updates.length : `not known (${updates.reason})`}`,
    ...(updates.state === 'known'
      ? [
          table(
            ['NAME', 'INSTALLED', 'FIXED'],
            updates.updates.map((one) => [one.name, one.installed, one.fixed]),
            limits,
          ),
        ]
      : []),
    `vulnerabilities: ${vulnerabilities.state === 'known' ? `${vulnerabilities.vulnerabilities.length} by ${vulnerabilities.by}` : vulnerabilities.state === 'failed' ? `${vulnerabilities.by} failed` : 'no scanner was asked or is here'}`,
    ...(vulnerabilities.state === 'known'
      ? [
          table(
            ['SEVERITY', 'ID', 'PACKAGE', 'FIXED'],
            vulnerabilities.vulnerabilities.map((one) => [one.severity, one.id, one.package, one.fixed ?? '-']),
            limits,
          ),
        ]
      : []),
    ...inventory.gaps.map(({ what, path }) => `not read: ${what} ${path}`),
  ].join('\n');
}

function doctorText(report: DoctorReport, language: Language): string {
  const { engine, counts, findings, unread } = report;
  const lines = findings.flatMap(({ severity, id, params, commands, diagnosis }) => {
    const values = Object.entries(params).map(([key, value]) => `${key}=${value}`);
    const cause = diagnosis?.causes[0];
    return [
      `${severity} ${id} ${values.join(' ')}`.trimEnd(),
      ...(cause ? [`  cause: ${explain(cause, language).title} [${cause.id}]`] : []),
      ...commands.map((argv) => `  $ ${shellLine({ argv })}`),
    ];
  });
  return [
    engine ? `Docker Engine ${engine.version} (${engine.os}/${engine.arch}) at ${engine.url}` : 'No Engine answers.',
    `${counts.running} running, ${counts.stopped} stopped, ${counts.images} images, ${counts.volumes} volumes`,
    ...(findings.length === 0 && engine ? ['Nothing is wrong.'] : lines),
    ...unread.map(({ part, reason }) => `not read: ${part}: ${reason}`),
  ].join('\n');
}
