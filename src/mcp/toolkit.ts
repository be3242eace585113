import type { Catalogs } from './catalog/types.ts';
import type { FetchReadme } from './catalog/sources/readme.ts';
import type { ServerImages } from './containers/images.ts';
import type { ImageRule } from './signatures/rules.ts';
import type { OAuth } from './remote/oauth/oauth.ts';
import type { ProfileArtifacts } from './profiles/profile-artifacts.ts';
import type { LocalImages } from './types.ts';

/** What the commands of `gantry mcp` work with, in their own process: files below the home, and the Engine. */
export interface McpToolkit extends AsyncDisposable {
  readonly catalogs: Catalogs;
  readonly readme: FetchReadme;
  readonly images: LocalImages;
  /** Profiles in registries. */
  readonly profileArtifacts: ProfileArtifacts;
  /** Refuses images of servers that the settings want signed and that are not (`--verify-signatures`). */
  readonly checkImage: NonNullable<ServerImages['check']>;
  /** Whose signatures the settings want images to have. */
  readonly imageRules: () => readonly ImageRule[];
  readonly oauth: OAuth;
}
