import { isAbsolute, join, relative, sep } from 'node:path';
import type { Facts, FactOffer, FactsPort, Intent } from '#assistant';
import type { CliContext } from '../context.ts';
import type { MessageKey } from '../messages/translate.ts';
import { usageError } from '../usage-error.ts';
import { detachedContext, type FactsHost } from './detached-context.ts';

/** The facts of the analysers, with the sentences and the JSON of their commands. */
export function createFactsFinder(host: FactsHost): FactsPort {
  return {
    async of(intent, { workingDirectory, language, signal }) {
      const context = await detachedContext(host, { language, signal });
      const { kind } = intent;
      return { kind, title: context.t(titles[kind]), offers: [], ...(await find(intent, context, workingDirectory)) };
    },
  };
}

const titles = {
  rate: 'ai.facts.rate',
  fix: 'ai.facts.fix',
  generate: 'ai.facts.generate',
  why: 'ai.facts.why',
  run: 'ai.facts.run',
  scan: 'ai.facts.scan',
  doctor: 'ai.facts.doctor',
  disk: 'ai.facts.disk',
  containers: 'ai.facts.containers',
  images: 'ai.facts.images',
  volumes: 'ai.facts.volumes',
  networks: 'ai.facts.networks',
  models: 'ai.facts.models',
  capabilities: 'ai.facts.capabilities',
} as const satisfies Record<Facts['kind'], MessageKey>;

interface Found {
  readonly title?: string;
  readonly markdown: string;
  readonly data: unknown;
  readonly offers?: readonly FactOffer[];
}

async function find(intent: Intent, context: CliContext, workingDirectory: string): Promise<Found> {
  const { t } = context;
  switch (intent.kind) {
    case 'rate':
    case 'fix':
      return await dockerfileFacts(context, { fixes: intent.kind === 'fix', path: intent.path, workingDirectory });
    case 'generate':
      return await generatedFacts(context, { path: intent.path, workingDirectory });
    case 'why':
      return await whyFacts(context, intent.container);
    case 'doctor': {
      const { examineEngine, reportJson, reportText } = await import('../commands/ai/doctor.ts');
      const report = await examineEngine(context);
      return { markdown: block(await reportText(report, context)), data: await reportJson(report, context) };
    }
    case 'run':
      if (intent.image === undefined) throw usageError(t('ai.ask.whichImage'));
      return await runFacts(context, intent.image);
    case 'scan':
      if (intent.image === undefined) throw usageError(t('ai.ask.whichImage'));
      return await scanFacts(context, intent.image);
    case 'disk': {
      const { diskRows, diskText } = await import('../commands/ai/engine-lists.ts');
      const rows = await diskRows(context);
      return { markdown: `${block(diskText(rows, context))}\n${t('ai.ask.pruneWarning')}\n`, data: rows };
    }
    case 'containers':
    case 'images':
    case 'volumes':
    case 'networks': {
      const { listText, rowsOf } = await import('../commands/ai/engine-lists.ts');
      const rows = await rowsOf(context, intent.kind);
      return { markdown: block(listText(rows, context)), data: rows };
    }
    case 'models': {
      const { modelsText } = await import('../commands/list.ts');
      const models = await (await context.daemon()).json({ path: '/models' }, (contract) => contract.modelListBody);
      return { markdown: block(modelsText(models, context)), data: models };
    }
    case 'capabilities': {
      const { capabilities } = await import('../commands/ai/ask.ts');
      const text = capabilities(context);
      return { markdown: block(text), data: {} };
    }
  }
}

async function dockerfileFacts(
  context: CliContext,
  { fixes, path = '.', workingDirectory }: { fixes: boolean; path: string | undefined; workingDirectory: string },
): Promise<Found> {
  const { fixDockerfile, jsonReport, markdownReport, rateDockerfile, unifiedDiff } = await import('#dockerfile');
  const { loadDockerfiles } = await import('../dockerfile/load.ts');
  const { version } = await import('#core');
  const { language, t } = context;
  const all = [];
  for await (const loaded of loadDockerfiles(context, [join(workingDirectory, within(path))], {})) {
    const name = shown(loaded.file ?? loaded.path, workingDirectory);
    const options = { ...loaded.config.options, context: loaded.context };
    all.push({ name, source: loaded.source, options });
  }
  const rendering = { language, version };
  if (!fixes) {
    const reports = all.map(({ name, source, options }) => ({ path: name, rating: rateDockerfile(source, options) }));
    return { markdown: markdownReport(reports, rendering), data: jsonReport(reports, rendering) };
  }
  const fixed = all.map(({ name, source, options }) => ({ name, source, result: fixDockerfile(source, options) }));
  const changed = fixed.filter(({ source, result }) => result.source !== source);
  const parts = fixed.map(({ name, source, result }) => {
    if (result.source === source) return t('ai.fix.nothing', { path: name });
    const points = {
      path: name,
      count: result.applied.length,
      before: `${result.before.score} ${result.before.grade}`,
      after: `${result.after.score} ${result.after.grade}`,
    };
    return `${t('ai.fix.points', points)}\n\n${block(unifiedDiff(name, source, result.source), 'diff')}`;
  });
  return {
    markdown: `${parts.join('\n\n')}\n`,
    data: fixed.map(({ name, source, result }) => ({
      path: name,
      diff: unifiedDiff(name, source, result.source),
      applied: result.applied.map(({ id, line }) => ({ id, line })),
      before: { score: result.before.score, grade: result.before.grade },
      after: { score: result.after.score, grade: result.after.grade },
    })),
    offers: changed.map(({ name }) => ({ tool: 'fix_dockerfile', args: { path: name, write: true } })),
  };
}

async function generatedFacts(
  context: CliContext,
  { path = '.', workingDirectory }: { path: string | undefined; workingDirectory: string },
): Promise<Found> {
  const { t } = context;
  const { detectLanguage, generateFor, readProject } = await import('#dockerfile');
  const files = await readProject(join(workingDirectory, within(path)));
  const language = detectLanguage(files);
  if (language === undefined)
    throw usageError(t('ai.generate.unknown', { path }), { hint: t('ai.generate.unknownHint') });
  const made = generateFor(language, files);
  const { score, grade } = made.rating;
  const wanted = { Dockerfile: made.dockerfile, '.dockerignore': made.dockerignore, 'compose.yaml': made.compose };
  const missing = Object.keys(wanted).filter((name) => !files.paths.includes(name));
  const parts = Object.entries(wanted).map(([name, text]) => `\`${name}\`\n\n${block(text)}`);
  return {
    markdown: `${t('ai.generate.made', { language, score, grade })}\n\n${parts.join('\n')}`,
    data: { language, score, grade, files: wanted },
    offers: missing.map((file) => ({
      tool: 'generate_project_files',
      args: { file, write: true, ...(path !== '.' && { folder: path }) },
    })),
  };
}

async function whyFacts(context: CliContext, container: string | undefined): Promise<Found> {
  const { diagnosisOf } = await import('../commands/ai/why.ts');
  const { diagnosisJson, diagnosisText } = await import('../commands/ai/diagnosis-text.ts');
  const { obstacleOf } = await import('#diagnosis');
  const diagnosis = await diagnosisOf(context, container);
  const fix = diagnosis.causes[0]?.fixes[0];
  const canApply =
    diagnosis.verdict === 'cause_found' &&
    fix !== undefined &&
    fix.commands.length > 0 &&
    [undefined, 'compose'].includes(obstacleOf(fix));
  return {
    markdown: block(await diagnosisText(diagnosis, { context, all: false })),
    data: await diagnosisJson(diagnosis, context),
    offers: canApply ? [{ tool: 'apply_fix', args: { container: diagnosis.target } }] : [],
  };
}

async function runFacts(context: CliContext, image: string): Promise<Found> {
  const { gatherFacts, makeRecipe } = await import('#images');
  const { recipeText } = await import('../commands/ai/recipe-text.ts');
  const { recipeJson } = await import('../commands/ai/run-image.ts');
  const facts = await gatherFacts(await context.docker(), image, { signal: context.signal });
  const recipe = makeRecipe(image, facts, {});
  return {
    markdown: block(await recipeText(recipe, context)),
    data: await recipeJson(recipe),
    offers: recipe.interactive ? [] : [{ tool: 'run_container', args: { image } }],
  };
}

const mostRows = 200;

async function scanFacts(context: CliContext, image: string): Promise<Found> {
  const { makeReport } = await import('../commands/ai/scan.ts');
  const { scanText } = await import('../commands/ai/scan-text.ts');
  const report = await makeReport(context, image, {});
  const { inventory, vulnerabilities, updates } = report;
  return {
    markdown: block(await scanText(report, context)),
    // An image may hold ten thousand packages; `gantry ai scan --json` lists them.
    data: {
      image,
      digest: report.digest,
      os: inventory.os ?? null,
      sizeBytes: inventory.sizeBytes,
      wastedBytes: inventory.wastedBytes,
      packages: inventory.packages.length,
      secrets: inventory.secrets.slice(0, mostRows),
      audit: report.audit,
      updates: updates.state === 'known' ? { ...updates, updates: updates.updates.slice(0, mostRows) } : updates,
      vulnerabilities:
        vulnerabilities.state === 'known'
          ? { ...vulnerabilities, vulnerabilities: vulnerabilities.vulnerabilities.slice(0, mostRows) }
          : vulnerabilities,
    },
  };
}

/** A question names what lies in its folder; an absolute path is taken as one below it. */
function within(path: string): string {
  return isAbsolute(path) ? `.${path}` : path;
}

function shown(file: string, workingDirectory: string): string {
  const path = relative(workingDirectory, file);
  return (path.startsWith('..') ? file : path).split(sep).join('/');
}

/** Text as it is, whatever stands in it. */
function block(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
}
