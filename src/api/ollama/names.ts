import type { Model } from '#models';

/** A tag as users type it: Docker Hub, which is meant where no registry is named, is left out. */
export function displayName(tag: string): string {
  return tag.startsWith('docker.io/') ? tag.slice('docker.io/'.length) : tag;
}

/** Every name of a model; its id when it has none. */
export function displayNames({ tags, id }: Model): readonly string[] {
  return tags.length === 0 ? [id] : tags.map(displayName);
}

/** The one of a model's names that `asked` means, or its first. */
export function nameMeant(model: Model, asked: string): string {
  const names = displayNames(model);
  return names.find((name) => name === asked || name === `${asked}:latest`) ?? names[0] ?? asked;
}

/** What Ollama's clients show about a model. */
export function detailsOf({ config }: Model): Readonly<Record<string, unknown>> {
  const family = config.architecture ?? '';
  return {
    parent_model: '',
    format: config.format,
    family,
    families: family === '' ? [] : [family],
    parameter_size: config.parameters ?? '',
    quantization_level: config.quantization ?? '',
  };
}
