import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { detectLanguage, type ProjectFiles } from './detect.ts';
import { generateFor } from './generate.ts';

const projects: Readonly<Record<string, ProjectFiles>> = {
  'node with npm': {
    paths: ['package.json', 'package-lock.json', 'server.js', 'test/'],
    texts: { 'package.json': '{"name":"shop","scripts":{"start":"node server.js"},"engines":{"node":">=22"}}' },
  },
  'node with a build and pnpm': {
    paths: ['package.json', 'pnpm-lock.yaml', 'src/', 'src/index.ts'],
    texts: { 'package.json': '{"scripts":{"build":"tsc","start":"node dist/index.js"}}' },
  },
  'node with yarn': {
    paths: ['package.json', 'yarn.lock', 'index.js'],
    texts: { 'package.json': '{"main":"index.js"}' },
  },
  'python with FastAPI': {
    paths: ['requirements.txt', 'main.py'],
    texts: { 'requirements.txt': 'fastapi==0.120.0\nuvicorn==0.38.0\n' },
  },
  'python with gunicorn': {
    paths: ['requirements.txt', 'app.py', 'tests/'],
    texts: { 'requirements.txt': 'flask==3.1.0\ngunicorn==23.0.0\n', '.python-version': '3.12.4' },
  },
  django: {
    paths: ['manage.py', 'requirements.txt', 'shop/wsgi.py'],
    texts: { 'requirements.txt': 'django==5.2\ngunicorn==23.0.0\n' },
  },
  go: { paths: ['go.mod', 'go.sum', 'cmd/shop/main.go'], texts: { 'go.mod': 'module example.com/shop\n\ngo 1.26\n' } },
  'java with Maven': {
    paths: ['pom.xml', 'src/'],
    texts: { 'pom.xml': '<project><properties><java.version>21</java.version></properties></project>' },
  },
  'java with Gradle': { paths: ['build.gradle.kts', 'src/'], texts: { 'build.gradle.kts': 'plugins { java }' } },
  rust: { paths: ['Cargo.toml', 'Cargo.lock', 'src/main.rs'], texts: { 'Cargo.toml': '[package]\nname = "shop"\n' } },
  php: { paths: ['composer.json', 'composer.lock', 'index.php'], texts: { 'composer.json': '{}' } },
  ruby: { paths: ['Gemfile', 'Gemfile.lock', 'config.ru'], texts: { Gemfile: 'gem "rails"' } },
  '.NET': {
    paths: ['Shop.csproj', 'Program.cs'],
    texts: {
      'Shop.csproj': '<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>',
    },
  },
  'a static site': { paths: ['public/', 'public/index.html'], texts: {} },
};

describe('a generated Dockerfile', () => {
  it.each(Object.entries(projects))('for %s is graded A, without an error or a warning', (_name, files) => {
    const language = detectLanguage(files);
    if (language === undefined) throw new Error('No language.');
    const { rating } = generateFor(language, files);
    expect(
      rating.findings.filter(({ severity }) => severity !== 'info').map(({ id, evidence }) => `${id} ${evidence}`),
    ).toEqual([]);
    expect(rating.grade).toBe('A');
  });

  it('starts what the project starts', () => {
    expect(generateFor('node', projects['node with npm'] ?? { paths: [], texts: {} }).dockerfile).toContain(
      'CMD ["node", "server.js"]',
    );
    expect(generateFor('go', projects['go'] ?? { paths: [], texts: {} }).dockerfile).toContain(
      '-o /out/app ./cmd/shop',
    );
    expect(generateFor('python', projects['django'] ?? { paths: [], texts: {} }).dockerfile).toContain('"shop.wsgi"');
  });

  it('comes with a Compose file that can be read, and ignores secrets and history', () => {
    const { compose, dockerignore } = generateFor('go', projects['go'] ?? { paths: [], texts: {} });
    expect(parse(compose)).toMatchObject({ services: { app: { build: '.', ports: ['127.0.0.1:8080:8080'] } } });
    expect(dockerignore.split('\n')).toEqual(expect.arrayContaining(['.git', '.env', '*.pem']));
  });
});

it('knows the language by the files of a project, and says so when it does not', () => {
  expect(detectLanguage({ paths: ['go.mod', 'package.json'], texts: {} })).toBe('go');
  expect(detectLanguage({ paths: ['notes.txt'], texts: {} })).toBeUndefined();
});
