import { statusError, type HttpClient } from '#registry';
import { checkRemoteUrl, type RemoteUrlRules } from '../../remote/remote-url.ts';

export interface ReadmeDeps {
  readonly http: HttpClient;
  readonly rules: () => RemoteUrlRules;
}

/** As much as other toolkits read. */
const largestReadmeBytes = 5 << 20;

/**
 * Fetches what a catalogue entry names as its readme. Whoever wrote the entry must not get us to ask inside this network.
 * @throws AppError `mcp.server_failed` for such an address, `source.*`
 */
export type FetchReadme = (
  entry: { readonly name: string; readonly readme: string },
  options: { readonly signal: AbortSignal },
) => Promise<string>;

export function createReadmes({ http, rules }: ReadmeDeps): FetchReadme {
  return async ({ name, readme }, { signal }) => {
    // Docker's own catalogue is named with http in older files.
    const address = readme.replace(/^http:\/\/desktop\.docker\.com\//, 'https://desktop.docker.com/');
    const { allowInsecure } = rules();
    const url = checkRemoteUrl(name, address, { allowInsecure });
    const response = await http.request(url.href, { signal, ledFrom: allowInsecure ? undefined : 'public' });
    if (response.status !== 200) {
      await response.discard();
      throw statusError(response, { label: url.href });
    }
    return new TextDecoder().decode(await response.bytes(largestReadmeBytes));
  };
}
