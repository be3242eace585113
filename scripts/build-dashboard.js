// Builds the web page: dist/dashboard/manifest.json and, beside it in assets/, what it names.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';
import { withoutLocales } from './zod-locales.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const types = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};
const deflate = { br: promisify(brotliCompress), gzip: promisify(gzip) };

// Importing a file of ours does nothing by itself, so what a page does not use of another folder is left out.
const onlyWhatIsUsed = {
  name: 'no effects on import',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(?:#|\.)/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'resolving' || !from.importer.startsWith(join(root, 'src'))) return undefined;
      const found = await resolve(path, { ...from, pluginData: 'resolving' });
      return found.errors.length > 0 ? found : { ...found, sideEffects: false };
    });
  },
};

/**
 * @param {string} outdir
 * @param {{ quick?: boolean }} [options] quick: for tests, without brotli
 * @returns {Promise<{ firstPageBytes: number, files: Record<string, number> }>} gzipped
 */
export async function buildDashboard(outdir, { quick = false } = {}) {
  const assets = join(outdir, 'assets');
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const { outputFiles, metafile } = await build({
    plugins: [withoutLocales, onlyWhatIsUsed],
    entryPoints: { main: join(root, 'src/dashboard/ui/main.tsx'), icon: join(root, 'src/dashboard/ui/icon.svg') },
    absWorkingDir: root,
    outdir: assets,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    loader: { '.svg': 'copy', '.css': 'text' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"' },
    // The page's policy forbids functions made of text, which zod would try.
    banner: { js: 'globalThis.__zod_globalConfig ??= { jitless: true };' },
    legalComments: 'linked',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const files = {};
  const gzipped = {};
  for (const { path, contents } of outputFiles) {
    // Licences of what is bundled; the script names them by their file name.
    const name = basename(path);
    const type = types[extname(name)] ?? 'application/octet-stream';
    const encodings =
      /\.(?:js|css|svg)$/.test(name) && contents.length > 1000 ? (quick ? ['gzip'] : ['br', 'gzip']) : [];
    writeFileSync(join(assets, name), contents);
    for (const encoding of encodings) {
      const options = encoding === 'br' ? { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } } : { level: 9 };
      const packed = await deflate[encoding](contents, options);
      writeFileSync(join(assets, name + (encoding === 'br' ? '.br' : '.gz')), packed);
      if (encoding === 'gzip') gzipped[name] = packed.length;
    }
    files[name] = { type, encodings };
  }
  const { entry, first } = firstPage(metafile.outputs);
  const icon = Object.keys(files).find((name) => name.startsWith('icon-')) ?? '';
  const page = readFileSync(join(root, 'src/dashboard/ui/index.html'), 'utf8')
    .replaceAll('{{icon}}', `/dashboard/assets/${icon}`)
    .replaceAll('{{script}}', `/dashboard/assets/${entry}`)
    .replace(
      '{{preload}}',
      first.map((name) => `<link rel="modulepreload" href="/dashboard/assets/${name}" />`).join(''),
    );
  writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ page, files }));
  const firstPageBytes = [entry, ...first].reduce((sum, name) => sum + (gzipped[name] ?? 0), 0);
  return { firstPageBytes, files: gzipped };
}

/** What the browser loads before anything is shown: the entry, what it imports, and the page that is opened first. */
function firstPage(outputs) {
  const names = new Map(Object.entries(outputs).map(([path, facts]) => [basename(path), facts]));
  const entry = [...names].find(([, facts]) => facts.entryPoint?.endsWith('ui/main.tsx'))?.[0] ?? '';
  const seen = new Set([entry]);
  const overview = [...names].find(([, facts]) => facts.entryPoint?.endsWith('pages/overview/page.tsx'))?.[0];
  if (overview) seen.add(overview);
  for (const name of seen) {
    for (const { path, kind } of names.get(name)?.imports ?? []) {
      if (kind === 'import-statement') seen.add(basename(path));
    }
  }
  seen.delete(entry);
  return { entry, first: [...seen] };
}
