import type { SignOptions } from '../commands/sign.ts';
import type { VerifyOptions } from '../commands/verify.ts';
import { act, define, type Program } from './define.ts';

export function addSigningCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const sign = define(program, {
    usage: 'sign',
    summary: t('help.sign'),
    examples: ['sign registry.example.com/team/model:v1 --key cosign.key'],
  })
    .argument('<MODEL>', t('help.model'))
    .option('--key <FILE>', t('help.sign.key'))
    .option('--keyless', t('help.sign.keyless'))
    .option('--identity-token <TOKEN>', t('help.sign.identityToken'))
    .option('--fulcio-url <URL>', t('help.sign.fulcioUrl'))
    .option('--rekor-url <URL>', t('help.sign.rekorUrl'))
    .option('--json', t('help.jsonOption'));
  act<[string], SignOptions>(program, sign, async ([model], options) =>
    (await import('../commands/sign.ts')).sign(context, model, options),
  );

  const verify = define(program, {
    usage: 'verify',
    summary: t('help.verify'),
    examples: ['verify registry.example.com/team/model:v1 --key cosign.pub'],
  })
    .argument('<MODEL>', t('help.model'))
    .option('--key <FILE>', t('help.verify.key'))
    .option('--certificate-identity <NAME>', t('help.verify.identity'))
    .option('--certificate-oidc-issuer <URL>', t('help.verify.issuer'))
    .option('--json', t('help.jsonOption'));
  act<[string], VerifyOptions>(program, verify, async ([model], options) =>
    (await import('../commands/verify.ts')).verify(context, model, options),
  );
}
