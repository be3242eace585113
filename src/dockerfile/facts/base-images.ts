import type { ImageReference } from './image-reference.ts';

export type Distribution =
  | 'debian'
  | 'alpine'
  | 'rpm'
  | 'suse'
  | 'distroless'
  | 'scratch'
  | 'windows'
  | 'busybox'
  | 'unknown';

const debianLike: ReadonlySet<string> = new Set([
  'debian',
  'ubuntu',
  'node',
  'python',
  'golang',
  'rust',
  'ruby',
  'php',
  'openjdk',
  'eclipse-temurin',
  'maven',
  'gradle',
  'buildpack-deps',
  'gcc',
  'perl',
  'nginx',
  'httpd',
  'postgres',
  'mysql',
  'mariadb',
  'redis',
  'mongo',
  'elixir',
  'erlang',
  'haskell',
  'julia',
  'tomcat',
  'composer',
  'jenkins/jenkins',
  'dotnet/sdk',
  'dotnet/aspnet',
  'dotnet/runtime',
  'r-base',
  'swift',
  'memcached',
  'rabbitmq',
  'nvidia/cuda',
  'pytorch/pytorch',
  'tensorflow/tensorflow',
  'oven/bun',
  'denoland/deno',
]);
const rpmLike: ReadonlySet<string> = new Set([
  'centos',
  'fedora',
  'rockylinux',
  'almalinux',
  'oraclelinux',
  'amazonlinux',
  'rockylinux/rockylinux',
  'redhat/ubi8',
  'redhat/ubi9',
  'ubi8',
  'ubi9',
  'ubi8/ubi',
  'ubi9/ubi',
  'ubi8/ubi-minimal',
  'ubi9/ubi-minimal',
  'amazoncorretto',
]);
const alpineLike: ReadonlySet<string> = new Set(['alpine', 'docker', 'alpine/git', 'composer', 'traefik', 'registry']);

export function distributionOf({ repository, name, tag = '', registry }: ImageReference): Distribution {
  if (repository === 'scratch') return 'scratch';
  if (registry === 'mcr.microsoft.com' && /windows|nanoserver|servercore/.test(`${repository} ${tag}`))
    return 'windows';
  if (/nanoserver|windowsservercore/.test(tag)) return 'windows';
  if (/distroless|chainguard|wolfi/.test(`${registry}/${repository}`)) return 'distroless';
  if (/alpine/.test(tag) || alpineLike.has(repository) || name.includes('alpine')) return 'alpine';
  if (name === 'busybox') return 'busybox';
  if (/suse|sles/.test(repository)) return 'suse';
  if (rpmLike.has(repository)) return 'rpm';
  return debianLike.has(repository) ? 'debian' : 'unknown';
}

/** Images that run as another user than root by themselves. */
export function runsAsNonRoot({ registry, repository, tag = '' }: ImageReference): boolean {
  if (/nonroot/.test(tag) || /unprivileged/.test(repository)) return true;
  if (registry === 'cgr.dev' && !/-dev\b/.test(tag)) return true;
  if (registry === 'dhi.io') return !/-dev\b/.test(tag);
  return nonRoot.has(repository) || repository.startsWith('bitnami/');
}

const nonRoot: ReadonlySet<string> = new Set([
  'jenkins/jenkins',
  'grafana/grafana',
  'prom/prometheus',
  'elasticsearch',
  'kibana',
  'logstash',
  'keycloak/keycloak',
  'hashicorp/terraform-ls',
  'solr',
  'sonarqube',
  'memcached',
  'atmoz/sftp-nonroot',
  'apache/airflow',
  'jupyter/base-notebook',
  'jupyter/minimal-notebook',
  'jupyter/scipy-notebook',
  'mssql/server',
]);

/** Compilers and package managers that a program which already is built does not need. */
const toolchains: ReadonlySet<string> = new Set([
  'golang',
  'rust',
  'maven',
  'gradle',
  'gcc',
  'dotnet/sdk',
  'buildpack-deps',
  'swift',
  'haskell',
  'composer',
  'sbt',
  'sbtscala/scala-sbt',
  'clux/muslrust',
  'emscripten/emsdk',
]);

export function isToolchain({ repository, tag = '' }: ImageReference): boolean {
  return toolchains.has(repository) || (/^(eclipse-temurin|openjdk)$/.test(repository) && /jdk/.test(tag));
}

/** Images with a `-slim` form of the same distribution. */
const slimmable: ReadonlySet<string> = new Set(['node', 'python', 'ruby', 'debian', 'rust', 'openjdk', 'perl', 'php']);

/** The lighter form of the same image, when there is one and it is not used. */
export function slimForm({ repository, tag = 'latest' }: ImageReference): string | undefined {
  if (/slim|alpine|distroless|minimal|fpm-alpine|nanoserver/.test(tag)) return undefined;
  if (repository === 'php') return undefined;
  if (slimmable.has(repository)) return `${repository}:${tag === 'latest' ? 'slim' : `${tag}-slim`}`;
  return undefined;
}

/** Names of tags that move whenever something is published. */
const floating: ReadonlySet<string> = new Set([
  'latest',
  'stable',
  'edge',
  'lts',
  'current',
  'nightly',
  'dev',
  'main',
  'master',
  'rolling',
  'mainline',
  'slim',
  'alpine',
  'lts-slim',
  'lts-alpine',
  'stable-slim',
  'current-alpine',
  'current-slim',
  'testing',
  'unstable',
  'sid',
  'devel',
  'next',
  'canary',
  'beta',
  'debug',
  'production',
]);

export function isFloatingTag(tag: string): boolean {
  return floating.has(tag.toLowerCase()) || /^(latest|lts|stable|edge|nightly|current)-/.test(tag);
}

/** Repositories whose images exist for few platforms. */
const platforms: Readonly<Record<string, readonly string[]>> = {
  mysql: ['linux/amd64', 'linux/arm64'],
  mongo: ['linux/amd64', 'linux/arm64', 'windows/amd64'],
  'mssql/server': ['linux/amd64'],
  'oven/bun': ['linux/amd64', 'linux/arm64'],
  'denoland/deno': ['linux/amd64', 'linux/arm64'],
  'nvidia/cuda': ['linux/amd64', 'linux/arm64'],
  elasticsearch: ['linux/amd64', 'linux/arm64'],
  kibana: ['linux/amd64', 'linux/arm64'],
};

export function knownPlatforms(repository: string): readonly string[] | undefined {
  return Object.hasOwn(platforms, repository) ? platforms[repository] : undefined;
}

/** A shell and a package manager are in it. */
export function hasShell(distribution: Distribution): boolean {
  return distribution !== 'scratch' && distribution !== 'distroless';
}
