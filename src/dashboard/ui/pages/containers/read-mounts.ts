export interface ShownMount {
  /** Where it is in the container. */
  readonly target: string;
  /** `bind`, `volume`, `tmpfs`, … */
  readonly kind: string;
  /** A folder of the machine, or the name of a volume. */
  readonly source: string;
  readonly isReadOnly: boolean;
}

const mostMounts = 500;

/** What the Engine says is mounted; what is not as expected is left out. */
export function readMounts(inspect: Readonly<Record<string, unknown>>): readonly ShownMount[] {
  const { Mounts: given } = inspect;
  if (!Array.isArray(given)) return [];
  return given.slice(0, mostMounts).flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const { Type, Name, Source, Destination, RW } = one as Readonly<Record<string, unknown>>;
    if (typeof Destination !== 'string') return [];
    const source = [Type === 'volume' ? Name : Source, Source].find((text) => typeof text === 'string' && text !== '');
    return [
      {
        target: Destination,
        kind: typeof Type === 'string' ? Type : '',
        source: typeof source === 'string' ? source : '',
        isReadOnly: RW === false,
      },
    ];
  });
}
