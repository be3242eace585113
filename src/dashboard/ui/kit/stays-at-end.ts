export interface ScrollPlace {
  readonly top: number;
  /** Of all that can be scrolled to. */
  readonly height: number;
}

/**
 * Whether a list that follows its end goes on to. Only moving back leaves the end: an event of scrolling tells of a moment ago, and
 * rows may have been added since, so being far from the end says nothing about who scrolls.
 */
export function staysAtEnd(
  wasAtEnd: boolean,
  { before, place, nearPx }: { before: ScrollPlace; place: ScrollPlace; nearPx: number },
): boolean {
  if (place.top + nearPx >= place.height) return true;
  const movedBack = place.top < before.top && place.height >= before.height;
  return wasAtEnd && !movedBack;
}
