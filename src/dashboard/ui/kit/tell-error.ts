import type { ErrorBody, ProgressLine } from '#contract';
import { useEffect, useState } from 'react';
import { useLanguage, type Language } from './text.tsx';

export interface Told {
  readonly message: string;
  readonly hint: string | undefined;
}

type Teller = (error: ErrorBody['error']) => Told;

const asItIs: Teller = ({ message, hint }) => ({ message, hint });

/** How errors of the daemon, which come in English with what a translation needs, are told in a language. Loaded with the first one. */
export async function tellerIn(language: Language): Promise<Teller> {
  if (language === 'en') return asItIs;
  const { errorText } = await import('#texts');
  return (error) => errorText(error, language);
}

/** How lines of progress are told in a language. In English where the texts cannot be loaded. */
export async function lineTellerIn(language: Language): Promise<(line: ProgressLine) => ProgressLine> {
  if (language === 'en') return (line) => line;
  try {
    const { errorText, statusText, warningText } = await import('#texts');
    return (line) => {
      switch (line.type) {
        case 'error':
          return { ...line, ...errorText({ ...line, code: line.code ?? '' }, language) };
        case 'warning':
          return { ...line, message: warningText(line, language) };
        default:
          return { ...line, message: statusText(line.message, language) };
      }
    };
  } catch {
    return (line) => line;
  }
}

/** For errors that are part of an answer: of a server, of a line of progress. In English until the texts are there. */
export function useErrorTeller(): Teller {
  const { language } = useLanguage();
  const [teller, setTeller] = useState<{ readonly tell: Teller }>({ tell: asItIs });
  useEffect(() => {
    let isGone = false;
    void tellerIn(language)
      // Texts that cannot be loaded, because the daemon is away or was updated, leave the English.
      .catch(() => asItIs)
      .then((tell) => {
        if (!isGone) setTeller({ tell });
      });
    return () => {
      isGone = true;
    };
  }, [language]);
  return teller.tell;
}
