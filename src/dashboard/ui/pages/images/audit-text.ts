import type { ScanReportBody } from '#contract';
import type { useText } from './text.ts';

type Finding = ScanReportBody['audit'][number];

/** What a finding of the audit says to people. */
export function auditText({ id, params }: Finding, t: ReturnType<typeof useText>): string {
  const value = (name: string): string => String(params[name] ?? '?');
  const texts: Readonly<Record<string, () => string>> = {
    'root-user': () => t.rootUser,
    'no-healthcheck': () => t.noHealthcheck,
    'secret-in-env': () => t.secretInEnv(value('name')),
    'secret-in-history': () => t.secretInHistory(value('name')),
    'ssh-port': () => t.sshPort,
    setuid: () => t.setuid(value('count'), value('examples')),
    'add-url': () => t.addUrl,
    'pipe-to-shell': () => t.pipeToShell,
    'old-image': () => t.oldImage(value('days')),
    'base-end-of-life': () => t.baseEnd(value('name'), value('end')),
    'base-ends-soon': () => t.baseEndsSoon(value('name'), value('end')),
  };
  return texts[id]?.() ?? id;
}
