import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildDashboard } from '../scripts/build-dashboard.js';

it('the first page of the dashboard is at most 350 kB of compressed script', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-dashboard-'));
  try {
    const { firstPageBytes } = await buildDashboard(folder, { quick: true });
    expect(firstPageBytes).toBeGreaterThan(50_000);
    expect(firstPageBytes).toBeLessThanOrEqual(350_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
