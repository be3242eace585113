import { version, writeFileAtomic } from '#core';
import {
  htmlReport,
  jsonReport,
  junitReport,
  markdownReport,
  rateDockerfile,
  sarifReport,
  type FileReport,
  type Rendering,
} from '#dockerfile';
import type { CliContext } from '../../context.ts';
import { failSeverities, type FailSeverity, type RateFormat } from '../../dockerfile/choices.ts';
import { loadDockerfiles } from '../../dockerfile/load.ts';
import { terminalReport } from '../../dockerfile/terminal.ts';
import { exitCodes } from '../../exit-codes.ts';
import { colorsWanted, type ColorChoice } from '../../output/colors.ts';
import { jsonText } from '../../output/json.ts';

export interface RateCommandOptions {
  readonly format?: RateFormat;
  readonly json?: boolean;
  readonly output?: string;
  readonly failUnder?: number;
  readonly failOn?: FailSeverity;
  readonly context?: string;
  readonly config?: string;
  readonly explain?: boolean;
  readonly color?: ColorChoice;
}

/** Rates Dockerfiles in this process: neither daemon nor Engine nor model is asked. */
export async function rate(
  context: CliContext,
  paths: readonly string[],
  options: RateCommandOptions,
): Promise<number> {
  const reports: FileReport[] = [];
  let fails = false;
  for await (const { path, source, context: project, config } of loadDockerfiles(context, paths, options)) {
    const rating = rateDockerfile(source, { ...config.options, context: project });
    reports.push({ path, rating });
    const least = options.failUnder ?? config.failUnder;
    if (least !== undefined && rating.score < least) fails = true;
    if (
      options.failOn !== undefined &&
      rating.findings.some(({ severity }) => isAsBad(severity, options.failOn ?? 'error'))
    )
      fails = true;
  }
  const text = render(context, reports, options);
  if (options.output === undefined) context.print(text);
  else await writeFileAtomic(options.output, text);
  return fails ? exitCodes.unexpected : exitCodes.ok;
}

function isAsBad(severity: FailSeverity, least: FailSeverity): boolean {
  return failSeverities.indexOf(severity) <= failSeverities.indexOf(least);
}

function render(context: CliContext, reports: readonly FileReport[], options: RateCommandOptions): string {
  const { language, stdout, env } = context;
  const rendering: Rendering = { language, version };
  switch (options.json ? 'json' : (options.format ?? 'text')) {
    case 'json':
      return jsonText(jsonReport(reports, rendering));
    case 'sarif':
      return jsonText(sarifReport(reports, rendering));
    case 'junit':
      return junitReport(reports, rendering);
    case 'markdown':
      return markdownReport(reports, rendering);
    case 'html':
      return htmlReport(reports, rendering);
    case 'text': {
      const colors = options.output === undefined && colorsWanted(stdout, env, options.color);
      const columns = stdout.columns ?? 100;
      return reports
        .map((report) => terminalReport(report, { language, colors, columns, explains: options.explain === true }))
        .join('\n');
    }
  }
}
