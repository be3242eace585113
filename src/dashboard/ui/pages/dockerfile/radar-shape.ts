export interface Spoke {
  readonly name: string;
  /** 0 to 100; null where it does not apply. */
  readonly score: number | null;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a share of a spoke ends: the first spoke points up, the others follow clockwise. */
export function pointAt(index: number, { of, share }: { of: number; share: number }): Point {
  const angle = (2 * Math.PI * index) / Math.max(1, of) - Math.PI / 2;
  return { x: Math.cos(angle) * share, y: Math.sin(angle) * share };
}

/** The points of an SVG polygon; what does not apply is drawn whole, for it costs nothing. */
export function polygon(spokes: readonly Spoke[], radius: number): string {
  return spokes
    .map(({ score }, index) => {
      const { x, y } = pointAt(index, { of: spokes.length, share: radius * ((score ?? 100) / 100) });
      return `${tenths(x)},${tenths(y)}`;
    })
    .join(' ');
}

function tenths(value: number): number {
  // There is a zero below zero.
  return Math.round(value * 10) / 10 || 0;
}
