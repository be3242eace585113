import { AppError, type ErrorCode } from '#core';
import type { ProgressLine } from '#contract';
import type { CliContext } from '../context.ts';
import { splitLines } from '../client/lines.ts';
import { parseAnswer } from '../client/read.ts';
import { wentAway, type DaemonResponse } from '../client/http.ts';
import { isErrorCode } from '../exit-codes.ts';
import { statusText, warningText } from '#texts';
import { printableLine } from '../output/printable.ts';
import { createProgressReport } from './report.ts';

export interface Followed {
  /** What the model is called in the store. */
  readonly tag: string | undefined;
  /** Of a model that was loaded or packaged. */
  readonly id: string | undefined;
  readonly message: string;
  readonly warnings: readonly { code: string | undefined; message: string }[];
}

/** Shows progress lines on standard error until the one that says success. @throws AppError of an `error` line */
export async function followProgress(
  response: DaemonResponse,
  context: CliContext,
  { path, label }: { path: string; label: string },
): Promise<Followed> {
  const { t, language } = context;
  const { progressLine } = await import('#contract');
  const report = createProgressReport({ output: context.stderr, clock: context.clock, t, label });
  const warnings: { code: string | undefined; message: string }[] = [];
  try {
    for await (const text of splitLines(response.text)) {
      const line: ProgressLine = parseAnswer(unescapeHtml(text), progressLine, { path, t });
      if (line.type === 'error') throw errorOf(line);
      if (line.type === 'success') return { tag: line.tag, id: line.id, message: line.message, warnings };
      if (line.type === 'warning') {
        warnings.push({ code: line.code, message: line.message });
        report.say(t('warning.label', { message: printableLine(warningText(line, language)) }));
      } else if (line.layer && line.layer.size > 0) report.add(line);
      else if (line.message !== '') report.say(printableLine(statusText(line.message, language)));
    }
    throw wentAway(t);
  } finally {
    report.end();
  }
}

function errorOf(line: ProgressLine): AppError {
  const code: ErrorCode = line.code !== undefined && isErrorCode(line.code) ? line.code : 'internal';
  return new AppError(code, line.message, { hint: line.hint, params: line.params });
}

// docker/model-runner escapes its lines for HTML (contract model-runner §2.4); ours never begin so.
function unescapeHtml(text: string): string {
  if (!text.startsWith('{&#34;')) return text;
  return text
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
