import type { EnabledServer } from '../types.ts';

/**
 * `--tools`: `*`, `tool`, `server:tool`, `server:*`, `image:tool` or `image:*`, upper and lower case alike (contract
 * mcp-toolkit §3.4). Without it the server's own list decides, exactly.
 */
export function toolFilter(
  { entry, tools }: EnabledServer,
  patterns: readonly string[] | undefined,
): (tool: string) => boolean {
  if (patterns === undefined) {
    if (tools === undefined) return () => true;
    const enabled = new Set(tools);
    return (tool) => enabled.has(tool);
  }
  const owners = [entry.name, entry.image].filter((one) => one !== undefined).map((one) => one.toLowerCase());
  const wanted = new Set(patterns.map((pattern) => pattern.trim().toLowerCase()));
  if (wanted.has('*') || owners.some((owner) => wanted.has(`${owner}:*`))) return () => true;
  return (tool) => {
    const name = tool.toLowerCase();
    return wanted.has(name) || owners.some((owner) => wanted.has(`${owner}:${name}`));
  };
}
