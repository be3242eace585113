import { text as readAll } from 'node:stream/consumers';
import type { Intent } from '#assistant';
import { formatSize } from '#core';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { loadTranslate } from '../../messages/translate.ts';
import { printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';

export interface AskOptions {
  readonly json?: boolean;
}

/** Answers a question from facts, in its language, with no model. Ends with 3 when it is none that facts answer. */
export async function ask(context: CliContext, words: readonly string[], options: AskOptions): Promise<number> {
  const question = (words.join(' ') || (context.stdin.isTTY ? '' : await readAll(context.stdin))).trim();
  if (question === '') throw usageError(context.t('ai.ask.nothing'));
  const { languageOf, recognise } = await import('#assistant');
  const language = languageOf(question) ?? context.language;
  const asked: CliContext = { ...context, language, t: await loadTranslate(language) };
  const intent = recognise(question);
  if (intent) return await answer(asked, intent, options);
  asked.notice(asked.t('ai.ask.notUnderstood'));
  asked.print(capabilities(asked));
  return exitCodes.notFound;
}

async function answer(context: CliContext, intent: Intent, options: AskOptions): Promise<number> {
  const { t } = context;
  switch (intent.kind) {
    case 'rate':
      return await (await import('./rate.ts')).rate(context, pathsOf(intent.path), options);
    case 'fix':
      return await (await import('./fix.ts')).fix(context, pathsOf(intent.path), options);
    case 'generate':
      return await (await import('./generate.ts')).generate(context, intent.path ?? '.', options);
    case 'why':
      return await (await import('./why.ts')).why(context, intent.container, options);
    case 'doctor':
      return await (await import('./doctor.ts')).doctor(context, options);
    case 'run':
      if (intent.image === undefined) throw usageError(t('ai.ask.whichImage'));
      return await (await import('./run-image.ts')).runImage(context, intent.image, options);
    case 'scan':
      if (intent.image === undefined) throw usageError(t('ai.ask.whichImage'));
      return await (await import('./scan.ts')).scan(context, intent.image, options);
    case 'models':
      return await (await import('../list.ts')).list(context, undefined, options);
    case 'capabilities':
      context.print(capabilities(context));
      return 0;
    case 'disk':
      return await diskUsage(context, options);
    case 'containers':
    case 'images':
    case 'volumes':
    case 'networks':
      return await listOf(context, intent.kind, options);
  }
}

function pathsOf(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [path];
}

function capabilities({ t, calledAs }: CliContext): string {
  const examples = ['rate', 'fix', 'generate', 'why', 'doctor', 'run', 'scan', 'lists'] as const;
  const lines = examples.map(
    (one) => `  ${t(`ai.ask.can.${one}`)}\n    ${calledAs.name} ai "${t(`ai.ask.example.${one}`)}"`,
  );
  return `${t('ai.ask.can')}\n${lines.join('\n')}\n`;
}

async function listOf(
  context: CliContext,
  kind: 'containers' | 'images' | 'volumes' | 'networks',
  { json = false }: AskOptions,
): Promise<number> {
  const docker = await context.docker();
  const { signal } = context;
  const rows = await (async (): Promise<readonly Readonly<Record<string, string>>[]> => {
    switch (kind) {
      case 'containers': {
        const all = await docker.containers.list({ all: true, signal });
        return all.map(({ id, names, image, state }) => ({ name: names[0] ?? id.slice(0, 12), image, state }));
      }
      case 'images': {
        const all = await docker.images.list({ signal });
        return all.map(({ id, tags }) => ({ name: tags[0] ?? '-', id: id.replace('sha256:', '').slice(0, 12) }));
      }
      case 'networks': {
        const all = await docker.networks.list({ signal });
        return all.map(({ name, driver, scope }) => ({ name, driver, scope }));
      }
      case 'volumes': {
        const response = await docker.request({ method: 'GET', path: '/volumes', signal });
        const body = JSON.parse(await readAll(response.stream)) as {
          Volumes?: { Name: string; Driver: string }[] | null;
        };
        return (body.Volumes ?? []).map(({ Name, Driver }) => ({ name: Name, driver: Driver }));
      }
    }
  })();
  if (json) context.printJson(rows);
  else if (rows.length === 0) context.print(`${context.t('ai.ask.none')}\n`);
  else {
    const titles = Object.keys(rows[0] ?? {}).map((key) => key.toUpperCase());
    context.print(
      tableText(
        titles,
        rows.map((row) => Object.values(row).map(printableLine)),
      ),
    );
  }
  return 0;
}

interface DiskUsage {
  readonly Images?: readonly { readonly Size: number; readonly Containers: number }[] | null;
  readonly Containers?: readonly { readonly SizeRw?: number; readonly State: string }[] | null;
  readonly Volumes?:
    | readonly { readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null }[]
    | null;
  readonly BuildCache?: readonly { readonly Size: number; readonly InUse: boolean }[] | null;
  readonly LayersSize?: number;
}

/** What Docker keeps on disk, and how much of it nothing uses, with the command that would free it. Nothing is freed here. */
async function diskUsage(context: CliContext, { json = false }: AskOptions): Promise<number> {
  const { t } = context;
  const docker = await context.docker();
  const response = await docker.request({ method: 'GET', path: '/system/df', signal: context.signal });
  const usage = JSON.parse(await readAll(response.stream)) as DiskUsage;
  const volumes = usage.Volumes ?? [];
  const stopped = (usage.Containers ?? []).filter(({ State }) => State !== 'running');
  const rows = [
    {
      kind: 'images',
      sizeBytes: usage.LayersSize ?? 0,
      unusedBytes: sum(usage.Images?.filter(({ Containers }) => Containers <= 0).map(({ Size }) => Size)),
      command: 'docker image prune -a',
    },
    {
      kind: 'containers',
      sizeBytes: sum(usage.Containers?.map(({ SizeRw = 0 }) => SizeRw)),
      unusedBytes: sum(stopped.map(({ SizeRw = 0 }) => SizeRw)),
      command: 'docker container prune',
    },
    {
      kind: 'volumes',
      sizeBytes: sum(volumes.map(({ UsageData }) => UsageData?.Size ?? 0)),
      unusedBytes: sum(volumes.map(({ UsageData }) => (UsageData?.RefCount === 0 ? UsageData.Size : 0))),
      command: 'docker volume prune',
    },
    {
      kind: 'build cache',
      sizeBytes: sum(usage.BuildCache?.map(({ Size }) => Size)),
      unusedBytes: sum(usage.BuildCache?.map(({ Size, InUse }) => (InUse ? 0 : Size))),
      command: 'docker builder prune',
    },
  ];
  if (json) {
    context.printJson(rows);
    return 0;
  }
  context.print(
    tableText(
      [t('ai.ask.kind'), t('column.size'), t('ai.ask.unused'), t('ai.ask.freedBy')],
      rows.map(({ kind, sizeBytes, unusedBytes, command }) => [
        kind,
        formatSize(sizeBytes),
        formatSize(unusedBytes),
        command,
      ]),
    ),
  );
  context.notice(t('ai.ask.pruneWarning'));
  return 0;
}

function sum(values: readonly number[] | undefined): number {
  return (values ?? []).reduce((total, value) => total + Math.max(0, value), 0);
}
