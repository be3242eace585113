/** What a setting is called and what it does. */
export interface SettingWords {
  readonly name: string;
  readonly does: string;
  /** What holds where nobody set it and there is no fixed default. */
  readonly unset?: string;
  /** What its values are called, where they have names of their own. */
  readonly options?: Readonly<Record<string, string>>;
}

const recorded = { on: 'Everything', metadata: 'Only that they were there', off: 'Nothing' };

/** By the key of each setting; a test holds that every setting is here. */
export const settingWords = {
  language: {
    name: 'Language of this page where a browser chose none',
    does: 'The command line has the language of its terminal.',
    options: { auto: 'As each browser prefers', en: 'English', zh: '简体中文' },
  },
  'modelRunner.enabled': {
    name: 'Enable Model Runner',
    does: 'Switched off, everything about models is refused until it is on again.',
  },
  'server.host': {
    name: 'Address to listen at',
    does: '0.0.0.0 and :: are all addresses. One that other machines reach opens only when there is a key.',
  },
  'server.listen': { name: 'Further addresses to listen at', does: 'On the same ports.' },
  'server.port': { name: 'Port', does: 'Where programs of this machine reach the API and this page.' },
  'server.origins': {
    name: 'CORS: allowed origins',
    does: 'Web pages that may use models, besides those of this machine. * is all.',
  },
  'server.allowedHosts': {
    name: 'Accepted host names',
    does: 'Names by which this machine may be asked, besides those of this machine and those that Docker uses.',
  },
  'server.access': {
    name: 'Who needs a key',
    does: 'Over TCP. The unix socket belongs to its owner and never asks for one.',
    options: { auto: 'All but this machine', keys: 'This machine too', open: 'Nobody' },
  },
  'server.bridgeAccess': {
    name: 'Containers',
    does: "Whether containers on Docker's bridge need a key to use models.",
    options: { open: 'Need no key', keys: 'Need a key' },
  },
  'server.tls.enabled': {
    name: 'Serve TLS too',
    does: 'At least TLS 1.2, with a certificate that is made unless you name one.',
  },
  'server.tls.port': { name: 'TLS port', does: 'At the same addresses.' },
  'server.tls.certificate': {
    name: 'Certificate file',
    does: 'Absolute path of a certificate with its chain in PEM. It goes together with its key.',
    unset: 'made and renewed by Gantry',
  },
  'server.tls.key': {
    name: 'Key file',
    does: 'Absolute path of the key of the certificate.',
    unset: 'made and renewed by Gantry',
  },
  'server.tls.only': {
    name: 'The network gets TLS alone',
    does: 'The plain port then stays on this machine.',
  },
  'docker.socket': {
    name: 'Docker-compatible socket',
    does: 'auto is ~/.docker/run/docker.sock, off is none, or an absolute path.',
  },
  'docker.bridge': {
    name: "Models at the address of Docker's bridge",
    does: 'Whether containers reach models there.',
    options: { auto: 'Yes', off: 'No' },
  },
  'models.fallback': {
    name: 'Where a registry is out of reach',
    does: 'Well-known models may come from a built-in list of other places. What is used instead is always said.',
    options: { allow: 'Look in the built-in list', prefer: 'Look in the built-in list first', forbid: 'Fail' },
  },
  'models.registryMirrors': {
    name: 'Our mirrors of Docker Hub',
    does: 'Tried for models, before those of the Engine.',
  },
  'models.insecureRegistries': {
    name: 'Registries reached over plain HTTP',
    does: 'Those of this machine always are.',
  },
  'models.verify': {
    name: 'What models must be signed with',
    does: 'A list of rules; the first whose pattern matches the name of a model decides.',
  },
  'models.sigstoreRoot': {
    name: 'Sigstore trusted root',
    does: 'Absolute path of a file, for signatures without keys.',
    unset: 'the one that comes with Gantry',
  },
  'inference.runtime': {
    name: 'Runtime for GGUF models',
    does: 'auto, llama-server, xllamacpp, the absolute path of a llama-server, or container:IMAGE.',
  },
  'inference.vllm': { name: 'Runtime for safetensors models', does: 'auto, or container:IMAGE of vLLM.' },
  'inference.gpu': {
    name: 'Devices for models',
    does: 'A kind of device that is named is needed: without it models do not load.',
    options: {
      auto: 'As the runtime chooses',
      none: 'Processor only',
      cuda: 'CUDA',
      rocm: 'ROCm',
      musa: 'MUSA',
      cann: 'CANN',
    },
  },
  'inference.memory': {
    name: 'Memory for all models together',
    does: 'Bytes, a size such as 6GB, or a share of the memory of the machine such as 70%.',
  },
  'inference.keepAlive': {
    name: 'How long an idle model stays loaded',
    does: 'Such as 5m or 1h30m; 0 unloads it after each request, -1 never.',
    unset: '5m',
  },
  'inference.contextSize': {
    name: 'Context size of all models',
    does: 'Tokens that one conversation may use.',
    unset: 'fitted to the model and the machine',
  },
  'inference.parallel': {
    name: 'Requests a model answers at once',
    does: 'Each of them takes its share of memory.',
    unset: '4, or fewer where memory is short',
  },
  'inference.threads': { name: 'Threads for answers', does: 'From 1 to 1024.', unset: 'fitted to the machine' },
  'inference.batchThreads': {
    name: 'Threads for reading what was asked',
    does: 'From 1 to 1024.',
    unset: 'fitted to the machine',
  },
  'inference.queueLimit': {
    name: 'Requests that may wait for a model',
    does: 'The next one is refused, and told when to come again.',
  },
  'mcp.enabled': {
    name: 'Enable Docker MCP Toolkit',
    does: 'Switched off, nothing is served at /mcp and /sse; open sessions and their servers end.',
  },
  'mcp.verify': {
    name: 'What images of MCP servers must be signed with',
    does: 'A list of rules; the first whose pattern matches the name of an image decides.',
  },
  'mcp.record': {
    name: 'What is kept of calls',
    does: 'Of tools, prompts and resources. Secrets never are.',
    options: { ...recorded, metadata: 'All but what was passed' },
  },
  'mcp.blockSecrets': {
    name: 'Stop calls and answers with secrets in them',
    does: 'Keys, tokens and passwords that are known by their shape, and those that servers were given.',
  },
  'mcp.blockNetwork': {
    name: 'Servers reach only the hosts that their entries allow',
    does: 'A change ends servers that are not in use; they start anew with the next call.',
  },
  'dashboard.terminal': {
    name: 'Terminals in containers',
    does: 'Whether this page opens them.',
  },
  'assistant.enabled': { name: 'Enable Docker AI', does: 'On once its terms are accepted.' },
  'assistant.acceptedTerms': {
    name: 'Accepted terms',
    does: 'The version of the terms that was accepted.',
    unset: 'none',
  },
  'assistant.model': {
    name: 'Model of the assistant',
    does: 'auto is the best one on this machine, none leaves answers to rules, the name of a model, or a server with the API of OpenAI: url, model, keySecret, contextSize.',
  },
  'assistant.acknowledged': {
    name: 'Remote models that were agreed to',
    does: 'For these it was read what leaves this machine.',
  },
  'assistant.mcp': { name: 'Tools of the MCP Toolkit', does: 'Whether its servers are offered to the assistant.' },
  'assistant.maxSteps': {
    name: 'Steps of one turn',
    does: 'Answers of the model, before you are asked whether it goes on.',
  },
  'assistant.keepSessions': {
    name: 'Sessions that are kept',
    does: 'The oldest without a star goes when a new one begins.',
  },
  'assistant.tools': {
    name: 'Tools of the assistant',
    does: 'By name: whether a tool is there (enabled), and whether it asks (approval: ask or auto).',
  },
  'assistant.permissions.deny': {
    name: 'The assistant never may',
    does: 'Rules such as shell(rm *) or write_file(src/**).',
  },
  'assistant.permissions.ask': { name: 'The assistant asks for', does: 'Rules such as shell(docker rm *).' },
  'assistant.permissions.allow': {
    name: 'The assistant may without asking',
    does: 'Rules such as read_file or shell(docker ps *).',
  },
  'assistant.enforced.deny': { name: 'Nobody may allow', does: 'Rules before all others, for administrators to lock.' },
  'assistant.enforced.ask': { name: 'Always asked for', does: 'Rules before all others, for administrators to lock.' },
  'assistant.enforced.allow': { name: 'Always allowed', does: 'Rules before all others, for administrators to lock.' },
  'assistant.projects': {
    name: 'Rules for folders',
    does: 'By the path of a folder: deny, ask and allow, as above.',
  },
  'requests.record': {
    name: 'What is kept of requests to models',
    does: 'For the pages of requests and for gantry requests.',
    options: recorded,
  },
  'log.level': {
    name: 'How much is logged',
    does: 'LOG_LEVEL, where the daemon was started with it, comes before this.',
    options: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  },
  'log.maxBytes': { name: 'Size of a log file in bytes', does: 'A file that is larger gives way to a new one.' },
  'log.maxFiles': { name: 'Log files that are kept', does: 'Of each kind, the current one included.' },
  modelSettings: {
    name: 'Settings of single models',
    does: 'By the name of a model: contextSize, parallel, threads, keepAlive, pin, runtimeFlags and others. Names that name no model do nothing.',
  },
} as const satisfies Readonly<Record<string, SettingWords>>;

export type SettingKey = keyof typeof settingWords;
