// Zod exports its messages in every language; ours come from our own catalogues.
export const withoutLocales = {
  name: 'zod without other languages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer, path }) =>
      importer.includes('/node_modules/zod/') ? { path, namespace: 'no-locales' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'no-locales' }, () => ({ contents: 'export {};' }));
  },
};
