import type { TlsBody } from '#contract';
import type { CliContext } from '../context.ts';
import { pairsText } from '../output/table.ts';

interface JsonOption {
  readonly json?: boolean;
}

export async function showTls(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const body = await fetchTls(context);
  if (json) context.printJson(body);
  else context.print(body.enabled ? factsText(body, context) : `${context.t('tls.off')}\n`);
  return 0;
}

/** What to do on the client's side, with the real paths and addresses. */
export async function showTrustHint(context: CliContext): Promise<number> {
  const { t } = context;
  const { enabled, authorityPath, addresses } = await fetchTls(context);
  if (!enabled) {
    context.print(`${t('tls.off')}\n`);
    return 0;
  }
  if (authorityPath === null) {
    context.print(`${t('tls.hint.own')}\n`);
    return 0;
  }
  const [address = ''] = addresses;
  const url = address.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//localhost');
  const ways: readonly (readonly [string, string])[] = [
    [t('tls.hint.curl'), `curl --cacert ${authorityPath} ${url}/v1/models`],
    [t('tls.hint.node'), `NODE_EXTRA_CA_CERTS=${authorityPath}`],
    [t('tls.hint.python'), `SSL_CERT_FILE=${authorityPath}`],
    [t('tls.hint.gantry'), `MODEL_RUNNER_TLS=true MODEL_RUNNER_TLS_CA_CERT=${authorityPath} GANTRY_HOST=${url}`],
    [
      t('tls.hint.debian'),
      `sudo cp ${authorityPath} /usr/local/share/ca-certificates/gantry.crt && sudo update-ca-certificates`,
    ],
    [
      t('tls.hint.mac'),
      `sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${authorityPath}`,
    ],
  ];
  const lines = ways.map(([name, command]) => `${name}:\n  ${command}\n`);
  context.print(`${t('tls.hint.intro', { path: authorityPath })}\n\n${lines.join('')}`);
  return 0;
}

export async function renewTls(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const daemon = await context.daemon();
  const body = await daemon.json({ method: 'POST', path: '/gantry/tls/renew' }, (contract) => contract.tlsBody);
  if (json) context.printJson(body);
  else context.print(`${context.t('tls.renewed', { date: body.validUntil ?? '' })}\n`);
  return 0;
}

async function fetchTls(context: CliContext): Promise<TlsBody> {
  return await (await context.daemon()).json({ path: '/gantry/tls' }, (contract) => contract.tlsBody);
}

function factsText({ addresses, authorityPath, names, validUntil, fingerprint }: TlsBody, { t }: CliContext): string {
  return pairsText([
    [t('tls.addresses'), addresses.join(', ')],
    [t('tls.authority'), authorityPath ?? t('tls.ownFiles')],
    [t('tls.names'), names.join(', ')],
    [t('tls.validUntil'), validUntil ?? ''],
    [t('tls.fingerprint'), fingerprint ?? ''],
  ]);
}
