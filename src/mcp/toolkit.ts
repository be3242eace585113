import type { Catalogs } from './catalog/types.ts';
import type { LocalImages } from './types.ts';

/** What the commands of `gantry mcp` work with, in their own process: files below the home, and the Engine. */
export interface McpToolkit extends AsyncDisposable {
  readonly catalogs: Catalogs;
  readonly images: LocalImages;
}
