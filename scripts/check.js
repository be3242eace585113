// The one gate: format, lint, types, dead code, build, tests. Ends with `N passed, N failed, N skipped`, each of the first five counted as one.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const scratch = mkdtempSync(join(tmpdir(), 'gantry-check-'));
const summary = join(scratch, 'summary.json');

const gates = [
  { name: 'format', command: bin('oxfmt'), args: ['--check', '.'] },
  { name: 'lint', command: bin('oxlint'), args: ['-c', 'oxlint.config.mjs'] },
  { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
  { name: 'dead code', command: bin('knip'), args: [] },
  { name: 'build', command: process.execPath, args: [join('scripts', 'build.js')] },
];

function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const { name, command, args } of gates) {
  const startedAt = Date.now();
  const code = await run(command, args);
  totals[code === 0 ? 'passed' : 'failed'] += 1;
  process.stdout.write(
    `== ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`,
  );
}

const code = await run(bin('vitest'), ['run', '--reporter=default', '--reporter=./scripts/reporter.js'], {
  GANTRY_TEST_SUMMARY: summary,
});
try {
  const { passed, failed, skipped } = JSON.parse(readFileSync(summary, 'utf8'));
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  // Errors outside any test (an unhandled rejection, a file that does not load) fail the run as well.
  if (code !== 0 && failed === 0) totals.failed += 1;
} catch (error) {
  process.stderr.write(`The test run left no summary: ${error.message}\n`);
  totals.failed += 1;
}
rmSync(scratch, { recursive: true, force: true });

process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;
