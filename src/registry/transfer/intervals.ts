/** Half-open byte ranges `[start, end)`, sorted, apart from each other, none empty. */
export type Intervals = readonly Interval[];
export type Interval = readonly [start: number, end: number];

/** The union with one more range. */
export function addInterval(intervals: Intervals, [start, end]: Interval): Intervals {
  if (end <= start) return intervals;
  const before = intervals.filter(([, otherEnd]) => otherEnd < start);
  const after = intervals.filter(([otherStart]) => otherStart > end);
  const touching = intervals.slice(before.length, intervals.length - after.length);
  const merged: Interval = [Math.min(start, touching[0]?.[0] ?? start), Math.max(end, touching.at(-1)?.[1] ?? end)];
  return [...before, merged, ...after];
}

export function totalBytes(intervals: Intervals): number {
  return intervals.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** End of what is there without a gap from byte 0. */
export function frontier(intervals: Intervals): number {
  const [first] = intervals;
  return first !== undefined && first[0] === 0 ? first[1] : 0;
}

/** The first range below `size` that nobody covers. */
export function firstGap(covered: Intervals, size: number): Interval | undefined {
  let start = 0;
  for (const [coveredStart, coveredEnd] of covered) {
    if (coveredStart > start) return start < size ? [start, Math.min(coveredStart, size)] : undefined;
    start = coveredEnd;
  }
  return start < size ? [start, size] : undefined;
}
