import { AppError } from '#core';

/** Deeper than any schema people write, and far from what would overflow a stack. */
const deepest = 200;
/** More than any conversation has, and few enough that a complaint about each is no burden. */
const mostValues = 200_000;

/** @throws AppError `request.invalid` for what is too deep or too much, and for halves of characters, which runners cannot read */
export function checkJson(value: unknown): void {
  let level: unknown[] = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new AppError('request.invalid', `The request is nested deeper than ${deepest} levels.`);
    values += level.length;
    if (values > mostValues) throw new AppError('request.invalid', `The request has more than ${mostValues} values.`);
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string') checkText(item);
      else if (Array.isArray(item)) for (const element of item) next.push(element);
      else if (typeof item === 'object' && item !== null) {
        for (const [key, element] of Object.entries(item)) {
          checkText(key);
          next.push(element);
        }
      }
    }
    level = next;
  }
}

function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new AppError('request.invalid', 'The request contains half a character (a lone UTF-16 surrogate).');
  }
}
