/** A stored tag as people write it: without the parts that are the default (contract model-runner §3.1). */
export function displayName(tag: string): string {
  if (tag.startsWith('huggingface.co/')) return tag;
  return tag
    .replace(/^docker\.io\//, '')
    .replace(/^ai\//, '')
    .replace(/:latest$/, '');
}

/** Whether a stored tag is meant by a filter: `smollm2`, `ai/smollm2`, `ai/smollm2:latest` or the whole tag. */
export function matchesFilter(tag: string, filter: string): boolean {
  const wanted = displayName(fullName(filter.trim().toLowerCase()));
  const name = displayName(fullName(tag.toLowerCase()));
  return name === wanted || (!/:[^/]*$/.test(wanted) && name.replace(/:[^/]*$/, '') === wanted);
}

function fullName(name: string): string {
  const text = name.replace(/^hf\.co\//, 'huggingface.co/').replace(/^docker\.io\//, '');
  return text.includes('/') ? text : `ai/${text}`;
}

/** `team/model:v1` in its two parts; without a tag it is `latest`. */
export function splitTag(name: string): { repository: string; tagName: string } {
  const match = /^(.*):([^/:]*)$/.exec(name);
  return { repository: match?.[1] ?? name, tagName: match?.[2] || 'latest' };
}
