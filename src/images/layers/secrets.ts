/** A secret as it was found in a file; the secret itself is not kept. */
export interface FoundSecret {
  readonly rule: string;
  readonly line?: number | undefined;
  readonly hint: string;
}

/** Files that are secrets by what they are called. */
const byPath: readonly (readonly [string, RegExp])[] = [
  ['ssh-key', /(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/],
  ['env-file', /(^|\/)\.env(\.(prod|production|local|secret))?$/],
  ['npm-token', /(^|\/)\.npmrc$/],
  ['pypi-token', /(^|\/)\.pypirc$/],
  ['git-credentials', /(^|\/)\.git-credentials$/],
  ['netrc', /(^|\/)\.netrc$/],
  ['aws-credentials', /(^|\/)\.aws\/credentials$/],
  ['docker-login', /(^|\/)\.docker\/config\.json$/],
  ['kube-config', /(^|\/)\.kube\/config$/],
];

/** What a file of that name must hold, to be more than an empty shape. */
const proof: Readonly<Record<string, RegExp>> = {
  'env-file': /^[ \t]*(?:export[ \t]+)?\w{0,64}(?:PASSWORD|SECRET|TOKEN|KEY)\w*\s*=\s*\S{4,}/im,
  'npm-token': /_authToken\s*=\s*[^$\s]|_auth\s*=\s*[^$\s]|_password\s*=/,
  'pypi-token': /password\s*[=:]\s*\S/,
  'docker-login': /"auth"\s*:\s*"[^"]/,
  'git-credentials': /:\/\/[^:\s]{1,256}:[^@\s]{1,256}@/,
  netrc: /password\s+\S/,
  'aws-credentials': /aws_secret_access_key\s*=\s*\S/i,
  'kube-config': /(client-key-data|token|password):\s*\S/,
  'ssh-key': /PRIVATE KEY/,
};

const byContent: readonly (readonly [string, RegExp])[] = [
  ['private-key', /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----\s*[\w+/=\s-]{64}/],
  ['aws-access-key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['github-token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/],
  ['gitlab-token', /\bglpat-[\w-]{20,}/],
  ['slack-token', /\bxox[abprs]-[0-9A-Za-z-]{20,}/],
  ['google-api-key', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['stripe-key', /\b[rs]k_live_[0-9A-Za-z]{20,}/],
  ['openai-key', /\bsk-(?:proj-)?[A-Za-z0-9_-]{40,}/],
  ['hugging-face-token', /\bhf_[A-Za-z0-9]{34}\b/],
  ['docker-token', /\bdckr_pat_[\w-]{20,}/],
  ['npm-token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['pypi-token', /\bpypi-AgEI[\w-]{50,}/],
  ['sendgrid-key', /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
  [
    'url-password',
    /\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp):\/\/[^\s:/@]{1,256}:[^\s@/${}<]{4,256}@[\w.-]/,
  ],
];

/** One look for all of them: most files hold none. */
const any = new RegExp(byContent.map(([, pattern]) => pattern.source).join('|'));

/** Parts of systems and of dependencies, which carry keys for tests and examples. */
const notOurs =
  /^(usr\/(share|include|lib|lib64|libexec|src|bin|sbin)|lib|lib64|bin|sbin|boot|proc|sys|dev|var\/lib\/(dpkg|apt|rpm)|var\/cache|etc\/(ssl|pki|ca-certificates))\/|(^|\/)(node_modules|site-packages|dist-packages|vendor|testdata|\.cargo|go\/pkg)\//;

export const mostSecretFileBytes = 512 * 1024;

export function mayHoldSecret(path: string, sizeBytes: number): boolean {
  if (sizeBytes === 0 || sizeBytes > mostSecretFileBytes) return false;
  return byPath.some(([, pattern]) => pattern.test(path)) || !notOurs.test(path);
}

export function findSecrets(bytes: Buffer, path: string): readonly FoundSecret[] {
  // Programs and pictures hold what looks like anything.
  if (bytes.subarray(0, 1024).includes(0)) return [];
  const text = bytes.toString('latin1');
  const named = byPath.find(([, pattern]) => pattern.test(path))?.[0];
  const found: FoundSecret[] = [];
  if (named !== undefined && (proof[named]?.test(text) ?? true)) found.push({ rule: named, hint: `${bytes.length} B` });
  if (!any.test(text)) return found;
  for (const [rule, pattern] of byContent) {
    const match = pattern.exec(text);
    if (!match || found.some((one) => one.rule === rule)) continue;
    const line = text.slice(0, match.index).split('\n').length;
    found.push({ rule, line, hint: `${shown(rule, match[0])}… (${match[0].length})` });
  }
  return found;
}

function shown(rule: string, secret: string): string {
  return rule === 'url-password' ? secret.slice(0, secret.indexOf('://') + 3) : secret.slice(0, 4);
}
