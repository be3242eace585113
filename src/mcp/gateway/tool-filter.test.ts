import { describe, expect, it } from 'vitest';
import { enabledServer } from './testing/gateway-world.ts';
import { toolFilter } from './tool-filter.ts';

const server = enabledServer('GitHub', { image: 'mcp/github' });

describe('which tools of a server may be used', () => {
  it.each([
    [['*'], true],
    [['search'], true],
    [['SEARCH'], true],
    [['github:search'], true],
    [['github:*'], true],
    [['mcp/github:search'], true],
    [['mcp/github:*'], true],
    [['github:other'], false],
    [['notion:*'], false],
    [[], false],
  ])('--tools %j: %s', (patterns, isEnabled) => {
    expect(toolFilter(server, patterns)('search')).toBe(isEnabled);
  });

  it('is what its own lists say, where the command line says nothing', () => {
    expect(toolFilter(server, undefined)('search')).toBe(true);
    expect(toolFilter({ ...server, tools: ['search'] }, undefined)('Search')).toBe(false);
    expect(toolFilter({ ...server, tools: [] }, undefined)('search')).toBe(false);
    expect(toolFilter({ ...server, tools: ['search'], disabledTools: ['search'] }, undefined)('search')).toBe(false);
    expect(toolFilter({ ...server, tools: [] }, ['*'])('search')).toBe(true);
  });
});
