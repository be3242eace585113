import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { jsonText } from '../output/json.ts';
import { tableText } from '../output/table.ts';
import { backendsOf, endpointsOf, kindOf } from '../plugin/docker-runner.ts';

const order = ['Running', 'Error', 'Not Installed', 'Installing'];

/** `docker model status`, in the words of docker, for scripts look for them (contract model-runner §1.3). */
export async function dockerStatus(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const client = await context.daemon();
  const backends = await backendsOf(client);
  if (json) {
    const { endpoint, endpointHost } = await endpointsOf(client);
    const body = {
      running: backends !== undefined,
      backends: backends ?? {},
      kind: kindOf(client.address),
      endpoint,
      endpointHost,
    };
    context.print(jsonText(body, { indent: 0 }));
  } else if (backends) context.print(`Docker Model Runner is running\n\n${backendTable(backends)}`);
  else {
    context.print('Docker Model Runner is not running\n');
    context.notice(context.t('desktop.enableHint'));
  }
  return backends ? exitCodes.ok : exitCodes.daemon;
}

function backendTable(backends: Readonly<Record<string, string>>): string {
  const rows = Object.entries(backends).map(([name, text]) => {
    const [state = '', ...details] = text.split(': ');
    return [name, state, details.join(': ')] as const;
  });
  const place = (state: string): number => (order.includes(state) ? order.indexOf(state) : order.length);
  return tableText(
    ['BACKEND', 'STATUS', 'DETAILS'],
    rows.toSorted(([a, first], [b, second]) => place(first) - place(second) || a.localeCompare(b, 'en')),
  );
}
