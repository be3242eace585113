import type { AppError } from '#core';
import type { CatalogServer, CatalogTool, ContainerLaunch, JsonObject } from '../types.ts';
import { expandItem, type Scope } from './expand.ts';
import { checked, planBinds, planUser, type LaunchContext } from './plan-launch.ts';
import { notInCatalog } from './problems.ts';

const imageName = /^[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,511}$/;

export type ToolDecision =
  | { readonly kind: 'plan'; readonly plan: ContainerLaunch }
  | { readonly kind: 'refused'; readonly problems: readonly AppError[] };

/**
 * The container of one call of a tool that is a container itself. Templates see the call's arguments, which a model wrote: they give
 * whole items of the command and paths that the rules for binds judge, never variables, users, or images.
 */
export function planTool(
  server: CatalogServer,
  { tool, args, context }: { tool: CatalogTool; args: JsonObject; context: LaunchContext },
): ToolDecision {
  const { container } = tool;
  if (!container) return { kind: 'refused', problems: [notInCatalog(server.name, 'tool', tool.name)] };
  const problems: AppError[] = [];
  const scope: Scope = { values: args, variables: new Map(), unknown: 'keep' };
  const { binds, onHost } = planBinds(server.name, {
    volumes: container.volumes,
    scope,
    rules: context.binds,
    problems,
    foreign: true,
  });
  const command = container.command.flatMap((item) => expandItem(item, scope));
  if (command.some((item) => item.kind === 'text' && item.text.includes('\0'))) {
    problems.push(notInCatalog(server.name, 'value', 'a NUL character'));
  }
  const plan: ContainerLaunch = {
    kind: 'container',
    server: tool.name,
    image: checked(container.image, imageName, { server: server.name, field: 'image', problems }),
    command,
    env: {},
    binds,
    user: planUser(container.user, { server: server.name, scope: { ...scope, values: {} }, problems }),
    capabilities: onHost ? ['DAC_OVERRIDE'] : [],
    extraHosts: [],
    network: server.disableNetwork || context.blockNetwork ? { kind: 'none' } : { kind: 'open' },
    limits: context.limits,
    readOnlyRoot: context.readOnlyRoot,
  };
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'plan', plan };
}
