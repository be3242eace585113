import type { Command } from 'commander';
import { act, define, type Program } from '../../program/define.ts';
import type {
  AddFlags,
  BuildFlags,
  CreateFlags,
  ImportFlags,
  SearchFlags,
  ServerChangeFlags,
  ServerListFlags,
  ShowFlags,
} from './catalog-flags.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import { subgroup } from './subgroup.ts';

const collect = (one: string, others: readonly string[]): readonly string[] => [...others, one];
const none: readonly string[] = [];

export function addCatalogCommands(program: Program): void {
  const group = subgroup(program, 'catalog');
  addReading(group);
  addMaking(group);
  addRegistry(group);
  addServers(group);
  addLegacy(group);
}

function command(program: Program, shape: Parameters<typeof define>[1]): Command {
  return formatOptions(define(program, shape), program.context.t);
}

function addReading(program: Program): void {
  const { context } = program;
  const { t } = context;
  const list = command(program, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.catalog.ls'),
    examples: ['mcp catalog ls', 'mcp catalog ls --json'],
  });
  act<[], FormatOptions>(program, list, async (_none, flags) =>
    (await import('./catalog.ts')).listCatalogs(context, flags),
  );

  const show = command(program, {
    usage: 'show',
    summary: t('help.mcp.catalog.show'),
    examples: ['mcp catalog show starter', 'mcp catalog show mcp/docker-mcp-catalog --pull 1d --format yaml'],
  })
    .argument('[CATALOG]', t('help.mcp.catalog.name'))
    .option('--pull <WHEN>', t('help.mcp.catalog.pullWhen'))
    .option('--yq <EXPRESSION>', t('help.mcp.yq'))
    .option('--no-tools', t('help.mcp.catalog.noTools'));
  act<[string | undefined], ShowFlags>(program, show, async ([name], flags) =>
    (await import('./catalog.ts')).showCatalog(context, name, flags),
  );

  const search = command(program, {
    usage: 'search',
    summary: t('help.mcp.catalog.search'),
    examples: ['mcp catalog search database', 'mcp catalog search 文件 --json'],
  })
    .argument('<WORDS...>', t('help.mcp.catalog.words'))
    .option('--limit <N>', t('help.mcp.catalog.limit'), Number);
  act<[string[]], SearchFlags>(program, search, async ([words], flags) =>
    (await import('./catalog.ts')).searchCatalogs(context, words, flags),
  );
}

function addMaking(program: Program): void {
  const { context } = program;
  const { t } = context;
  const create = command(program, {
    usage: 'create',
    summary: t('help.mcp.catalog.create'),
    examples: [
      'mcp catalog create mine --server catalog://starter/memory+filesystem --title "My servers"',
      'mcp catalog create team/servers --server file://./server.yaml --server docker://team/server:1',
      'mcp catalog create team/servers --from-profile work',
      'mcp catalog create community --from-community-registry registry.modelcontextprotocol.io',
    ],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .option('--server <URI>', t('help.mcp.catalog.server'), collect, none)
    .option('--from-profile <ID>', t('help.mcp.catalog.fromProfile'))
    .option('--from-legacy-catalog <PLACE>', t('help.mcp.catalog.fromLegacy'))
    .option('--from-community-registry <HOST>', t('help.mcp.catalog.fromCommunity'))
    .option('--title <TITLE>', t('help.mcp.catalog.title'))
    .option('--exclude <SERVER>', t('help.mcp.catalog.exclude'), collect, none)
    .option('--include-npm', t('help.mcp.catalog.packages'))
    .option('--include-pypi', t('help.mcp.catalog.packages'));
  act<[string], CreateFlags>(program, create, async ([ref], flags) =>
    (await import('./catalog-change.ts')).createCatalog(context, ref, flags),
  );

  const importing = command(program, {
    usage: 'import',
    summary: t('help.mcp.catalog.import'),
    examples: [
      'mcp catalog import ./catalog.yaml',
      'mcp catalog import ./mcp-registry/servers --as mine',
      'mcp catalog import https://example.com/catalog.yaml --dry-run',
    ],
  })
    .argument('<PLACE>', t('help.mcp.catalog.place'))
    .option('--as <CATALOG>', t('help.mcp.catalog.as'))
    .option('--mcp-registry <URL>', t('help.mcp.catalog.mcpRegistry'))
    .option('--dry-run', t('help.mcp.catalog.dryRun'));
  act<[string], ImportFlags>(program, importing, async ([place], flags) =>
    (await import('./catalog-change.ts')).importCatalog(context, place, flags),
  );

  const exporting = define(program, {
    usage: 'export',
    summary: t('help.mcp.catalog.export'),
    examples: [
      'mcp catalog export mine mine.yaml',
      'mcp catalog export mine mine.json',
      'mcp catalog export starter -',
    ],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .argument('<FILE>', t('help.mcp.catalog.file'));
  formatOptions(exporting, t);
  act<[string, string], FormatOptions>(program, exporting, async ([ref, file], flags) =>
    (await import('./catalog.ts')).exportCatalog(context, { ref, file }, flags),
  );

  for (const usage of ['fork', 'tag'] as const) {
    const copy = command(program, {
      usage,
      summary: t(`help.mcp.catalog.${usage}`),
      examples: [`mcp catalog ${usage} starter mine`],
    })
      .argument('<SOURCE>', t('help.mcp.catalog.name'))
      .argument('<TARGET>', t('help.mcp.catalog.target'));
    act<[string, string], FormatOptions>(program, copy, async ([from, to], flags) =>
      (await import('./catalog-change.ts')).copyCatalog(context, { from, to }, flags),
    );
  }

  const remove = command(program, {
    usage: 'rm',
    alias: 'remove',
    summary: t('help.mcp.catalog.rm'),
    examples: ['mcp catalog rm mine'],
  }).argument('<CATALOG>', t('help.mcp.catalog.name'));
  act<[string], FormatOptions>(program, remove, async ([ref], flags) =>
    (await import('./catalog-change.ts')).removeCatalog(context, ref, flags),
  );

  const add = command(program, {
    usage: 'add',
    summary: t('help.mcp.catalog.add'),
    examples: ['mcp catalog add mine time ./time.yaml', 'mcp catalog add mine time ./time.yaml --force'],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .argument('<SERVER>', t('help.mcp.catalog.serverName'))
    .argument('<FILE>', t('help.mcp.catalog.file'))
    .option('--force', t('help.mcp.catalog.force'));
  act<[string, string, string], AddFlags>(program, add, async ([ref, server, file], flags) =>
    (await import('./catalog-change.ts')).addFromFile(context, { ref, server, file }, flags),
  );
}

function addRegistry(program: Program): void {
  const { context } = program;
  const { t } = context;
  const pull = command(program, {
    usage: 'pull',
    summary: t('help.mcp.catalog.pull'),
    examples: ['mcp catalog pull mcp/docker-mcp-catalog', 'mcp catalog pull registry.modelcontextprotocol.io'],
  }).argument('<CATALOG>', t('help.mcp.catalog.name'));
  act<[string], FormatOptions>(program, pull, async ([ref], flags) =>
    (await import('./catalog-change.ts')).pullCatalog(context, ref, flags),
  );

  const push = command(program, {
    usage: 'push',
    summary: t('help.mcp.catalog.push'),
    examples: ['mcp catalog push team/servers', 'mcp catalog push localhost:5000/team/servers:1'],
  }).argument('<CATALOG>', t('help.mcp.catalog.name'));
  act<[string], FormatOptions>(program, push, async ([ref], flags) =>
    (await import('./catalog-change.ts')).pushCatalog(context, ref, flags),
  );

  const build = command(program, {
    usage: 'build',
    summary: t('help.mcp.catalog.build'),
    examples: ['mcp catalog build', 'mcp catalog build filesystem memory', 'mcp catalog build everything --again'],
  })
    .argument('[SERVER...]', t('help.mcp.catalog.serverName'))
    .option('--again', t('help.mcp.catalog.again'));
  act<[string[]], BuildFlags>(program, build, async ([names], flags) =>
    (await import('./catalog-build.ts')).buildImages(context, names, flags),
  );

  const update = command(program, {
    usage: 'update',
    summary: t('help.mcp.catalog.update'),
    examples: ['mcp catalog update', 'mcp catalog update mcp/docker-mcp-catalog'],
  }).argument('[CATALOG]', t('help.mcp.catalog.name'));
  act<[string | undefined], FormatOptions>(program, update, async ([ref], flags) =>
    (await import('./catalog-change.ts')).updateCatalogs(context, ref, flags),
  );
}

function addServers(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'server',
    summary: t('help.mcp.catalog.servers'),
    examples: ['mcp catalog server ls starter', 'mcp catalog server inspect starter filesystem'],
  });
  const inGroup: Program = { ...program, command: group };

  const list = command(inGroup, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.catalog.server.ls'),
    examples: ['mcp catalog server ls starter', 'mcp catalog server ls starter --filter name=file'],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .option('-f, --filter <FILTER>', t('help.mcp.catalog.filter'), collect, none);
  act<[string], ServerListFlags>(inGroup, list, async ([ref], flags) =>
    (await import('./catalog-server.ts')).listCatalogServers(context, ref, flags),
  );

  const inspect = command(inGroup, {
    usage: 'inspect',
    summary: t('help.mcp.catalog.server.inspect'),
    examples: ['mcp catalog server inspect starter filesystem'],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .argument('<SERVER>', t('help.mcp.catalog.serverName'));
  act<[string, string], FormatOptions>(inGroup, inspect, async ([ref, server], flags) =>
    (await import('./catalog-server.ts')).inspectCatalogServer(context, { ref, server }, flags),
  );

  const add = command(inGroup, {
    usage: 'add',
    summary: t('help.mcp.catalog.server.add'),
    examples: ['mcp catalog server add mine --server catalog://starter/memory --server file://./server.yaml'],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .option('--server <URI>', t('help.mcp.catalog.server'), collect, none);
  act<[string], ServerChangeFlags>(inGroup, add, async ([ref], flags) =>
    (await import('./catalog-server.ts')).addCatalogServers(context, ref, flags),
  );

  const remove = command(inGroup, {
    usage: 'remove',
    alias: 'rm',
    summary: t('help.mcp.catalog.server.remove'),
    examples: ['mcp catalog server remove mine memory filesystem'],
  })
    .argument('<CATALOG>', t('help.mcp.catalog.name'))
    .argument('[SERVER...]', t('help.mcp.catalog.serverName'))
    .option('--name <SERVER>', t('help.mcp.catalog.serverName'), collect, none);
  act<[string, string[]], ServerChangeFlags>(inGroup, remove, async ([ref, names], flags) =>
    (await import('./catalog-server.ts')).removeCatalogServers(context, { ref, names }, flags),
  );
}

/** Verbs of older toolkits (contract mcp-toolkit §1.2). */
function addLegacy(program: Program): void {
  const { context } = program;
  const { t } = context;
  const bootstrap = command(program, {
    usage: 'bootstrap',
    summary: t('help.mcp.catalog.bootstrap'),
    examples: ['mcp catalog bootstrap mine.yaml'],
  }).argument('<FILE>', t('help.mcp.catalog.file'));
  act<[string], FormatOptions>(program, bootstrap, async ([file], flags) =>
    (await import('./catalog-legacy.ts')).bootstrapCatalog(context, file, flags),
  );

  const init = command(program, {
    usage: 'init',
    summary: t('help.mcp.catalog.init'),
    examples: ['mcp catalog init'],
  });
  act<[], FormatOptions>(program, init, async (_none, flags) =>
    (await import('./catalog-legacy.ts')).initCatalogs(context, flags),
  );

  const reset = command(program, {
    usage: 'reset',
    alias: 'empty',
    summary: t('help.mcp.catalog.reset'),
    examples: ['mcp catalog reset'],
  });
  act<[], FormatOptions>(program, reset, async (_none, flags) =>
    (await import('./catalog-legacy.ts')).resetCatalogs(context, flags),
  );
}
