import { AppError, formatSize } from '#core';
import type { HuggingFaceFile } from '../types.ts';
import { chooseSafetensors } from './choose-safetensors.ts';
import { groupGgufs, type GgufGroup } from './gguf-groups.ts';
import { canonicalQuantization } from './quantization.ts';

export interface HuggingFaceChoice {
  readonly format: 'gguf' | 'safetensors';
  /** All shards, in order. */
  readonly weights: readonly HuggingFaceFile[];
  readonly mmproj?: HuggingFaceFile | undefined;
  readonly chatTemplate?: HuggingFaceFile | undefined;
  /** Of safetensors: the other files of the model's folder, the template among them. */
  readonly companions?: readonly HuggingFaceFile[] | undefined;
  /** Canonical tag, or the file's own name where the publisher gave no tag; empty for safetensors. */
  readonly quantization: string;
  /** True when the user named none and the rule below chose. */
  readonly isDefault: boolean;
  /** What else there is, smallest first. */
  readonly alternatives: readonly QuantizationOffer[];
}

export interface QuantizationOffer {
  readonly quantization: string;
  readonly sizeBytes: number;
}

/**
 * The rule for a reference that names no quantization: the first of these that the repository has, otherwise its
 * smallest file. Four bits first because they run everywhere and lose little; then more bits before fewer.
 */
export const defaultQuantizations: readonly string[] = [
  'Q4_K_M',
  'UD-Q4_K_XL',
  'MXFP4',
  'MXFP4_MOE',
  'Q4_K_L',
  'Q4_K_S',
  'Q4_0',
  'Q4_1',
  'IQ4_XS',
  'IQ4_NL',
  'Q5_K_M',
  'Q6_K',
  'Q8_0',
  'F16',
  'BF16',
  'F32',
];

const meansDefault = new Set(['', 'latest', 'main']);

/**
 * Picks the files of one model. A named quantization must equal one tag of the repository, without regard to case
 * (`F16` is not `BF16`, `Q4_K_M` is not `UD-Q4_K_M`), or one file name without `.gguf`.
 * @throws AppError `source.not_found` for an unknown quantization, an incomplete shard set, several models that the name
 * does not tell apart, or no weights at all
 */
export function chooseHuggingFaceFiles(
  files: readonly HuggingFaceFile[],
  { quantization = '', repository = 'The repository' }: { quantization?: string; repository?: string } = {},
): HuggingFaceChoice {
  const isDefault = meansDefault.has(quantization.toLowerCase());
  const { groups, projectors } = groupGgufs(files);
  const chatTemplate = files.find(({ path }) => path === 'chat_template.jinja');
  if (groups.length === 0) return safetensors(files, { quantization: isDefault ? '' : quantization, repository });

  const chosen = isDefault ? chooseDefault(groups, repository) : chooseNamed(groups, { quantization, repository });
  assertComplete(chosen, repository);
  return {
    format: 'gguf',
    weights: chosen.files,
    mmproj: chooseProjector(projectors, chosen),
    chatTemplate,
    quantization: chosen.quantization,
    isDefault,
    alternatives: offers(groups.filter((group) => group.quantization !== chosen.quantization)),
  };
}

function chooseNamed(
  groups: readonly GgufGroup[],
  { quantization, repository }: { quantization: string; repository: string },
): GgufGroup {
  const wanted = canonicalQuantization(quantization);
  const byTag = groups.filter((group) => group.quantization === wanted);
  const stem = quantization.toLowerCase().replace(/\.gguf$/, '');
  const matches = byTag.length > 0 ? byTag : groups.filter((group) => group.stem.toLowerCase() === stem);
  if (matches.length === 0) throw unknownQuantization(groups, { quantization, repository });
  return chooseOfOneModel(matches, repository);
}

function chooseDefault(groups: readonly GgufGroup[], repository: string): GgufGroup {
  assertOneModel(groups, repository);
  for (const quantization of defaultQuantizations) {
    const matches = groups.filter((group) => group.quantization === quantization);
    if (matches.length > 0) return chooseOfOneModel(matches, repository);
  }
  return chooseOfOneModel(groups.toSorted((a, b) => a.sizeBytes - b.sizeBytes).slice(0, 1), repository);
}

/** The same quantization published twice, whole and in shards: a complete set before a broken one, then fewer files, then the first path. */
function chooseOfOneModel(matches: readonly GgufGroup[], repository: string): GgufGroup {
  assertOneModel(matches, repository);
  const [best] = matches.toSorted(
    (a, b) =>
      Number(b.missing.length === 0) - Number(a.missing.length === 0) ||
      a.files.length - b.files.length ||
      (a.key < b.key ? -1 : 1),
  );
  if (!best) throw new AppError('internal', 'There was nothing to choose from.');
  return best;
}

function assertOneModel(groups: readonly GgufGroup[], repository: string): void {
  if (new Set(groups.map((group) => group.identity)).size <= 1) return;
  const names = [...new Set(groups.map((group) => group.stem))].join(', ');
  throw new AppError('source.not_found', `${repository} holds more than one model: ${names}.`, {
    hint: 'Name one of them as the tag, for example hf.co/ORG/REPOSITORY:FILE_NAME.',
    params: { repository, names },
  });
}

function assertComplete(group: GgufGroup, repository: string): void {
  if (group.missing.length === 0) return;
  const missing = group.missing.join(', ');
  throw new AppError(
    'source.not_found',
    `${repository} lacks parts of ${group.quantization}: ${missing} of ${group.shardCount}.`,
    {
      hint: 'Choose another quantization, or tell the publisher.',
      params: { repository, quantization: group.quantization, missing, count: group.shardCount },
    },
  );
}

function unknownQuantization(
  groups: readonly GgufGroup[],
  { quantization, repository }: { quantization: string; repository: string },
): AppError {
  const available = offers(groups)
    .map((offer) => `${offer.quantization} (${formatSize(offer.sizeBytes)})`)
    .join(', ');
  return new AppError('source.not_found', `${repository} has no ${quantization}. It has: ${available}.`, {
    hint: 'Name one of these as the tag.',
    params: { repository, quantization, available },
  });
}

/** Every GGUF quantization of a repository with the size of its weights, smallest first. */
export function listQuantizations(files: readonly HuggingFaceFile[]): readonly QuantizationOffer[] {
  return offers(groupGgufs(files).groups);
}

function offers(groups: readonly GgufGroup[]): QuantizationOffer[] {
  const smallest = new Map<string, number>();
  for (const { quantization, sizeBytes } of groups) {
    smallest.set(quantization, Math.min(sizeBytes, smallest.get(quantization) ?? Infinity));
  }
  return [...smallest]
    .map(([quantization, sizeBytes]) => ({ quantization, sizeBytes }))
    .toSorted((a, b) => a.sizeBytes - b.sizeBytes || (a.quantization < b.quantization ? -1 : 1));
}

/** F16 loses nothing and runs on every backend, BF16 does not run everywhere; then the first by name. */
function chooseProjector(projectors: readonly GgufGroup[], model: GgufGroup): HuggingFaceFile | undefined {
  const named = projectors.filter(({ identity }) => identity.includes(model.identity) && model.identity !== '');
  const candidates = named.length > 0 ? named : projectors;
  const best =
    candidates.find(({ quantization }) => quantization === 'F16') ??
    candidates.find(({ quantization }) => quantization === 'BF16') ??
    candidates[0];
  return best?.files[0];
}

function safetensors(
  files: readonly HuggingFaceFile[],
  { quantization, repository }: { quantization: string; repository: string },
): HuggingFaceChoice {
  const choice = chooseSafetensors(files, repository);
  if (choice === undefined) {
    throw new AppError('source.not_found', `${repository} has no model weights (GGUF or safetensors).`, {
      hint: 'Look for a repository of the same model whose name ends in -GGUF.',
      params: { repository },
    });
  }
  if (quantization !== '') {
    throw new AppError('source.not_found', `${repository} has no ${quantization}: its weights are safetensors.`, {
      hint: 'Leave the tag out, or look for a repository of the same model whose name ends in -GGUF.',
      params: { reason: 'safetensors_tag', repository, quantization },
    });
  }
  return { format: 'safetensors', ...choice, quantization: '', isDefault: true, alternatives: [] };
}
