import type { FeatureName } from '#mcp';
import type { CliContext } from '../../context.ts';
import type { MessageKey } from '../../messages/translate.ts';
import { tableText } from '../../output/table.ts';
import { printResult, type FormatOptions } from './format.ts';

const texts = {
  'dynamic-tools': 'mcp.feature.dynamicTools',
  'mcp-oauth-dcr': 'mcp.feature.oauthDcr',
  profiles: 'mcp.feature.profiles',
  'tool-name-prefix': 'mcp.feature.toolNamePrefix',
} as const satisfies Record<FeatureName, MessageKey>;

export async function listFeatures(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t } = context;
  const { createFeatures, featureNames } = await import('#mcp');
  const states = await createFeatures(context.paths).read();
  return await printResult(context, flags, {
    value: states,
    human: () =>
      tableText(
        [t('column.name'), t('column.status'), t('column.description')],
        featureNames.map((name) => [
          name,
          states[name] ? t('mcp.feature.enabled') : t('mcp.feature.disabled'),
          t(texts[name]),
        ]),
      ),
  });
}

export async function switchFeature(
  context: CliContext,
  { name, isOn }: { name: string; isOn: boolean },
  flags: FormatOptions,
): Promise<number> {
  const { t } = context;
  const { createFeatures } = await import('#mcp');
  await createFeatures(context.paths).set(name, isOn);
  return await printResult(context, flags, {
    value: { feature: name, enabled: isOn },
    human: () => `${isOn ? t('mcp.feature.isEnabled', { name }) : t('mcp.feature.isDisabled', { name })}\n`,
  });
}
