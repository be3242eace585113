/** What a GGUF's path says about it, by the naming patterns Hugging Face publishers share. */
export interface GgufName {
  /** Canonical upper-case tag (`Q4_K_M`, `UD-Q4_K_XL`, `F16`); undefined when neither file nor folder names one. */
  readonly quantization: string | undefined;
  /** File name without folders, shard numbers and extension, as published. */
  readonly stem: string;
  /** What is left of folder and name without the tag: the same for all quantizations of one model. */
  readonly identity: string;
  readonly shard: { readonly index: number; readonly count: number } | undefined;
}

const tagPattern = new RegExp(
  String.raw`(?<=^|[-._ ])(UD-)?(` +
    [
      String.raw`I?Q\d(?:_(?:[A-Z]{1,3}|\d))*`,
      String.raw`TQ\d_\d|I2_S|MXFP4(?:_MOE)?|NVFP4`,
      String.raw`BF16|FP?16|FP?32`,
    ].join('|') +
    String.raw`)(?=$|[-._ ])`,
  'gi',
);

export function parseGgufName(path: string): GgufName {
  const folders = path.split('/');
  const base = (folders.pop() ?? '').replace(/\.gguf$/i, '');
  const shardMatch = /^(.*)-(\d{5})-of-(\d{5})$/.exec(base);
  const stem = shardMatch?.[1] ?? base;
  const shard = shardMatch ? { index: Number(shardMatch[2]), count: Number(shardMatch[3]) } : undefined;

  const ofFile = splitTag(stem);
  const ofFolders = folders.map(splitTag);
  const folderTag = ofFolders.findLast(({ tag }) => tag !== undefined)?.tag;
  // Folder `UD-Q4_K_XL/` with files `…-Q4_K_XL-00001-of-…`: the folder knows more.
  const tag = folderTag !== undefined && folderTag === `UD-${ofFile.tag}` ? folderTag : (ofFile.tag ?? folderTag);
  const places = ofFolders.filter((folder) => folder.tag === undefined).map((folder) => folder.rest);
  return { quantization: tag, stem, identity: [...places, ofFile.rest].join('/'), shard };
}

/** Spelling differences that mean the same format: `fp16` is `F16`. */
export function canonicalQuantization(text: string): string {
  return text.toUpperCase().replace(/^FP(16|32)$/, 'F$1');
}

/** The last tag counts: `gemma-3-4b-it-qat-Q4_0`, and not the `F16` of a model that has it in its name. */
function splitTag(text: string): { tag: string | undefined; rest: string } {
  const match = [...text.matchAll(tagPattern)].at(-1);
  if (!match) return { tag: undefined, rest: normalise(text) };
  const rest = `${text.slice(0, match.index)}-${text.slice(match.index + match[0].length)}`;
  return { tag: canonicalQuantization(match[0]), rest: normalise(rest) };
}

// Importance-matrix marks and bits per weight belong to the making of a quantization, not to the model.
function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/\d+(?:\.\d+)?bpw/, '')
    .split(/[-._ ]+/)
    .filter((part) => part !== '' && !/^(?:i1|imat|imatrix|pure|gguf)$/.test(part))
    .join('-');
}
