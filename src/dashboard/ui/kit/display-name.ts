/** A stored name of a model as people write it, and as the command line shows it: without the parts that are the default. */
export function displayName(tag: string): string {
  if (tag.startsWith('huggingface.co/')) return tag;
  return tag
    .replace(/^docker\.io\//, '')
    .replace(/^ai\//, '')
    .replace(/:latest$/, '');
}
