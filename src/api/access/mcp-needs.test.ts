import { describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import { servedOnBridge } from '../http/served-on-bridge.ts';
import type { McpManagement } from '../mcp/management.ts';
import { managementTable } from '../mcp/manage-routes.ts';
import { rowsOf } from './route-needs.ts';

describe('routes that manage MCP servers', () => {
  const daemon = { stopping: new AbortController().signal } as never;
  const table = managementTable({ folder: '/x' } as McpManagement, { clock: systemClock, log: silentLog, daemon });
  const routes = Object.keys(table).map((route) => route.replaceAll(/:\w+/g, 'name').split(' ') as [string, string]);

  it.each(routes)('%s %s needs admin and is not for containers', (verb, path) => {
    expect(rowsOf(verb, path)).toEqual(['admin']);
    expect(servedOnBridge(verb, path)).toBe(false);
  });
});
