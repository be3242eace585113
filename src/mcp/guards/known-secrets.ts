/** Values that were handed to servers, to be recognised when one comes back. */
export interface KnownSecrets {
  add(values: Iterable<string>): void;
  /** Where one of them stands in a text, also escaped or encoded. */
  find(text: string): { readonly start: number; readonly end: number } | undefined;
  hide(text: string): string;
}

/** Shorter ones stand in ordinary texts by chance. */
const shortest = 6;

export function createKnownSecrets(): KnownSecrets {
  const forms = new Set<string>();
  const find: KnownSecrets['find'] = (text) => {
    for (const form of forms) {
      const start = text.indexOf(form);
      if (start >= 0) return { start, end: start + form.length };
    }
    return undefined;
  };
  return {
    find,
    add(values) {
      for (const value of values) {
        const plain = value.trim();
        if (plain.length < shortest) continue;
        const once = JSON.stringify(plain).slice(1, -1);
        forms.add(plain);
        forms.add(once);
        forms.add(JSON.stringify(once).slice(1, -1));
        forms.add(encodeURIComponent(plain));
        // Base64 writes a text in three ways, by where it begins among the bytes; the letters at its ends depend on what is around.
        for (const before of ['', 'a', 'ab']) {
          const encoded = Buffer.from(before + plain)
            .toString('base64')
            .replace(/=+$/, '');
          const core = encoded.slice(before === '' ? 0 : 4, -2);
          if (core.length >= 8) forms.add(core);
        }
      }
    },
    hide(text) {
      let hidden = text;
      for (const form of forms) if (hidden.includes(form)) hidden = hidden.replaceAll(form, '[redacted secret]');
      return hidden;
    },
  };
}
