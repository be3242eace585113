import type { Analysis } from '../analysis/analyse.ts';
import type { Instruction, Span } from '../source/model.ts';
import { copiesOf, placed } from './find.ts';
import type { Check, Hit } from './types.ts';

const secretWord = /^(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)s?$/i;
/** Words that make a name harmless: what it names is public, or only says where or what a secret is. */
const harmlessWord =
  /^(?:public|pub|file|version|path|dir|url|uri|name|type|ttl|length|method|expiry|expires|size|algorithm|algo|keyring|fingerprint|server|host|port|enabled|timeout|issuer|audience|gpg|keys|ids?_only)$/i;

function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split(/[_.-]+/)
    .filter((word) => word !== '');
  return words.some((word) => secretWord.test(word)) && !words.some((word) => harmlessWord.test(word));
}

const tokenPatterns: readonly RegExp[] = [
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bgithub_pat_\w{22,}/,
  /\bglpat-[\w-]{20,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{24,}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bpypi-[A-Za-z0-9_-]{40,}/,
  /\bsk_live_[A-Za-z0-9]{20,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAIza[\w-]{35}/,
];

function hasToken(text: string): boolean {
  return tokenPatterns.some((pattern) => pattern.test(text));
}

const secretInBuild: Check = function* ({ stages, instructions }: Analysis) {
  const all: readonly Instruction[] = [...stages.head, ...instructions.map(({ instruction }) => instruction)];
  for (const instruction of all) {
    if (instruction.keyword === 'ARG' || instruction.keyword === 'ENV') {
      for (const { name, value = '', span } of instruction.properties) {
        const pointsToFile = value.startsWith('/run/secrets/');
        if ((isSecretName(name) && !pointsToFile) || hasToken(value)) {
          // The value itself is never repeated: a report is read by more people than the file.
          yield { at: span, evidence: `${instruction.keyword} ${name}`, params: { name } };
        }
      }
    } else if (instruction.keyword !== 'COMMENT' && hasToken(instruction.text)) {
      yield {
        at: instruction.keywordAt,
        evidence: `${instruction.keyword} …`,
        variant: 'token',
        params: { name: instruction.keyword },
      };
    }
  }
};

const secretFile: Check = function* (analysis) {
  for (const { instruction, sources, isFromStage } of copiesOf(analysis)) {
    const source = isFromStage ? undefined : sources.find(isSecretFile);
    if (source !== undefined) yield { at: instruction, params: { path: source } };
  }
};

function isSecretFile(source: string): boolean {
  const path = source.replace(/\/$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/(?:^|[._-])(?:example|sample|template|dist|tpl|pub|test)(?:[._-]|$)/.test(name)) return false;
  if (
    /^(?:\.env(?:\..+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.npmrc|\.pypirc|\.netrc|\.git-credentials|\.htpasswd|kubeconfig|credentials\.json|\.aws|\.ssh|\.kube|\.gnupg)$/.test(
      name,
    )
  ) {
    return true;
  }
  if (/(?:^|\/)\.(?:aws|ssh|kube|docker|gnupg)\//.test(path)) return true;
  if (/\.(?:p12|pfx|jks|keystore|kdbx)$/.test(name)) return true;
  if (/^service[-_]?account.*\.json$/.test(name)) return true;
  if (/\.(?:pem|key)$/.test(name))
    return !/(?:^|[._-])(?:ca|cert|certs|chain|fullchain|bundle|public|root|signing|archive|keyring)/.test(name);
  return false;
}

const credentialsInUrl: Check = function* (analysis) {
  for (const { instruction } of placed(analysis, 'RUN', 'ADD', 'ENV', 'ARG')) yield* urlsOf(analysis, instruction);
  for (const stage of analysis.stages.all) if (stage.isReachable) yield* urlsOf(analysis, stage.from);
};

function* urlsOf({ file }: Analysis, instruction: Instruction): Generator<Hit> {
  if (instruction.flags.some(({ name, value }) => name === 'mount' && /type=secret/.test(value ?? ''))) return;
  const span: Span = { start: instruction.argument.start, end: instruction.end };
  const text = file.source.slice(span.start, span.end);
  for (const match of text.matchAll(
    /\b([a-z][a-z0-9+.-]{1,15}):\/\/([^\s/:@'"]{1,200}):([^\s/@'"]{1,300})@([\w.$-]{1,100})/gi,
  )) {
    const at = span.start + match.index;
    yield {
      at: { start: at, end: at + match[0].length },
      evidence: `${match[1] ?? ''}://${match[2] ?? ''}:***@${match[4] ?? ''}`,
      params: { host: match[4] ?? '' },
    };
  }
  for (const match of text.matchAll(
    /https?:\/\/\$\{?\w{0,40}(?:TOKEN|PASSWORD|PASS|SECRET|PAT)\w{0,40}\}?@([\w.-]{1,100})/g,
  )) {
    const at = span.start + match.index;
    yield { at: { start: at, end: at + match[0].length }, params: { host: match[1] ?? '' } };
  }
}

const fixedPassword: Check = function* ({ runs }) {
  for (const run of runs) {
    for (const [index, command] of run.commands.entries()) {
      const words = command.words.map(({ value }) => value);
      if (command.name === 'passwd' && words.some((word) => /^-[a-zA-Z]*d$|^--delete$/.test(word))) {
        yield { at: command, variant: 'empty' };
      } else if (
        /^(?:useradd|usermod)$/.test(command.name) &&
        words.some((word) => word === '-p' || word.startsWith('--password'))
      ) {
        yield { at: command, evidence: `${command.name} … -p ***`, variant: 'fixed' };
      } else if (command.name === 'chpasswd' && command.place > 0) {
        const source = run.commands[index - 1];
        if (source && /^(?:echo|printf)$/.test(source.name) && isLiteralPassword(source.words)) {
          yield { at: source, evidence: `${source.name} … | chpasswd`, variant: 'fixed' };
        }
      } else if (command.name === 'passwd' && command.place > 0 && words[0] !== undefined) {
        yield { at: command, variant: 'fixed' };
      }
    }
  }
};

function isLiteralPassword(
  words: readonly { readonly value: string; readonly expansions: readonly unknown[] }[],
): boolean {
  return words.some(({ value, expansions }) => /^[\w.-]+:./.test(value) && expansions.length === 0);
}

export const secretChecks: Readonly<Record<string, Check>> = {
  SEC02: secretInBuild,
  SEC03: secretFile,
  SEC14: fixedPassword,
  SEC19: credentialsInUrl,
};
