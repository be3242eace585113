/** How Gantry is started on this machine. */
export type Launch =
  /** A clone brings itself up to date before it runs. `node` may be on no PATH that Docker has. */
  | { readonly kind: 'clone'; readonly program: string; readonly node: string }
  | { readonly kind: 'bundle'; readonly bundle: string; readonly node: string };

export interface LauncherOptions {
  /** What messages call it: the name of the file. */
  readonly name: string;
  readonly launch: Launch;
  /** Put before the arguments of the user. */
  readonly words: readonly string[];
}

const marker = '# Written by gantry install; gantry uninstall takes it out.';

/** Whether a file is one of ours, of whatever version. */
export function isLauncher(text: string): boolean {
  return text.split('\n', 2)[1] === marker;
}

/**
 * A program for the shell, so that it can still say what is wrong when the Node.js it knew is gone: version managers put
 * each version in a folder of its own. Then any Node.js on PATH that is new enough will do.
 */
export function launcherText({ name, launch, words }: LauncherOptions): string {
  const lines = ['#!/bin/sh', marker, 'set -u', ...fail(name)];
  const args = [...words.map(quoted), '"$@"'].join(' ');
  if (launch.kind === 'clone') {
    const folder = launch.node.replace(/\/[^/]*$/, '');
    lines.push(
      `program=${quoted(launch.program)}`,
      '[ -x "$program" ] || fail "Gantry is no longer at $program"',
      `PATH="\${PATH:-/usr/bin:/bin}:"${quoted(folder)}`,
      'export PATH',
      `exec "$program" ${args}`,
    );
  } else {
    lines.push(
      `node=${quoted(launch.node)}`,
      `bundle=${quoted(launch.bundle)}`,
      '[ -f "$bundle" ] || fail "Gantry is no longer at $bundle"',
      'if [ ! -x "$node" ]; then',
      '  found=$(command -v node) || fail "Node.js 20.20 or newer is needed, and there is none at $node or on PATH"',
      '  node=$found',
      `  "$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 20) ? 0 : 1)' ||`,
      '    fail "Node.js 20.20 or newer is needed, and $node is older"',
      'fi',
      `exec "$node" "$bundle" ${args}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function fail(name: string): readonly string[] {
  return [
    'fail() {',
    `  echo ${quoted(name)}": $1. Put it right with: gantry install (from where Gantry is now)" >&2`,
    '  exit 69',
    '}',
  ];
}

/** A word as the shell takes it literally. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
