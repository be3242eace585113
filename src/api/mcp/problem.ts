import type { McpProblem } from '#contract';
import type { AppError } from '#core';

/** An error as news about something else. */
export function problemOf({
  code,
  message,
  hint,
  params,
}: Pick<AppError, 'code' | 'message' | 'hint' | 'params'>): McpProblem {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(Object.keys(params).length === 0 ? {} : { params: { ...params } }),
  };
}
