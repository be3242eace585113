import type { JsonObject } from '../types.ts';
import packages from './packages.json' with { type: 'json' };

/** A server of the starter catalogue: its entry, and how its image differs from the others. */
export interface StarterServer {
  readonly wire: JsonObject;
  /** Whose rights it has: the user's, because it works on the user's files, or nobody's. */
  readonly runsAs: 'user' | 'nobody';
  /** Folders of the image that volumes are put on, writable for who runs it. */
  readonly folders: readonly string[];
}

type Name = keyof typeof packages;

interface Described extends Omit<StarterServer, 'wire'> {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly license: string;
  readonly tools: readonly string[];
  readonly entry: JsonObject;
}

/** Changes when images are put together in another way, so that they are built again. */
const recipe = 1;

const nobody = { runsAs: 'nobody', folders: [] } as const;
const mit = 'MIT';
const officialLicense = 'MIT AND Apache-2.0';

function apiKey(name: Name, env: string, where: string): JsonObject {
  return { name: `${name}.api_key`, env, description: `API key, made at ${where}`, example: '<API_KEY>' };
}

const described: Readonly<Record<Name, Described>> = {
  everything: {
    ...nobody,
    title: 'Everything',
    description: 'Exercises every feature of the protocol: tools of all kinds, resources, prompts, sampling, progress.',
    category: 'testing',
    license: officialLicense,
    tools: [
      'echo',
      'get-annotated-message',
      'get-env',
      'get-resource-links',
      'get-resource-reference',
      'get-structured-content',
      'get-sum',
      'get-tiny-image',
      'gzip-file-as-resource',
      'toggle-simulated-logging',
      'toggle-subscriber-updates',
      'trigger-long-running-operation',
    ],
    entry: { longLived: true, allowHosts: ['raw.githubusercontent.com:443'] },
  },
  filesystem: {
    runsAs: 'user',
    folders: [],
    title: 'Filesystem',
    description: 'Reads, searches, edits and moves files in the folders that you configure and grant.',
    category: 'files',
    license: officialLicense,
    tools: [
      'read_file',
      'read_text_file',
      'read_media_file',
      'read_multiple_files',
      'write_file',
      'edit_file',
      'create_directory',
      'list_directory',
      'list_directory_with_sizes',
      'directory_tree',
      'move_file',
      'search_files',
      'get_file_info',
      'list_allowed_directories',
    ],
    entry: {
      command: ['{{filesystem.paths|volume-target|into}}'],
      volumes: ['{{filesystem.paths|volume|into}}'],
      disableNetwork: true,
      config: [
        {
          name: 'filesystem',
          description: 'The folders that the server may use; each has to be granted too',
          type: 'object',
          properties: { paths: { type: 'array', items: { type: 'string' }, description: 'Absolute paths of folders' } },
          required: ['paths'],
        },
      ],
    },
  },
  memory: {
    runsAs: 'nobody',
    folders: ['data'],
    title: 'Memory',
    description:
      'Remembers entities, their relations and observations across conversations, in a volume of this machine.',
    category: 'memory',
    license: officialLicense,
    tools: [
      'create_entities',
      'create_relations',
      'add_observations',
      'delete_entities',
      'delete_observations',
      'delete_relations',
      'read_graph',
      'search_nodes',
      'open_nodes',
    ],
    entry: {
      longLived: true,
      volumes: ['gantry-mcp-memory:/data'],
      env: [{ name: 'MEMORY_FILE_PATH', value: '/data/memory.jsonl' }],
      disableNetwork: true,
    },
  },
  sequentialthinking: {
    ...nobody,
    title: 'Sequential Thinking',
    description: 'Lets a model work through a problem in steps that it can revise and branch.',
    category: 'reasoning',
    license: officialLicense,
    tools: ['sequentialthinking'],
    entry: { longLived: true, disableNetwork: true },
  },
  context7: {
    ...nobody,
    title: 'Context7',
    description: 'Looks up current documentation and examples of libraries.',
    category: 'documentation',
    license: mit,
    tools: ['resolve-library-id', 'query-docs'],
    entry: {
      allowHosts: ['context7.com:443', 'mcp.context7.com:443'],
      secrets: [{ ...apiKey('context7', 'CONTEXT7_API_KEY', 'context7.com/dashboard'), required: false }],
    },
  },
  brave: {
    ...nobody,
    title: 'Brave Search',
    description: 'Searches the web, images, videos, news and places with Brave.',
    category: 'search',
    license: mit,
    tools: [
      'brave_web_search',
      'brave_local_search',
      'brave_video_search',
      'brave_image_search',
      'brave_news_search',
      'brave_summarizer',
      'brave_llm_context',
      'brave_place_search',
    ],
    entry: {
      allowHosts: ['api.search.brave.com:443'],
      secrets: [apiKey('brave', 'BRAVE_API_KEY', 'api-dashboard.search.brave.com')],
      env: [{ name: 'BRAVE_MCP_TRANSPORT', value: 'stdio' }],
    },
  },
  tavily: {
    ...nobody,
    title: 'Tavily',
    description: 'Searches the web and extracts, crawls and maps sites with Tavily.',
    category: 'search',
    license: mit,
    tools: ['tavily_search', 'tavily_extract', 'tavily_crawl', 'tavily_map', 'tavily_research'],
    entry: {
      allowHosts: ['api.tavily.com:443'],
      secrets: [apiKey('tavily', 'TAVILY_API_KEY', 'app.tavily.com')],
    },
  },
  perplexity: {
    ...nobody,
    title: 'Perplexity',
    description: 'Asks Perplexity: searches, answers with sources, longer research and reasoning.',
    category: 'search',
    license: mit,
    tools: ['perplexity_ask', 'perplexity_research', 'perplexity_reason', 'perplexity_search'],
    entry: {
      allowHosts: ['api.perplexity.ai:443'],
      secrets: [apiKey('perplexity', 'PERPLEXITY_API_KEY', 'perplexity.ai/account/api')],
    },
  },
  notion: {
    ...nobody,
    title: 'Notion',
    description: 'Reads, searches and edits pages, databases and comments of Notion.',
    category: 'productivity',
    license: mit,
    tools: [
      'API-get-user',
      'API-get-users',
      'API-get-self',
      'API-post-search',
      'API-get-block-children',
      'API-patch-block-children',
      'API-retrieve-a-block',
      'API-update-a-block',
      'API-delete-a-block',
      'API-retrieve-a-page',
      'API-patch-page',
      'API-post-page',
      'API-retrieve-a-page-property',
      'API-retrieve-a-comment',
      'API-create-a-comment',
      'API-query-data-source',
      'API-retrieve-a-data-source',
      'API-update-a-data-source',
      'API-create-a-data-source',
      'API-list-data-source-templates',
      'API-retrieve-a-database',
      'API-move-page',
      'API-retrieve-page-markdown',
      'API-update-page-markdown',
    ],
    entry: {
      allowHosts: ['api.notion.com:443'],
      secrets: [
        {
          name: 'notion.token',
          env: 'NOTION_TOKEN',
          description: 'Token of an integration, made at notion.so/profile/integrations',
          example: 'ntn_…',
        },
      ],
    },
  },
  time: {
    ...nobody,
    title: 'Time',
    description: 'Tells the time in any time zone and converts times between them.',
    category: 'time',
    license: officialLicense,
    tools: ['get_current_time', 'convert_time'],
    entry: { longLived: true, disableNetwork: true },
  },
  fetch: {
    ...nobody,
    title: 'Fetch',
    description: 'Fetches pages of the public web and gives them to a model as Markdown.',
    category: 'web',
    license: officialLicense,
    tools: ['fetch'],
    // Every name leads to the egress proxy, an address of its own network; the proxy is what keeps it out of private networks.
    entry: { longLived: true, command: ['--allow-private-ips'], allowHosts: ['*:80/http', '*:443/https'] },
  },
};

/** Images are named after what is in them: another version, or another way to build it, is another name. */
export function starterImage(name: string, version: string): string {
  return `gantry-mcp/${name}:${version}-r${recipe}`;
}

/** The servers by name, in the order in which they are shown. */
export const starterServers: ReadonlyMap<string, StarterServer> = new Map(
  Object.entries(described).map(([name, one]) => [name, toServer(name as Name, one)]),
);

function toServer(
  name: Name,
  { title, description, category, license, tools, entry, runsAs, folders }: Described,
): StarterServer {
  const { package: packageName, version, ...rest } = packages[name];
  const registry = 'registry' in rest ? rest.registry : 'npm';
  const wire: JsonObject = {
    name,
    type: 'server',
    image: starterImage(name, version),
    title,
    description,
    ...entry,
    tools: tools.map((tool) => ({ name: tool })),
    metadata: { category, license, tags: ['starter'] },
    package: registry === 'npm' ? `npm:${packageName}@${version}` : `${registry}:${packageName}==${version}`,
  };
  return { wire, runsAs, folders };
}
