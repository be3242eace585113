import type { AppError } from '#core';
import type { CatalogTool, EnabledServer } from '../types.ts';
import { planLaunch, type LaunchContext } from './plan-launch.ts';
import { planTool } from './plan-tool.ts';

/** What keeps a server from being started as things are; of tools that are containers, what keeps any of them from it. */
export function launchProblems(enabled: EnabledServer, context: LaunchContext): readonly AppError[] {
  const { entry } = enabled;
  if (entry.type !== 'poci') {
    const decision = planLaunch(enabled, context);
    return decision.kind === 'refused' ? decision.problems : [];
  }
  const problems = entry.tools.flatMap((tool) => {
    if (!tool.container) return [];
    const decision = planTool(entry, { tool: withoutArguments(tool), args: {}, context });
    return decision.kind === 'refused' ? decision.problems : [];
  });
  const byText = new Map(problems.map((problem) => [problem.message, problem]));
  return [...byText.values()];
}

/** What a call's arguments decide is judged with the call. */
function withoutArguments(tool: CatalogTool): CatalogTool {
  const { container } = tool;
  const volumes = container?.volumes.filter((volume) => !volume.includes('{{')) ?? [];
  return { ...tool, container: container && { ...container, volumes } };
}
