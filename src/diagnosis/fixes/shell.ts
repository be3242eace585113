import type { Command, Fix } from '../types.ts';

const plain = /^[\w@%+=:,./-]+$/;

/** One word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function shellLine({ argv }: Command): string {
  return argv.map(shellWord).join(' ');
}

/** A fix as lines for a shell; secrets are made or read there and stay out of the arguments. */
export function shellLines({ secrets, commands }: Fix, container: string): readonly string[] {
  const values = secrets.map(({ name, from }) =>
    from === 'new'
      ? `export ${name}="$(openssl rand -hex 16)"`
      : `export ${name}="$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' ${shellWord(container)} | sed -n 's/^${name}=//p')"`,
  );
  return [...values, ...commands.map(shellLine)];
}
