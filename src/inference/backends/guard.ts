/**
 * Ties a runner's life to ours: it must not outlive a daemon that is killed with -9.
 * `setpriv`: the Linux kernel kills it when its parent goes. `watcher`: a shell in its process group waits for the end of a
 * pipe that only we hold, then kills the group; for systems without setpriv (macOS, some small images).
 */
export type Guard =
  | { readonly kind: 'setpriv'; readonly path: string; readonly isolateNetwork: readonly string[] }
  | { readonly kind: 'watcher' };

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

// The parent may die before setpriv has asked for the signal; then the shell has another parent already.
const checkParent = 'umask 077; test "$PPID" = "$0" || exit 125; exec "$@"';

const watch = [
  'umask 077',
  'exec 3<&0 </dev/null',
  // TERM is for the runner alone: the watch must go on while the runner takes its time to stop.
  '(trap "" TERM INT HUP; exec >/dev/null 2>&1; read -r _ <&3; kill -KILL 0) &',
  'exec 3<&-',
  'exec "$@"',
].join('\n');

/** The command that runs `command` under the guard. The process id stays the same: every step replaces itself. */
export function guardedCommand(
  { command, args }: Command,
  { guard, parentPid }: { guard: Guard; parentPid: number },
): Command {
  if (guard.kind === 'watcher') return { command: '/bin/sh', args: ['-c', watch, 'gantry-runner', command, ...args] };
  const [program = guard.path, ...rest] = [
    ...guard.isolateNetwork,
    guard.path,
    '--pdeathsig',
    'KILL',
    '--no-new-privs',
    '/bin/sh',
    '-c',
    checkParent,
    String(parentPid),
    command,
    ...args,
  ];
  return { command: program, args: rest };
}
