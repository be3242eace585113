import type { ProgressLine, PullImageLine } from '#contract';

export interface TransferWords {
  readonly mode: 'pull' | 'push';
  /** The Engine's word for what a layer is at, in the language of the page. */
  readonly status: (status: string) => string;
  readonly done: (line: Extract<PullImageLine, { type: 'done' }>) => string;
  readonly tell: (error: Extract<PullImageLine, { type: 'error' }>) => {
    readonly message: string;
    readonly hint: string | undefined;
  };
}

interface Layer {
  readonly size: number;
  readonly current: number;
}

const over = /^(?:Pull complete|Already exists|Pushed|Layer already exists|Mounted from)/;
/** Layers are unpacked after they came: their bytes are here by then. */
const unpacking = /^(?:Verifying Checksum|Download complete|Extracting)/;

/** What the Engine says of an image's layers, as the panel of transfers takes it. */
export async function* transferLines(
  lines: AsyncIterable<PullImageLine>,
  words: TransferWords,
): AsyncGenerator<ProgressLine> {
  const layers = new Map<string, Layer>();
  for await (const line of lines) {
    if (line.type === 'done') {
      yield { type: 'success', message: words.done(line) };
      continue;
    }
    if (line.type === 'error') {
      const { message, hint } = words.tell(line);
      yield { type: 'error', message, code: line.code, ...(hint !== undefined && { hint }) };
      continue;
    }
    const message = words.status(line.status);
    if (line.layer === null) {
      yield { type: 'progress', message, mode: words.mode };
      continue;
    }
    const layer = layerAfter(layers.get(line.layer), line);
    layers.set(line.layer, layer);
    const total = [...layers.values()].reduce((sum, { size }) => sum + size, 0);
    yield { type: 'progress', message, mode: words.mode, total, layer: { id: line.layer, ...layer } };
  }
}

function layerAfter(
  before: Layer = { size: 0, current: 0 },
  { status, currentBytes, totalBytes }: Extract<PullImageLine, { type: 'progress' }>,
): Layer {
  const size = Math.max(before.size, totalBytes ?? 0);
  if (over.test(status) || unpacking.test(status)) return { size, current: size };
  // A push counts the archive around the files too, which is a little more than it said.
  return { size, current: Math.min(size, Math.max(before.current, currentBytes ?? 0)) };
}
