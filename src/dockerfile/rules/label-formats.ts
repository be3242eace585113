export type LabelProblem = 'key' | 'empty' | 'url' | 'date' | 'spdx' | 'version' | 'revision' | 'email';

const prefix = 'org.opencontainers.image.';

/** What is wrong with a label, by the OCI image specification's annotation keys and Docker's rules for keys. */
export function labelProblem(name: string, value: string): LabelProblem | undefined {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$/.test(name) || /\.\.|--/.test(name)) return 'key';
  if (/^(?:com\.docker|io\.docker|org\.dockerproject)\./.test(name)) return 'key';
  if (!name.startsWith(prefix)) return undefined;
  if (value.trim() === '') return 'empty';
  switch (name.slice(prefix.length)) {
    case 'url':
    case 'documentation':
    case 'source':
      return URL.canParse(value) ? undefined : 'url';
    case 'created':
      return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(value) ? undefined : 'date';
    case 'licenses':
      return isSpdx(value) ? undefined : 'spdx';
    case 'version':
      return /^v?\d+(?:\.\d+){0,3}(?:[-+~][\w.+~-]+)?$/.test(value) ? undefined : 'version';
    case 'revision':
      return /^[0-9a-f]{7,64}$/i.test(value) ? undefined : 'revision';
    case 'authors':
      return value.includes('@') && !/[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+/.test(value) ? 'email' : undefined;
    default:
      return undefined;
  }
}

/** The form of an SPDX expression; the list of identifiers grows, so unknown ones that look like one pass. */
function isSpdx(text: string): boolean {
  const words = text.replaceAll(/[()]/g, ' ').trim().split(/\s+/);
  return words.every((word, index) =>
    index % 2 === 1
      ? /^(?:AND|OR|WITH)$/.test(word)
      : /^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(word) && !/^(?:apache2?|gpl|lgpl|bsd|proprietary|apache-?2)$/i.test(word),
  );
}
