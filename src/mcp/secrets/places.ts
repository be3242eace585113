import { z } from 'zod';
import { writeFileAtomic, type Clock } from '#core';
import { readText } from '../state/read-text.ts';
import { withLock } from '../state/with-lock.ts';
import { editYaml, parseYaml } from '../state/yaml.ts';
import { secretName } from './names.ts';
import type { SecretPlace } from './types.ts';

const words = z.tuple([z.string().min(1)], z.string()).refine((all) => all.length <= 100);
const place: z.ZodType<SecretPlace> = z.union(
  [
    z.strictObject({ in: z.enum(['keychain', 'file']) }),
    z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
    z.strictObject({ command: words }),
    z.strictObject({ path: z.string().startsWith('/') }),
  ],
  { error: 'expected one of in: keychain, in: file, env: NAME, command: [PROGRAM, ARGUMENT …] or path: /ABSOLUTE' },
);
const schema = z.strictObject({ secrets: z.record(z.string(), place).nullish() });

/** `mcp/secrets.yaml`: where each secret is. People may write it; there is no value in it. */
export interface SecretPlaces {
  read(): Promise<ReadonlyMap<string, SecretPlace>>;
  change(edit: (places: Map<string, SecretPlace>) => void): Promise<void>;
}

export function createSecretPlaces(path: string, { clock }: { readonly clock: Clock }): SecretPlaces {
  const parse = (text: string | undefined): Map<string, SecretPlace> => {
    const { secrets } = parseYaml(text ?? '', { schema, path });
    return new Map(Object.entries(secrets ?? {}).map(([name, one]) => [secretName(name), one]));
  };
  return {
    read: async () => parse(await readText(path)),
    change: (edit) =>
      withLock(
        `${path}.lock`,
        async () => {
          const text = await readText(path);
          const places = parse(text);
          edit(places);
          const edited = editYaml(text, { secrets: Object.fromEntries(places) });
          parse(edited);
          await writeFileAtomic(path, edited, { mode: 0o600 });
        },
        { clock },
      ),
  };
}
