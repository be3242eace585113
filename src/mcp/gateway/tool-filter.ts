import type { EnabledServer } from '../types.ts';

/**
 * `--tools`: `*`, `tool`, `server:tool`, `server:*`, `image:tool` or `image:*`, upper and lower case alike (contract
 * mcp-toolkit §3.4). Without it the server's own lists decide, exactly.
 */
export function toolFilter(
  { entry, tools, disabledTools }: EnabledServer,
  patterns: readonly string[] | undefined,
): (tool: string) => boolean {
  if (patterns === undefined) {
    const enabled = tools && new Set(tools);
    const disabled = new Set(disabledTools);
    return (tool) => (enabled === undefined || enabled.has(tool)) && !disabled.has(tool);
  }
  const owners = [entry.name, entry.image].filter((one) => one !== undefined).map((one) => one.toLowerCase());
  const wanted = new Set(patterns.map((pattern) => pattern.trim().toLowerCase()));
  if (wanted.has('*') || owners.some((owner) => wanted.has(`${owner}:*`))) return () => true;
  return (tool) => {
    const name = tool.toLowerCase();
    return wanted.has(name) || owners.some((owner) => wanted.has(`${owner}:${name}`));
  };
}
