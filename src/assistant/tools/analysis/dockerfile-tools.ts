import { posix } from 'node:path';
import { AppError } from '#core';
import { z } from 'zod';
import {
  bySeverity,
  configFileName,
  detectLanguage,
  dimensionIds,
  findingText,
  fixDockerfile,
  generateFor,
  labels,
  maxSourceBytes,
  projectFileName,
  rateDockerfile,
  readRatingConfig,
  type RateOptions,
  type Rating,
} from '#dockerfile';
import { assess, defineTool, ownWords, untrusted, type GroupedTool } from '../define-tool.ts';
import { listFiles } from '../files/list-files.ts';
import { readContent, readText } from '../files/read-file.ts';
import { diffOf, planWrite, type WriteToolDeps } from '../files/write-tools.ts';
import type { WorkingFolder } from '../files/working-folder.ts';
import type { Language } from '../titles.ts';
import { projectContext } from './project-context.ts';

export interface DockerfileToolDeps extends WriteToolDeps {
  readonly language: () => Language;
}

const path = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .describe('Dockerfile, from the working directory; ./Dockerfile when left out');

export function dockerfileTools(deps: DockerfileToolDeps): readonly GroupedTool[] {
  const { folder, title, language } = deps;
  return [
    defineTool({
      name: 'rate_dockerfile',
      group: 'analysis',
      description:
        'Rates a Dockerfile by fixed rules: a score for each dimension, and findings with line, reason and fix.',
      args: z.object({ path }),
      readsOnly: true,
      async plan({ path: asked = 'Dockerfile' }) {
        const place = await folder.locate(asked);
        return {
          assessment: assess('R1'),
          targets: [place.path],
          title: title('analysis.rate', { path: asked }),
          async run({ signal }) {
            const source = await readText(folder, place, { maxBytes: maxSourceBytes });
            const options = await optionsFor(folder, place.path, signal);
            return untrusted(ratingText(place.path, rateDockerfile(source, options), language()));
          },
        };
      },
    }),
    defineTool({
      name: 'fix_dockerfile',
      group: 'analysis',
      description: 'Applies the fixes of a Dockerfile that are safe. Without write it only shows what would change.',
      args: z.object({ path, write: z.boolean().optional() }),
      async plan({ path: asked = 'Dockerfile', write = false }, { signal }) {
        const place = await folder.locate(asked);
        const source = await readText(folder, place, { maxBytes: maxSourceBytes });
        const fixed = fixDockerfile(source, await optionsFor(folder, place.path, signal));
        const summary = [
          `${fixed.applied.length} fixes, score ${fixed.before.score} ${fixed.before.grade} -> ${fixed.after.score} ${fixed.after.grade}`,
          ...fixed.applied.map((one) => `${one.id} line ${one.line}: ${findingText(one, language()).title}`),
        ].join('\n');
        if (!write) {
          const diff = diffOf(place.path, source, fixed.source);
          return {
            assessment: assess('R1'),
            targets: [place.path],
            title: title('analysis.fixPreview', { path: asked }),
            run: async () =>
              untrusted(diff === '' ? `Nothing in ${place.path} can be fixed safely.` : `${summary}\n\n${diff}`),
          };
        }
        const plan = await planWrite(deps, asked, () => fixed.source);
        return {
          ...plan,
          title: title('analysis.fix', { path: asked }),
          // What is written comes from the rules, whatever anybody said.
          words: [asked],
          run: async (options) => ownWords(`${(await plan.run(options)).text}\n${summary}`),
        };
      },
    }),
    generateTool(deps),
  ];
}

const parts = ['Dockerfile', '.dockerignore', 'compose.yaml'] as const;

function generateTool(deps: DockerfileToolDeps): GroupedTool {
  const { folder, title } = deps;
  return defineTool({
    name: 'generate_project_files',
    group: 'analysis',
    description:
      'Makes a Dockerfile, .dockerignore or compose.yaml that fits the project. Without write it only shows it. One file a call.',
    args: z.object({
      file: z.enum(parts),
      folder: z.string().min(1).max(4096).optional(),
      write: z.boolean().optional(),
      replace: z.boolean().optional().describe('Also when there is one already'),
    }),
    async plan({ file, folder: asked = '.', write = false, replace = false }, { signal }) {
      const base = await folder.locate(asked);
      const made = await generated(folder, base.path, signal);
      const text = { Dockerfile: made.dockerfile, '.dockerignore': made.dockerignore, 'compose.yaml': made.compose }[
        file
      ];
      const target = posix.join(asked, file);
      const summary = `${file} for a ${made.language} project, rated ${made.rating.score} ${made.rating.grade}`;
      if (!write) {
        return {
          assessment: assess('R1'),
          targets: [target],
          title: title('analysis.generate', { path: target }),
          run: async () => untrusted(`${summary}\n\n${text}`),
        };
      }
      const place = await folder.locate(target);
      if (place.exists && !replace) {
        throw new AppError('install.conflict', `There is a file ${target} already.`, {
          hint: 'Set replace to put the new one in its place.',
          params: { reason: 'exists', path: target },
        });
      }
      const plan = await planWrite(deps, target, () => text);
      return {
        ...plan,
        words: [target],
        run: async (options) => ownWords(`${(await plan.run(options)).text} ${summary}.`),
      };
    },
  });
}

async function generated(folder: WorkingFolder, base: string, signal: AbortSignal) {
  const { files } = await listFiles(folder, { path: base, exists: true }, { signal, depth: 3, maxEntries: 2000 });
  const inner = (path: string): string => (base === '' ? path : path.slice(base.length + 1));
  const texts: Record<string, string> = {};
  for (const { path: one, kind } of files) {
    const name = inner(one);
    if (kind !== 'file' || name.includes('/') || !projectFileName.test(name)) continue;
    const content = await readContent(folder, { path: one, exists: true }, { maxBytes: 256 * 1024 }).catch(
      () => undefined,
    );
    if (content) texts[name] = content.bytes.toString('utf8');
  }
  const project = { paths: files.map(({ path: one }) => inner(one)), texts };
  const language = detectLanguage(project);
  if (language === undefined) {
    throw new AppError('request.invalid', 'The language of the project cannot be told from its files.', {
      hint: 'Look at the files and write the Dockerfile with write_file.',
      params: { reason: 'project_language' },
    });
  }
  return generateFor(language, project);
}

async function optionsFor(folder: WorkingFolder, dockerfile: string, signal: AbortSignal): Promise<RateOptions> {
  const context = await projectContext(folder, dockerfile, { signal });
  for (let above = posix.dirname(dockerfile); ; above = posix.dirname(above)) {
    const place = { path: above === '.' ? configFileName : `${above}/${configFileName}`, exists: true };
    const config = await readContent(folder, place, { maxBytes: 256 * 1024 }).catch(() => undefined);
    if (config) {
      const { options } = await readRatingConfig(config.bytes.toString('utf8'), place.path);
      return { ...options, context };
    }
    if (above === '.') return { context };
  }
}

const mostFindings = 60;

function ratingText(name: string, rating: Rating, language: Language): string {
  const words = labels[language];
  const scores = dimensionIds.map((id) => `${id} ${rating.dimensions[id] ?? words.notApplicable}`);
  const findings = bySeverity(rating.findings);
  const lines = findings.slice(0, mostFindings).flatMap((finding) => {
    const { title, fix } = findingText(finding, language);
    return [
      `${finding.severity} ${finding.id} line ${finding.line}: ${title}`,
      `  at: ${finding.evidence}`,
      `  fix (${finding.fix}): ${fix}`,
    ];
  });
  const more = findings.length - mostFindings;
  return [
    `${name}: score ${rating.score} of 100, grade ${rating.grade}`,
    scores.join(', '),
    `${rating.findings.length} findings`,
    ...lines,
    ...(more > 0 ? [`(${more} more are not shown)`] : []),
  ].join('\n');
}
