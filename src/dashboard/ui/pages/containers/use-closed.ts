import { useState } from 'react';
import { useEnvironment } from '../../kit/index.ts';

const stored = 'gantry.containers.closed';
const mostKept = 500;
/** A label may be longer than all that a browser keeps. */
const longestKept = 300;

/** Projects whose containers are folded away, as this browser keeps them. */
export function useClosed(): {
  readonly closed: ReadonlySet<string>;
  readonly setClosed: (closed: ReadonlySet<string>) => void;
} {
  const { storage } = useEnvironment();
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set(namesIn(storage.getItem(stored))));
  return {
    closed,
    setClosed(next) {
      setClosed(next);
      storage.setItem(stored, JSON.stringify([...next].filter((one) => one.length <= longestKept).slice(-mostKept)));
    },
  };
}

function namesIn(text: string | null): readonly string[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
