import type { Json, JsonObject } from '../types.ts';
import { textOf } from '../protocol/messages.ts';
import type { Manifest } from './manifest.ts';
import { exposeNames, type NamedItem } from './names.ts';
import { uriMatcher, type UriMatcher } from './uri-template.ts';

/** One server as a client's session sees it. */
export interface VisibleServer {
  readonly name: string;
  readonly prefix: string | undefined;
  readonly manifest: Manifest;
  /** Whether one of its tools may be used. */
  readonly isToolEnabled: (tool: string) => boolean;
}

export interface Route {
  readonly server: string;
  /** The server's own name for it. */
  readonly name: string;
}

/** Everything that a session is shown, and where each thing leads. */
export interface View {
  readonly tools: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly templates: readonly JsonObject[];
  tool(exposed: string): Route | undefined;
  prompt(exposed: string): Route | undefined;
  /** By the URI itself, else by the template that fits best. */
  resource(uri: string): string | undefined;
  template(uriTemplate: string): string | undefined;
  /** The name that clients see. */
  exposedTool(route: Route): string | undefined;
  readonly warnings: readonly string[];
  readonly instructions: string | undefined;
}

export interface ViewOptions {
  /** Tools, prompts and resources of the gateway itself; their names are taken. */
  readonly builtin: {
    readonly tools: readonly JsonObject[];
    readonly prompts: readonly JsonObject[];
    readonly resources: readonly JsonObject[];
  };
  /** Names that servers cannot have although nothing is called so now. */
  readonly reserved: readonly string[];
}

interface Listed extends NamedItem {
  readonly definition: JsonObject;
}

/** Pure: the same servers give the same view, whatever their order. */
export function buildView(servers: readonly VisibleServer[], { builtin, reserved }: ViewOptions): View {
  const ordered = servers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const tools = exposeList(
    ordered.flatMap(({ name, prefix, manifest, isToolEnabled }) =>
      manifest.tools
        .map((definition) => listed(definition, { server: name, prefix }))
        .filter((tool) => isToolEnabled(tool.name)),
    ),
    [...builtin.tools.map(nameOf), ...reserved],
  );
  const prompts = exposeList(
    ordered.flatMap(({ name, manifest }) =>
      manifest.prompts.map((definition) => listed(definition, { server: name, prefix: undefined })),
    ),
    builtin.prompts.map(nameOf),
  );
  const resources = firstOfEach(ordered, { list: 'resources', key: 'uri', taken: builtin.resources });
  const templates = firstOfEach(ordered, { list: 'templates', key: 'uriTemplate', taken: [] });
  const matchers = [...templates.owners].map(([template, server]) => ({ server, matcher: uriMatcher(template) }));
  const exposedTools = new Map([...tools.routes].map(([exposed, route]) => [routeKey(route), exposed]));

  return {
    tools: byName([...builtin.tools, ...tools.definitions]),
    prompts: byName([...builtin.prompts, ...prompts.definitions]),
    resources: [...builtin.resources, ...resources.definitions],
    templates: templates.definitions,
    tool: (exposed) => tools.routes.get(exposed),
    prompt: (exposed) => prompts.routes.get(exposed),
    resource: (uri) => resources.owners.get(uri) ?? bestMatch(matchers, uri),
    template: (uriTemplate) => templates.owners.get(uriTemplate),
    exposedTool: (route) => exposedTools.get(routeKey(route)),
    warnings: [...tools.warnings, ...prompts.warnings, ...resources.warnings, ...templates.warnings],
    instructions: instructionsOf(ordered),
  };
}

function routeKey({ server, name }: Route): string {
  return `${server}\n${name}`;
}

function listed(definition: JsonObject, { server, prefix }: Pick<NamedItem, 'server' | 'prefix'>): Listed {
  return { server, prefix, name: nameOf(definition), definition };
}

function nameOf(definition: JsonObject): string {
  return textOf(definition['name']) ?? '';
}

function byName(definitions: readonly JsonObject[]): readonly JsonObject[] {
  return definitions.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function exposeList(
  items: readonly Listed[],
  reserved: readonly string[],
): { definitions: readonly JsonObject[]; routes: ReadonlyMap<string, Route>; warnings: readonly string[] } {
  const { exposed, warnings } = exposeNames(items, { reserved: new Set(reserved) });
  return {
    definitions: exposed.map(({ item, exposed: name }) =>
      name === item.name ? item.definition : { ...item.definition, name },
    ),
    routes: new Map(exposed.map(({ item, exposed: name }) => [name, { server: item.server, name: item.name }])),
    warnings,
  };
}

/** A URI cannot be changed, since servers write it into what they answer; of two that are alike the first server's counts. */
function firstOfEach(
  servers: readonly VisibleServer[],
  { list, key, taken }: { list: 'resources' | 'templates'; key: string; taken: readonly JsonObject[] },
): { definitions: readonly JsonObject[]; owners: ReadonlyMap<string, string>; warnings: readonly string[] } {
  const owners = new Map<string, string>();
  const reserved = new Set<Json | undefined>(taken.map((one) => one[key]));
  const definitions: JsonObject[] = [];
  const warnings: string[] = [];
  for (const { name, manifest } of servers) {
    for (const definition of manifest[list]) {
      const uri = textOf(definition[key]) ?? '';
      const owner = reserved.has(uri) ? 'the gateway' : owners.get(uri);
      if (owner === undefined) {
        owners.set(uri, name);
        definitions.push(definition);
      } else if (owner !== name) {
        warnings.push(`${uri.slice(0, 200)} of ${name} is not shown: ${owner} has one of that address.`);
      }
    }
  }
  return { definitions, owners, warnings };
}

function bestMatch(
  matchers: readonly { readonly server: string; readonly matcher: UriMatcher }[],
  uri: string,
): string | undefined {
  let best: { server: string; weight: number } | undefined;
  for (const { server, matcher } of matchers) {
    const weight = matcher.match(uri);
    if (weight !== undefined && weight > (best?.weight ?? -1)) best = { server, weight };
  }
  return best?.server;
}

const instructionChars = 4000;

/** What servers tell the model, each under its name. */
function instructionsOf(servers: readonly VisibleServer[]): string | undefined {
  const texts = servers
    .filter(({ manifest }) => manifest.instructions !== undefined && manifest.instructions.trim() !== '')
    .map(({ name, manifest }) => `# ${name}\n${(manifest.instructions ?? '').trim().slice(0, instructionChars)}`);
  return texts.length === 0 ? undefined : texts.join('\n\n');
}
