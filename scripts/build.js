// Builds what users run: dist/gantry.js and the chunks it loads on demand.
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const fresh = mkdtempSync(join(root, '.dist-'));

// Zod exports its messages in every language; ours come from the command line's own catalogues.
const withoutLocales = {
  name: 'zod without other languages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer, path }) =>
      importer.includes('/node_modules/zod/') ? { path, namespace: 'no-locales' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'no-locales' }, () => ({ contents: 'export {};' }));
  },
};

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
  chmodSync(join(fresh, 'gantry.js'), 0o755);
  if (existsSync(dist)) {
    const old = `${fresh}-old`;
    renameSync(dist, old);
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
  } else renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
