import type { AuditFinding, Inventory } from '../types.ts';
import { endOfLife } from './lifetimes.ts';

const dayMs = 86_400_000;
const secretName = /pass(word|wd)?|secret|token|api_?key|access_?key|private_?key|credential/i;
const notSecret = /_FILE$|PUBLIC|_PATH$|GPG_KEY|KEYSERVER|PWD$|^PASSWORD_/;
const names = (pair: string): readonly [string, string] => {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
};

/** What the configuration of an image says about its safety and its age. */
export function audit({ config, os, setuid }: Inventory, { nowMs }: { nowMs: number }): readonly AuditFinding[] {
  const findings: AuditFinding[] = [];
  const add = (
    id: AuditFinding['id'],
    severity: AuditFinding['severity'],
    params: AuditFinding['params'] = {},
  ): void => {
    findings.push({ id, severity, params });
  };
  const user = config.user.split(':')[0] ?? '';
  if (user === '' || user === 'root' || user === '0') add('root-user', 'medium');
  if (config.healthcheck === undefined) add('no-healthcheck', 'low');
  for (const [name, value] of config.env.map(names)) {
    if (secretName.test(name) && !notSecret.test(name) && value.length > 3) add('secret-in-env', 'high', { name });
  }
  for (const { createdBy } of config.history) {
    const match = /\b(\w*(?:PASSWORD|SECRET|TOKEN|API_KEY|ACCESS_KEY)\w*)=(?!\$)[^\s"']{4,}/i.exec(createdBy);
    const name = match?.[1];
    if (name && !notSecret.test(name) && !config.env.some((pair) => pair.startsWith(`${name}=`))) {
      add('secret-in-history', 'high', { name });
    }
    if (/\b(curl|wget)\b[^|;&]*\|\s*(sudo\s+)?(ba|da|a|z)?sh\b/.test(createdBy))
      add('pipe-to-shell', 'medium', { command: createdBy.slice(0, 120) });
    if (/\bADD (?:--\S+ )*(?:file:|https?:)/.test(createdBy) && /https?:/.test(createdBy))
      add('add-url', 'low', { command: createdBy.slice(0, 120) });
  }
  if (config.exposedPorts.some((port) => /^22(\/|$)/.test(port))) add('ssh-port', 'medium');
  if (setuid.length > 0) add('setuid', 'low', { count: setuid.length, examples: setuid.slice(0, 3).join(', ') });
  const created = Date.parse(config.created);
  const days = Math.floor((nowMs - created) / dayMs);
  // Reproducible builds carry no real date.
  if (created > Date.parse('2000-01-01') && days > 180) add('old-image', days > 365 ? 'medium' : 'low', { days });
  const end = os && endOfLife(os);
  if (os && end) {
    const left = Math.floor((Date.parse(end) - nowMs) / dayMs);
    if (left < 0) add('base-end-of-life', 'high', { name: os.name, end });
    else if (left < 180) add('base-ends-soon', 'medium', { name: os.name, end, days: left });
  }
  return findings;
}
