import { expect, it } from 'vitest';
import { isSecretName, withoutSecrets } from '#diagnosis';
import { hideSecrets } from './hide-secrets.ts';

it('leaves out values of variables and words of commands that look like secrets, and nothing else', () => {
  const inspect = {
    Id: 'a',
    Args: ['--port', '80'],
    Config: {
      Env: ['POSTGRES_PASSWORD=hunter2', 'DSN=postgres://me:hunter2@db/x', 'MODE=fast', 'EMPTY_TOKEN=', 4],
      Cmd: ['serve', '--token=hunter2hunter2'],
      Labels: { a: 'b' },
    },
  };
  const { inspect: shown, hidden } = hideSecrets(inspect, { isSecretName, withoutSecrets });
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown).toMatchObject({
    Args: ['--port', '80'],
    Config: { Env: ['POSTGRES_PASSWORD=[hidden]', 'DSN=[hidden]', 'MODE=fast', 'EMPTY_TOKEN=', 4], Labels: { a: 'b' } },
  });
  expect(hidden).toBe(3);
});
