import { commands } from '../fixes/recreate.ts';
import type { Found } from '../rules/rule.ts';
import type { Fix, Risk } from '../types.ts';
import type { Build } from './read-build.ts';

/** One failure of a build: looks at what it printed, and at nothing else. */
export interface BuildRule {
  readonly id: `B${number}`;
  readonly find: (build: Build) => Found | undefined;
}

export interface BuildRuleOptions {
  readonly variant?: string;
  /** 0.95 where the tool itself says what is wrong. */
  readonly confidence?: number;
  /** Texts of earlier instructions count too. */
  readonly anywhere?: boolean;
  readonly when?: (build: Build, match: RegExpExecArray) => boolean;
  readonly params?: (match: RegExpExecArray, build: Build) => Readonly<Record<string, string | number>>;
  readonly fixes?: (match: RegExpExecArray, build: Build) => readonly Fix[];
  readonly verify?: readonly (readonly string[])[];
}

const mostQuoted = 3;

export function buildRule(id: BuildRule['id'], pattern: RegExp, options: BuildRuleOptions = {}): BuildRule {
  const { variant, confidence = 0.95, anywhere = false, when, params, fixes, verify } = options;
  return {
    id,
    find(build) {
      const hits = (anywhere ? build.lines : build.failing).flatMap(({ line, text }) => {
        const match = pattern.exec(text);
        return match && (!when || when(build, match)) ? [{ line, match }] : [];
      });
      const [first] = hits;
      if (!first) return undefined;
      const { step } = build;
      // The end of a BuildKit log says again what the step had said.
      const quoted = hits.filter(({ match }, index) => hits.findIndex((one) => one.match[0] === match[0]) === index);
      return {
        confidence,
        variant,
        evidence: [
          ...(step && !quoted.some(({ line }) => line === step) ? [step] : []),
          ...quoted.slice(0, mostQuoted).map(({ line }) => line),
        ],
        params: {
          instruction: build.instruction ?? build.place ?? 'the build',
          name: first.match[1] ?? first.match[2] ?? '',
          code: build.exitCode ?? '',
          ...params?.(first.match, build),
        },
        fixes: fixes?.(first.match, build) ?? [],
        verify: (verify ?? [verifyBuild(build)]).map((argv) => ({ argv })),
      };
    },
  };
}

export function verifyBuild({ builder }: Build): readonly string[] {
  return builder === 'buildkit' ? ['docker', 'build', '--progress=plain', '.'] : ['docker', 'build', '.'];
}

/** Always the same commands. */
export function always(risk: Risk, ...lines: readonly (readonly string[])[]): () => readonly Fix[] {
  return () => commands(risk, ...lines);
}
