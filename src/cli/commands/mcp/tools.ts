import { readFile } from 'node:fs/promises';
import type { Tool } from '@modelcontextprotocol/client';
import { AppError, closest, errorCodeOf, formatGoDuration } from '#core';
import type { JsonObject } from '#mcp';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { columnTitles } from '../../plugin/docker-titles.ts';
import { usageError } from '../../usage-error.ts';
import { gatewayArguments } from './gateway-arguments.ts';
import { openGateway, type GatewaySession } from './gateway-session.ts';
import { formatOf, printResult, type FormatOptions } from './format.ts';
import { isObject, parseJson, toolArguments } from './tool-arguments.ts';
import { inputSchemaOf, resultText, toolListText, toolText } from './tool-text.ts';

export interface ToolsFlags extends FormatOptions {
  readonly gatewayArg?: readonly string[];
  readonly profile?: string;
  readonly verbose?: boolean;
  readonly version?: '2';
}

export interface CallFlags extends ToolsFlags {
  readonly argsJson?: string;
}

export async function listTools(context: CliContext, flags: ToolsFlags): Promise<number> {
  await using session = await openFor(context, flags);
  const tools = await session.tools();
  return await printResult(context, flags, { value: tools, human: () => toolListText(tools, columnTitles(context)) });
}

export async function countTools(context: CliContext, flags: ToolsFlags): Promise<number> {
  await using session = await openFor(context, flags);
  const count = (await session.tools()).length;
  return await printResult(context, flags, {
    value: { count },
    human: () => `${columnTitles(context)('mcp.tools.count', { n: count })}\n`,
  });
}

export async function inspectTool(context: CliContext, name: string, flags: ToolsFlags): Promise<number> {
  await using session = await openFor(context, flags);
  const tool = toolNamed(await session.tools(), name);
  return await printResult(context, flags, { value: tool, human: () => toolText(tool, context.t) });
}

export async function callTool(
  context: CliContext,
  { name, words, server }: { name: string; words: readonly string[]; server?: string },
  flags: CallFlags,
): Promise<number> {
  const { t, calledAs, clock } = context;
  // Read first: what is wrong with it need not wait for a gateway.
  const base = await baseArguments(context, flags.argsJson);
  await using session = await openFor(context, flags);
  const tools = await session.tools();
  const args = server === undefined ? toolArguments({ words, base }, inputSchemaOf(toolNamed(tools, name)), t) : base;
  const beganAt = clock.monotonic();
  const result = await session.call(name, args, { server });
  const took = columnTitles(context)('mcp.tools.took', {
    duration: formatGoDuration(Math.round(clock.monotonic() - beganAt)),
  });
  const isHuman = formatOf(flags, context) === 'human';
  if (!isHuman) await printResult(context, flags, { value: result, human: () => '' });
  else {
    // Scripts around `docker mcp` find it in front of the result.
    if (calledAs.style === 'docker') context.print(`${took}\n`);
    if (!result.isError) context.print(resultText(result));
    if (calledAs.style !== 'docker') context.notice(took);
  }
  if (!result.isError) return exitCodes.ok;
  if (isHuman) context.notice(t('mcp.tools.failed', { name, message: resultText(result).trimEnd() }));
  return exitCodes.unexpected;
}

async function openFor(context: CliContext, flags: ToolsFlags): Promise<GatewaySession> {
  const { gatewayArg = [], profile, verbose = false } = flags;
  return await openGateway(context, { profile, args: gatewayArguments(gatewayArg), verbose });
}

function toolNamed(tools: readonly Tool[], name: string): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const near = closest(
    name,
    tools.map((tool) => tool.name),
  );
  throw new AppError('mcp.tool_not_found', `There is no tool "${name}".`, {
    hint: near === undefined ? 'See which there are: gantry mcp tools ls' : `Did you mean ${near}?`,
    params: { name },
  });
}

/** `--args-json`: an object, `@FILE` that holds one, or `-` for standard input. */
async function baseArguments(context: CliContext, argsJson: string | undefined): Promise<JsonObject> {
  const { t } = context;
  if (argsJson === undefined) return {};
  const text = await textOf(context, argsJson);
  const value = parseJson(text, { what: '--args-json', t });
  if (!isObject(value)) throw usageError(t('mcp.tools.noObject', { what: '--args-json' }));
  return value;
}

async function textOf({ stdin, t }: CliContext, argsJson: string): Promise<string> {
  if (argsJson === '-') {
    let text = '';
    for await (const chunk of stdin) text += chunk.toString();
    return text;
  }
  if (!argsJson.startsWith('@')) return argsJson;
  const file = argsJson.slice(1);
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw usageError(t('mcp.tools.unreadable', { file, reason: errorCodeOf(error) ?? String(error) }));
  });
}
