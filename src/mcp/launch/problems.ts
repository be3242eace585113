import { AppError } from '#core';
import type { BindDecision } from './binds.ts';

/** Each says what is missing for a server to start, and the command that changes it. */
export function notInCatalog(server: string, field: string, value: string): AppError {
  return new AppError(
    'mcp.catalog_invalid',
    `The catalogue entry of ${server} has a ${field} that cannot be: ${value}.`,
    {
      hint: 'Correct the entry in its catalogue, or ask who publishes it.',
      params: { reason: 'entry', server, field, value: value.slice(0, 200) },
    },
  );
}

export function secretMissing(server: string, secret: string): AppError {
  return new AppError('mcp.not_configured', `${server} needs the secret ${secret}, which is not set.`, {
    hint: `Set it with: gantry mcp secret set ${secret}`,
    params: { reason: 'secret', server, secret },
  });
}

export function configMissing(server: string, key: string): AppError {
  return new AppError('mcp.not_configured', `${server} needs a value for ${key}, which is not configured.`, {
    hint: `Set it with: gantry mcp profile config default --set ${server}.${key}=VALUE`,
    params: { reason: 'config', server, key },
  });
}

export function bindRefused(server: string, decision: BindDecision & { kind: 'refused' }): AppError {
  const { path, mode, reason } = decision;
  const params = { reason: `bind_${reason}`, server, path, mode };
  const command = `gantry mcp grant add ${server} ${path}${mode === 'rw' ? ' --rw' : ''}`;
  switch (reason) {
    case 'malformed':
      return notInCatalog(server, 'volume', path);
    case 'missing':
      return new AppError('mcp.not_configured', `${server} wants ${path}, which is not on this machine.`, {
        hint: 'Create it, or configure another path.',
        params,
      });
    case 'forbidden':
      return new AppError('mcp.denied', `${server} wants ${path}, which no server may ever have.`, {
        hint: 'Configure another path.',
        params,
      });
    case 'sensitive':
      return new AppError('mcp.denied', `${server} wants ${path}, where credentials or parts of the system are.`, {
        hint: `If it really should have exactly that: ${command} --even-though-sensitive`,
        params,
      });
    case 'not_granted':
      return new AppError('mcp.denied', `${server} may not ${mode === 'rw' ? 'write to' : 'read'} ${path}.`, {
        hint: `Allow it with: ${command}`,
        params,
      });
  }
}

export function capabilityRefused(server: string, capability: string): AppError {
  return new AppError('mcp.denied', `${server} wants the capability ${capability}, which no server may have.`, {
    hint: 'Capabilities beyond those of an ordinary container would give it this machine.',
    params: { reason: 'capability', server, capability },
  });
}
