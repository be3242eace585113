import { hasAnyFlag, installsOf } from './installs.ts';
import type { Run } from './runs.ts';
import type { ShellCommand } from '../shell/model.ts';

/** A command that brings in what the project's own manifest names, or builds and so needs it. */
export interface DependencyStep {
  readonly run: Run;
  readonly command: ShellCommand;
  readonly tool: string;
  /** `build` compiles the project too, so it needs its sources. */
  readonly kind: 'install' | 'build';
}

export function dependencySteps(runs: readonly Run[]): DependencyStep[] {
  return runs.flatMap((run) => [...installSteps(run), ...run.commands.flatMap((command) => buildSteps(run, command))]);
}

function installSteps(run: Run): DependencyStep[] {
  return installsOf(run).flatMap(({ command, manager, packages, ...install }) => {
    const isManifest =
      manager === 'pip'
        ? hasAnyFlag(install, '-r', '--requirement') || packages.some(({ value }) => /^\.(?:\/|\[|$)/.test(value))
        : ['npm', 'yarn', 'pnpm', 'poetry', 'uv', 'composer', 'bundle'].includes(manager) && packages.length === 0;
    const isGlobal = hasAnyFlag(install, '-g', '--global') || install.verb.value === 'global';
    return isManifest && !isGlobal ? [{ run, command, tool: manager, kind: 'install' as const }] : [];
  });
}

function buildSteps(run: Run, command: ShellCommand): DependencyStep[] {
  const words = command.words.map(({ value }) => value);
  const verb = words.find((word) => !word.startsWith('-')) ?? '';
  const step = (tool: string, kind: DependencyStep['kind']): DependencyStep[] => [{ run, command, tool, kind }];
  switch (command.name) {
    case 'go':
      if (verb === 'mod')
        return words.some((word) => word === 'download' || word === 'vendor') ? step('go', 'install') : [];
      return verb === 'build' || (verb === 'install' && !words.some((word) => word.includes('@')))
        ? step('go', 'build')
        : [];
    case 'cargo':
      if (verb === 'fetch' || verb === 'chef') return step('cargo', 'install');
      return verb === 'build' ? step('cargo', 'build') : [];
    case 'mvn':
    case 'mvnw':
      if (words.some((word) => /dependency:|go-offline/.test(word))) return step('maven', 'install');
      return words.some((word) => /^(?:package|install|verify|compile|deploy)$/.test(word))
        ? step('maven', 'build')
        : [];
    case 'gradle':
    case 'gradlew':
      if (words.some((word) => /^dependencies$|resolveDependencies/i.test(word))) return step('gradle', 'install');
      return words.some((word) => /build|assemble|jar|distZip|installDist/i.test(word)) ? step('gradle', 'build') : [];
    case 'dotnet':
      if (verb === 'restore') return step('dotnet', 'install');
      return verb === 'publish' || verb === 'build' ? step('dotnet', 'build') : [];
    default:
      return [];
  }
}

/** A command that compiles or bundles. */
export function isBuildCommand({ name, words }: ShellCommand): boolean {
  const verb = words.find(({ value }) => !value.startsWith('-'))?.value ?? '';
  if (['gcc', 'g++', 'cc', 'clang', 'make', 'cmake', 'rustc', 'tsc', 'javac', 'meson', 'ninja'].includes(name))
    return true;
  if (name === 'go') return verb === 'build' || verb === 'install';
  if (name === 'cargo') return verb === 'build';
  if (name === 'dotnet') return verb === 'publish' || verb === 'build';
  if (/^(?:mvnw?|gradlew?|sbt)$/.test(name)) return true;
  if (/^(?:npm|yarn|pnpm|bun)$/.test(name)) {
    return words.some(
      ({ value }, index) => /^build(?::|$)/.test(value) && (index === 0 || words[index - 1]?.value === 'run'),
    );
  }
  return name === 'npx' && /^(?:tsc|vite|next|webpack)$/.test(verb);
}
