/** What stands around a Dockerfile, read beforehand and bounded; nothing here touches the disk. */
export interface ProjectContext {
  /** Paths of the build context with `/`, files and folders (these end with `/`); undefined when the context is not known. */
  readonly paths?: readonly string[] | undefined;
  /** More paths exist than were read. */
  readonly isCut?: boolean | undefined;
  /** Undefined when there is none. */
  readonly dockerignore?: string | undefined;
  readonly sizesBytes?: Readonly<Record<string, number>> | undefined;
  /** Small files that rules read: scripts that start the container, package.json. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  /** Which of `texts` have the execute bit; undefined where the file system has none. */
  readonly executables?: readonly string[] | undefined;
  /** Services of a Compose file that build this Dockerfile. */
  readonly services?: readonly ServiceFacts[] | undefined;
  /** What a registry or an offline table says about base images, by reference as written. */
  readonly images?: Readonly<Record<string, ImageFacts>> | undefined;
}

export interface ServiceFacts {
  readonly name: string;
  readonly hasInit: boolean;
  readonly hasHealthcheck: boolean;
  readonly user: string | undefined;
  readonly target: string | undefined;
  readonly memoryLimited: boolean;
  readonly platforms: readonly string[];
  readonly command: string | undefined;
}

export interface ImageFacts {
  readonly platforms?: readonly string[] | undefined;
  /** Dates as 2026-11-15. */
  readonly digestDate?: string | undefined;
  readonly newest?: { readonly digest: string; readonly date: string } | undefined;
}

export function hasPath({ paths }: ProjectContext, path: string): boolean {
  return paths?.includes(path) ?? false;
}
