import { join } from 'node:path';
import type { z } from 'zod';
import type { generateDockerfileRequest, GeneratedDockerfileBody } from '#contract';
import { AppError } from '#core';
import { writtenBodyOf } from './bodies.ts';
import type { RootOf } from './root.ts';

type Asked = z.infer<typeof generateDockerfileRequest>;

/** What `gantry ai generate` makes, shown, or written as it was shown. @throws AppError `request.*` */
export async function generateFiles(
  { root, path, language, write }: Asked,
  rootOf: RootOf,
): Promise<GeneratedDockerfileBody> {
  const {
    detectLanguage,
    digestOfText,
    generateFor,
    pathInside,
    readIfThere,
    readProject,
    unifiedDiff,
    writeIfUnchanged,
  } = await import('#dockerfile');
  const folder = await pathInside(rootOf(root), path);
  const project = await readProject(folder);
  const chosen = language ?? detectLanguage(project);
  if (chosen === undefined) {
    throw new AppError('request.invalid', `The files in ${folder} do not say what language the project is in.`, {
      hint: 'Say which language it is.',
      params: { param: 'language', expected: 'node, python, go, java, rust, php, ruby, dotnet, static' },
    });
  }
  const made = generateFor(chosen, project);
  const all = [
    { name: 'Dockerfile', text: made.dockerfile },
    { name: '.dockerignore', text: made.dockerignore },
    { name: 'compose.yaml', text: made.compose },
  ] as const;
  const files = await Promise.all(
    all.map(async ({ name, text }) => {
      const there = await readIfThere(join(folder, name));
      return {
        name,
        path: join(folder, name),
        text,
        digest: digestOfText(text),
        before: there === undefined ? null : digestOfText(there),
        diff: unifiedDiff(name, there, text),
      };
    }),
  );
  const { score, grade } = made.rating;
  const body = { language: chosen, folder, score, grade, files };
  if (!write) return { ...body, written: null };
  const wanted = write.map(({ name, digest, before }) => {
    const file = files.find((one) => one.name === name && one.digest === digest);
    if (!file) throw projectChanged(folder);
    return { path: file.path, text: file.text, before: before ?? undefined };
  });
  return { ...body, written: (await writeIfUnchanged(wanted)).map(writtenBodyOf) };
}

function projectChanged(path: string): AppError {
  return new AppError('request.conflict', `The project in ${path} has changed: other files would be made by now.`, {
    hint: 'Look at the new ones; nothing was written.',
    params: { reason: 'project_changed', path },
  });
}
