import { rateDockerfile, type Rating } from '../rate.ts';
import { dotnetRecipe, goRecipe, javaRecipe, rustRecipe, staticRecipe } from './compiled.ts';
import type { ProjectFiles, ProjectLanguage } from './detect.ts';
import { assemble, type Generated, type Recipe } from './parts.ts';
import { nodeRecipe, phpRecipe, pythonRecipe, rubyRecipe } from './scripted.ts';

export interface GeneratedProject extends Generated {
  readonly language: ProjectLanguage;
  /** Of the Dockerfile that was made, in the project it was made for. */
  readonly rating: Rating;
}

const recipes: Readonly<Record<ProjectLanguage, (files: ProjectFiles) => Recipe>> = {
  node: nodeRecipe,
  python: pythonRecipe,
  go: goRecipe,
  java: javaRecipe,
  rust: rustRecipe,
  php: phpRecipe,
  ruby: rubyRecipe,
  dotnet: dotnetRecipe,
  static: staticRecipe,
};

/** Dockerfile, `.dockerignore` and Compose file for a project. The same project gives the same files. */
export function generateFor(language: ProjectLanguage, files: ProjectFiles): GeneratedProject {
  const generated = assemble(recipes[language](files));
  const context = { paths: files.paths, texts: files.texts, dockerignore: generated.dockerignore };
  return { ...generated, language, rating: rateDockerfile(generated.dockerfile, { context }) };
}
