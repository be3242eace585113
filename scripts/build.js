// Builds what users run: dist/gantry.js with the chunks it loads on demand, and the web page in dist/dashboard/.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildDashboard } from './build-dashboard.js';
import { withoutLocales } from './zod-locales.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const fresh = mkdtempSync(join(root, '.dist-'));

try {
  await build({
    plugins: [withoutLocales],
    entryPoints: { gantry: join(root, 'src/main.ts') },
    outdir: fresh,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.20',
    chunkNames: 'chunks/[name]-[hash]',
    // Native code and WebAssembly are loaded from where npm put them.
    external: ['@napi-rs/keyring', 'node-sqlite3-wasm'],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    // Its main file hides its parts from bundlers.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    logLevel: 'warning',
    banner: {
      // CommonJS dependencies inside an ES module bundle call require() for Node's own modules.
      js: "import { createRequire as gantryRequire } from 'node:module'; const require = gantryRequire(import.meta.url);",
    },
  });
  await buildDashboard(join(fresh, 'dashboard'));
  chmodSync(join(fresh, 'gantry.js'), 0o755);
  // The assistant looks things up in them.
  mkdirSync(join(fresh, 'docs'));
  for (const name of readdirSync(join(root, 'docs')).filter((one) => one.endsWith('.md'))) {
    copyFileSync(join(root, 'docs', name), join(fresh, 'docs', name));
  }
  if (existsSync(dist)) {
    const old = `${fresh}-old`;
    renameSync(dist, old);
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
  } else renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
