import type { ProjectFiles } from './detect.ts';
import { chooseVersion, has, hasFolder, isRecord, jsonOf, labels, textIn, type Recipe } from './parts.ts';

const nodeUser = '1000:1000';

export function nodeRecipe(files: ProjectFiles): Recipe {
  const manifest = jsonOf(files, 'package.json');
  const scripts = isRecord(manifest['scripts']) ? manifest['scripts'] : {};
  const wanted = textIn(manifest['engines'], 'node') ?? files.texts['.nvmrc'] ?? files.texts['.node-version'];
  const version = chooseVersion(wanted, ['24.11', '22.21'], '24.11');
  const tool = has(files, 'pnpm-lock.yaml') ? 'pnpm' : has(files, 'yarn.lock') ? 'yarn' : 'npm';
  const steps = installSteps(files, tool);
  const builds = typeof scripts['build'] === 'string';
  const main = startFile(files, manifest, scripts);
  const base = `node:${version}-bookworm-slim`;
  const lines = [
    `FROM ${base} AS deps`,
    'WORKDIR /app',
    `COPY ${steps.manifests.join(' ')} ./`,
    `RUN ${steps.mount} \\`,
    `    ${steps.production}`,
    '',
  ];
  if (builds) {
    lines.push(
      `FROM ${base} AS build`,
      'WORKDIR /app',
      `COPY ${steps.manifests.join(' ')} ./`,
      `RUN ${steps.mount} \\`,
      `    ${steps.everything}`,
      'COPY . .',
      `RUN ${tool} run build`,
      '',
    );
  }
  const sources = builds
    ? ['COPY --link --from=build /app ./', 'COPY --link --from=deps /app/node_modules ./node_modules']
    : ['COPY --link --from=deps /app/node_modules ./node_modules', 'COPY . .'];
  lines.push(
    `FROM ${base}`,
    ...labels(textIn(manifest, 'name') ?? 'app'),
    'ENV NODE_ENV=production \\',
    '    NODE_OPTIONS=--max-old-space-size=384',
    'WORKDIR /app',
    ...sources,
    `USER ${nodeUser}`,
    'EXPOSE 3000',
    'HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \\',
    `    CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000)).then((r) => process.exit(r.status < 500 ? 0 : 1), () => process.exit(1))"]`,
    `CMD ["node", "${main}"]`,
  );
  return {
    dockerfile: lines,
    ignored: ['node_modules', 'test', 'tests', '__tests__', ...(builds ? ['dist'] : [])],
    port: 3000,
    environment: ['PORT: "3000"'],
  };
}

interface InstallSteps {
  readonly manifests: readonly string[];
  readonly mount: string;
  readonly production: string;
  readonly everything: string;
}

function installSteps(files: ProjectFiles, tool: 'npm' | 'yarn' | 'pnpm'): InstallSteps {
  switch (tool) {
    case 'pnpm':
      return {
        manifests: ['package.json', 'pnpm-lock.yaml'],
        mount: '--mount=type=cache,target=/pnpm/store',
        production: 'corepack pnpm install --prod --frozen-lockfile --store-dir /pnpm/store',
        everything: 'corepack pnpm install --frozen-lockfile --store-dir /pnpm/store',
      };
    case 'yarn':
      return {
        manifests: ['package.json', 'yarn.lock'],
        mount: '--mount=type=cache,target=/usr/local/share/.cache',
        production: 'yarn install --production --frozen-lockfile',
        everything: 'yarn install --frozen-lockfile',
      };
    case 'npm': {
      const isLocked = has(files, 'package-lock.json');
      return {
        manifests: isLocked ? ['package.json', 'package-lock.json'] : ['package.json'],
        mount: '--mount=type=cache,target=/root/.npm',
        production: isLocked ? 'npm ci --omit=dev' : 'npm install --omit=dev',
        everything: isLocked ? 'npm ci' : 'npm install',
      };
    }
  }
}

/** What `npm start` runs, when that is one file; npm itself would stand between Docker and the program. */
function startFile(
  files: ProjectFiles,
  manifest: Readonly<Record<string, unknown>>,
  scripts: Readonly<Record<string, unknown>>,
): string {
  const started = /^node (?:--\S+ )*([\w./-]+)$/.exec(textIn(scripts, 'start') ?? '')?.[1];
  const main = textIn(manifest, 'main');
  const named = started ?? (main !== undefined && /^[\w./-]+$/.test(main) ? main : undefined);
  return (
    named ??
    ['server.js', 'app.js', 'src/index.js', 'src/server.js', 'dist/index.js'].find((path) => has(files, path)) ??
    'index.js'
  );
}

export function pythonRecipe(files: ProjectFiles): Recipe {
  const requirements = files.texts['requirements.txt'] ?? '';
  const project = files.texts['pyproject.toml'] ?? '';
  const wanted = files.texts['.python-version'] ?? /requires-python\s*=\s*["'][^\d"']*([\d.]+)/.exec(project)?.[1];
  const version = chooseVersion(wanted, ['3.14', '3.13', '3.12'], '3.13');
  const base = `python:${version}-slim-bookworm`;
  const all = `${requirements}\n${project}`.toLowerCase();
  const manifest = has(files, 'requirements.txt') ? 'requirements.txt' : 'pyproject.toml';
  const hasManifest = has(files, manifest);
  const start = pythonStart(files, all);
  const install =
    manifest === 'requirements.txt' ? '/opt/venv/bin/pip install -r requirements.txt' : '/opt/venv/bin/pip install .';
  const lines = [
    `FROM ${base} AS build`,
    'WORKDIR /app',
    'RUN python -m venv /opt/venv',
    ...(hasManifest
      ? [
          `COPY ${manifest === 'pyproject.toml' ? '. .' : 'requirements.txt ./'}`,
          'RUN --mount=type=cache,target=/root/.cache/pip \\',
          `    ${install}`,
        ]
      : []),
    '',
    `FROM ${base}`,
    ...labels('app'),
    'ENV PATH=/opt/venv/bin:$PATH \\',
    '    PYTHONDONTWRITEBYTECODE=1 \\',
    '    PYTHONUNBUFFERED=1',
    'WORKDIR /app',
    'COPY --link --from=build /opt/venv /opt/venv',
    'COPY . .',
    'USER 10001:10001',
    'EXPOSE 8000',
    'HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \\',
    `    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]`,
    `CMD ${JSON.stringify(start).replaceAll(',', ', ')}`,
  ];
  return {
    dockerfile: lines,
    ignored: ['__pycache__', '*.pyc', '.venv', 'venv', '.pytest_cache', '.mypy_cache', 'tests', 'test'],
    port: 8000,
  };
}

function pythonStart(files: ProjectFiles, dependencies: string): string[] {
  const module =
    ['main', 'app', 'wsgi'].find((name) => has(files, `${name}.py`)) ?? (hasFolder(files, 'app') ? 'app.main' : 'main');
  if (has(files, 'manage.py')) {
    const folder = files.paths.find((path) => /^\w+\/wsgi\.py$/.test(path))?.split('/')[0] ?? 'config';
    return dependencies.includes('gunicorn')
      ? ['gunicorn', '--bind', '0.0.0.0:8000', `${folder}.wsgi`]
      : ['python', '-m', 'wsgiref.simple_server'];
  }
  if (/fastapi|starlette|uvicorn/.test(dependencies))
    return ['uvicorn', '--host', '0.0.0.0', '--port', '8000', `${module}:app`];
  if (dependencies.includes('gunicorn')) return ['gunicorn', '--bind', '0.0.0.0:8000', `${module}:app`];
  return ['python', `${module.replace('.', '/')}.py`];
}

export function phpRecipe(): Recipe {
  const lines = [
    'FROM composer:2.8 AS vendor',
    'WORKDIR /app',
    'COPY composer.* ./',
    'RUN --mount=type=cache,target=/tmp/cache \\',
    '    composer install --no-dev --no-interaction --no-scripts --prefer-dist --optimize-autoloader',
    '',
    'FROM php:8.4-apache-bookworm',
    ...labels('app'),
    String.raw`RUN sed -i 's/^Listen 80$/Listen 8080/' /etc/apache2/ports.conf \ `.trimEnd(),
    `    && sed -i 's/:80>/:8080>/' /etc/apache2/sites-available/000-default.conf`,
    'WORKDIR /var/www/html',
    'COPY --link --from=vendor /app/vendor ./vendor',
    'COPY . .',
    'USER 33:33',
    'EXPOSE 8080',
    'HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \\',
    '    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/"]',
  ];
  return { dockerfile: lines, ignored: ['vendor', 'tests'], port: 8080 };
}

export function rubyRecipe(files: ProjectFiles): Recipe {
  const version = chooseVersion(files.texts['.ruby-version'], ['3.4', '3.3'], '3.4');
  const isRails = /\brails\b/.test(files.texts['Gemfile'] ?? '');
  const start =
    has(files, 'config.ru') || isRails
      ? ['bundle', 'exec', 'puma', '-b', 'tcp://0.0.0.0:3000']
      : ['bundle', 'exec', 'ruby', 'app.rb'];
  const lines = [
    `FROM ruby:${version}-bookworm AS build`,
    'ENV BUNDLE_DEPLOYMENT=1 \\',
    '    BUNDLE_PATH=/usr/local/bundle \\',
    '    BUNDLE_WITHOUT=development:test',
    'WORKDIR /app',
    'COPY Gemfile Gemfile.lock ./',
    'RUN --mount=type=cache,target=/root/.bundle/cache \\',
    '    bundle install',
    '',
    `FROM ruby:${version}-slim-bookworm`,
    ...labels('app'),
    'ENV BUNDLE_DEPLOYMENT=1 \\',
    '    BUNDLE_PATH=/usr/local/bundle \\',
    '    BUNDLE_WITHOUT=development:test \\',
    '    RACK_ENV=production',
    'WORKDIR /app',
    'COPY --link --from=build /usr/local/bundle /usr/local/bundle',
    'COPY . .',
    'USER 10001:10001',
    'EXPOSE 3000',
    'HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \\',
    `    CMD ["ruby", "-rsocket", "-e", "TCPSocket.new('127.0.0.1', 3000).close"]`,
    `CMD ${JSON.stringify(start).replaceAll(',', ', ')}`,
  ];
  return { dockerfile: lines, ignored: ['log', 'tmp', 'spec', 'test'], port: 3000 };
}
