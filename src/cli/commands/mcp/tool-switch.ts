import type { CliContext } from '../../context.ts';
import { printResult, type FormatOptions } from './format.ts';
import { profilesHere } from './state-here.ts';

export interface SwitchFlags extends FormatOptions {
  readonly server?: string;
  readonly profile?: string;
}

/** `tools enable` and `tools disable` of older toolkits: names without their server, in the default profile. */
export async function switchToolNames(
  context: CliContext,
  { names, isOn }: { names: readonly string[]; isOn: boolean },
  flags: SwitchFlags,
): Promise<number> {
  const { t } = context;
  const { defaultProfile, serverWithTool, switchTools } = await import('#mcp');
  const id = flags.profile ?? defaultProfile;
  const switched: { server: string; tool: string }[] = [];
  await (
    await profilesHere(context)
  ).update(
    id,
    (profile) => {
      const tools = names.map((tool) => ({ server: flags.server ?? serverWithTool(profile, tool), tool }));
      switched.push(...tools);
      const full = tools.map(({ server, tool }) => `${server}.${tool}`);
      return switchTools(profile, {
        enable: isOn ? full : [],
        disable: isOn ? [] : full,
        enableAll: [],
        disableAll: [],
      });
    },
    { create: id === defaultProfile },
  );
  const text = isOn ? 'mcp.toolSwitch.enabled' : 'mcp.toolSwitch.disabled';
  return await printResult(context, flags, {
    value: { profile: id, enabled: isOn, tools: switched },
    human: () => switched.map(({ server, tool }) => `${t(text, { server, name: tool })}\n`).join(''),
  });
}
