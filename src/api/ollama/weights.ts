import { AppError } from '#core';

/** Which of the files sent hold what. */
export type Weights =
  | { readonly kind: 'gguf'; readonly file: string; readonly projector: string | undefined }
  /** All files together, as a folder. */
  | { readonly kind: 'safetensors' };

const firstShard = /-00001-of-\d{5}\.gguf$/i;
const anyShard = /-\d{5}-of-\d{5}\.gguf$/i;

/** @throws AppError `request.invalid` for files that are not one model */
export function chooseWeights(names: readonly string[]): Weights {
  const ggufs = names.filter((name) => /\.gguf$/i.test(name));
  if (ggufs.length === 0) {
    if (names.some((name) => /\.safetensors$/i.test(name))) return { kind: 'safetensors' };
    // Ollama's clients may send a file under any name; one alone can only be the weights.
    const [only] = names;
    if (names.length === 1 && only !== undefined) return { kind: 'gguf', file: only, projector: undefined };
    throw invalid('None of the files is a GGUF or safetensors file.', names);
  }
  const projectors = ggufs.filter((name) => /mmproj/i.test(name));
  const weights = ggufs.filter((name) => !/mmproj/i.test(name));
  const first = weights.length === 1 ? weights : weights.filter((name) => firstShard.test(name));
  const [file] = first;
  const isSet = weights.length === 1 || weights.every((name) => anyShard.test(name));
  if (file === undefined || first.length > 1 || !isSet || projectors.length > 1) {
    throw invalid('The files are not those of one model.', names);
  }
  return { kind: 'gguf', file, projector: projectors[0] };
}

function invalid(message: string, names: readonly string[]): AppError {
  const files = names.join(', ').slice(0, 300);
  return new AppError('request.invalid', message, {
    hint: 'Send one GGUF file, all shards of one, or the files of a safetensors folder; a projector besides has mmproj in its name.',
    params: { param: 'files', files },
  });
}
