/**
 * Makes continuations and the comments and empty lines between them blank, so that what is left can be read as one line whose
 * characters stand where they stand in the file. A word that a continuation cuts in two keeps it: shells join it themselves.
 */
export function blankContinuations(text: string, escape: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.split('\n');
  let isContinued = false;
  return lines
    .map((line, index) => {
      const isLast = index === lines.length - 1;
      const trimmed = line.trim();
      if (isContinued && (trimmed === '' || trimmed.startsWith('#'))) return blank(line, isLast);
      const end = line.trimEnd();
      if (!end.endsWith(escape)) return line + (isLast ? '' : '\n');
      isContinued = true;
      const cutsWord =
        escape === '\\' && end.length === line.length && /\S\\$/.test(end) && /^[^\s#]/.test(lines[index + 1] ?? ' ');
      if (cutsWord) return `${line}${isLast ? '' : '\n'}`;
      return end.slice(0, -1) + blank(line.slice(end.length - 1), isLast);
    })
    .join('');
}

function blank(line: string, isLast: boolean): string {
  return ' '.repeat(line.length + (isLast ? 0 : 1));
}
