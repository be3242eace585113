import { z } from 'zod';
import { assess, defineTool, failure, untrusted, type GroupedTool } from '../define-tool.ts';
import { readText } from '../files/read-file.ts';
import type { FileToolDeps } from '../files/read-tools.ts';
import { lintCompose } from './compose-lint.ts';

const usual = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const maxBytes = 512 * 1024;

export function composeLintTool({ folder, title }: FileToolDeps): GroupedTool {
  return defineTool({
    name: 'compose_lint',
    group: 'analysis',
    description: 'Checks a Compose file by fixed rules: rights, secrets, data, networks, restarts.',
    args: z.object({ path: z.string().min(1).max(4096).optional() }),
    readsOnly: true,
    async plan({ path }) {
      const places = await Promise.all((path === undefined ? usual : [path]).map((name) => folder.locate(name)));
      const place = places.find(({ exists }) => exists) ?? places[0];
      const shown = place?.path ?? 'compose.yaml';
      return {
        assessment: assess('R1'),
        targets: [shown],
        title: title('analysis.compose', { path: shown }),
        async run() {
          const text = await readText(folder, { path: shown, exists: true }, { maxBytes });
          const findings = lintCompose(text);
          if (!findings) return failure(`${shown} is not a Compose file.`);
          const lines = findings.map(
            ({ id, severity, service, text: message }) =>
              `${severity} ${id}${service === undefined ? '' : ` ${service}`}: ${message}`,
          );
          return untrusted([`${shown}: ${findings.length} findings`, ...lines].join('\n'));
        },
      };
    },
  });
}
