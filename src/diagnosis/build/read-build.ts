import type { EvidenceLine } from '../types.ts';

/** A line as it was printed, and without what the builder put before it. */
export interface BuildLine {
  readonly line: EvidenceLine;
  readonly text: string;
}

/** What a failed `docker build` printed. */
export interface Build {
  readonly builder: 'classic' | 'buildkit';
  readonly lines: readonly BuildLine[];
  /** Those of the instruction that failed, and of the end; all where nobody can tell. */
  readonly failing: readonly BuildLine[];
  /** The instruction that failed: `RUN npm ci`. */
  readonly instruction: string | undefined;
  /** The line of it that says so. */
  readonly step: EvidenceLine | undefined;
  /** `Dockerfile:5`. */
  readonly place: string | undefined;
  readonly exitCode: number | undefined;
}

const classic =
  /^Sending build context to Docker daemon|^Step \d+\/\d+ : |^The command '.*' returned a non-zero code: \d+|DEPRECATED: The legacy builder|^(?:Error response from daemon: )?(?:COPY|ADD) failed: /i;
const buildkit =
  /^#\d+ (?:\[|DONE|CACHED|ERROR|transferring|resolve)|^ *=> (?:ERROR |CACHED )?\[|failed to solve|^ > \[[^\]]*\]|did not complete successfully: exit code|^\[\+\] Building /;
const either =
  /dockerfile parse error|failed to read dockerfile|unable to prepare context|Cannot locate specified Dockerfile|unable to evaluate symlinks in (?:Dockerfile|context) path|multiple platforms feature is currently not supported|Multi-platform build is not supported|buildx component is missing|the --\w+ option requires BuildKit|failed to process "|"docker (?:image |buildx )?build" requires|no build stage in current context/i;

/** Undefined where the output is none of a build. */
export function readBuild(output: readonly EvidenceLine[]): Build | undefined {
  const isBuildKit = output.some(({ text }) => buildkit.test(text));
  if (!isBuildKit && !output.some(({ text }) => classic.test(text) || either.test(text))) return undefined;
  return isBuildKit ? readBuildKit(output) : readClassic(output);
}

const success = /^Successfully (?:built|tagged) |^(?:#\d+ |.*=> => )naming to .* done$/;

/** Whether the output is that of a build which went well. */
export function hasBuilt(output: readonly EvidenceLine[]): boolean {
  return (
    output.some(({ text }) => success.test(text)) &&
    !output.some(({ text }) => /^#\d+ ERROR|^ERROR: |failed to solve|returned a non-zero code/.test(text))
  );
}

const codes = [/exit code: (\d+)/, /returned a non-zero code: (\d+)/];

function exitCodeIn(output: readonly EvidenceLine[]): number | undefined {
  for (const { text } of output.toReversed()) {
    const code = codes.flatMap((pattern) => pattern.exec(text)?.[1] ?? [])[0];
    if (code !== undefined) return Number(code);
  }
  return undefined;
}

function readClassic(output: readonly EvidenceLine[]): Build {
  const lines = output.map((line) => ({ line, text: line.text }));
  const at = output.findLastIndex(({ text }) => /^Step \d+\/\d+ : /.test(text));
  const step = output[at];
  return {
    builder: 'classic',
    lines,
    failing: at === -1 ? lines : lines.slice(at),
    instruction: step?.text.replace(/^Step \d+\/\d+ : /, ''),
    step,
    place: undefined,
    exitCode: exitCodeIn(output),
  };
}

// `#8 12.34 text`, `12.34 text` at the end, ` => => # text` on a terminal, and the frame around the Dockerfile.
const prefixes = /^(?:#\d+ +(?:\d+\.\d+ )?| *=> => # |\d+\.\d+ )/;

function readBuildKit(output: readonly EvidenceLine[]): Build {
  const lines = output.map((line) => ({ line, text: line.text.replace(prefixes, '') }));
  const failed = output.findLast(({ text }) => /^#\d+ ERROR/.test(text));
  const id = /^#\d+ /.exec(failed?.text ?? '')?.[0];
  const tail = output.findIndex(({ text }) => /^------$|^ > \[/.test(text) || /^ERROR: |failed to solve/.test(text));
  const failing = lines.filter(
    ({ line }, index) => (id !== undefined && line.text.startsWith(id)) || (tail !== -1 && index >= tail),
  );
  const named =
    output.findLast(({ text }) => /^ > \[[^\]]*\] ./.test(text)) ??
    output.find(({ text }) => id !== undefined && text.startsWith(id) && /^#\d+ \[[^\]]*\] ./.test(text)) ??
    output.findLast(({ text }) => /^ *=> ERROR \[[^\]]*\] ./.test(text));
  const instruction = /\] (.*?)(?::| +\d+\.\d+s)?$/.exec(named?.text ?? '')?.[1];
  const place = output.flatMap(({ text }) => /^([\w./-]{0,100}\d*ockerfile[\w./-]{0,60}:\d+)$/.exec(text)?.[1] ?? []);
  return {
    builder: 'buildkit',
    lines,
    failing: failing.length > 0 ? failing : lines,
    instruction,
    step: named,
    place: place.at(-1),
    exitCode: exitCodeIn(output),
  };
}
