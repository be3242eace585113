import type { RuleTexts } from './types.ts';

/** Build cache, size and reproducibility. */
export const enBuild: RuleTexts = {
  CAC01: {
    title: 'The whole context is copied before {tool} installs the dependencies.',
    why: 'Every change of the code makes the dependencies install again.',
    fix: 'Copy the manifest and the lock file first, install, then copy the rest.',
  },
  CAC02: {
    title: '`{command}` is alone in its layer.',
    why: 'The cached list of packages grows old, and a later install asks for versions that are gone.',
    fix: 'Update and install in the same RUN.',
  },
  CAC03: {
    title: '{tool} downloads without a cache mount.',
    why: 'Each change of the dependencies downloads all of them again.',
    fix: 'Add `--mount=type=cache,target=…` with the folder where {tool} keeps its cache.',
  },
  CAC04: {
    title: 'The cache mount of apt does not do its work.',
    why: 'apt needs the folder for itself, and Debian images delete what was downloaded.',
    fix: 'Use `sharing=locked`, and remove /etc/apt/apt.conf.d/docker-clean.',
    variants: {
      sharing: 'The cache mount of apt is not `sharing=locked`.',
      clean: 'docker-clean empties the cache mount of apt.',
    },
  },
  CAC05: {
    title: 'The .dockerignore does not leave out: {paths}.',
    why: 'They are sent with every build, change without need and end in the image.',
    fix: 'Name them in .dockerignore.',
    variants: { none: 'There is no .dockerignore, and the whole context is copied.' },
  },
  CAC06: {
    title: '{path} is copied, but .dockerignore leaves it out.',
    why: 'The build fails, because the file is not in the context.',
    fix: 'Copy another path, or let it in with `!{path}`.',
  },
  CAC07: {
    title: 'ARG {name} changes with every build and stands above line {line}.',
    why: 'All that is expensive below it is done again each time.',
    fix: 'Declare it right before it is used.',
  },
  CAC08: {
    title: '{name} changes with every build and stands above line {line}.',
    why: 'All that is expensive below it is done again each time.',
    fix: 'Move it to the end of the stage.',
  },
  CAC09: {
    title: '{url} is fetched without a version or checksum.',
    why: 'The cached layer stays as it was while the source goes on.',
    fix: 'Name a version in the address, or use `ADD --checksum=…`.',
  },
  CAC10: {
    title: 'This RUN could be part of the one above.',
    why: 'Each RUN is a layer of its own.',
    fix: 'Join them with `&&`, or use a heredoc.',
  },
  CAC11: {
    title: 'This copy could be independent of the layers below: `--link`.',
    why: 'Without it, a new base image means copying again.',
    fix: 'Add `--link`.',
  },
  CAC12: {
    title: 'This stage waits for {parent}, but only copies files.',
    why: 'BuildKit could build both at the same time.',
    fix: 'Start it from scratch or from the base image.',
  },
  SIZ01: {
    title: 'The final image contains the toolchain of {image}.',
    why: 'Compilers and sources make it several times larger and give an intruder tools.',
    fix: 'Build in a stage of its own, and copy the result into a small image.',
  },
  SIZ02: {
    title: 'The package lists of apt stay in the layer.',
    why: 'They are some 20 to 50 MB that nothing uses.',
    fix: 'End the RUN with `rm -rf /var/lib/apt/lists/*`.',
  },
  SIZ03: {
    title: 'apt also installs what packages only recommend.',
    why: 'That is often more than was asked for.',
    fix: 'Add `--no-install-recommends`.',
  },
  SIZ04: { title: 'apk leaves its index in the layer.', why: 'It is never used again.', fix: 'Add `--no-cache`.' },
  SIZ05: {
    title: 'The package manager’s cache stays in the layer.',
    why: 'Downloaded packages and metadata take up tens of megabytes.',
    fix: 'End the RUN with `{cleaning}`.',
  },
  SIZ06: {
    title: 'pip leaves what it downloaded in the layer.',
    why: 'The cache is never used again.',
    fix: 'Add `--no-cache-dir`, or use a cache mount.',
  },
  SIZ07: {
    title: '{tool} leaves in the image what the program does not need.',
    why: 'It makes the image larger and brings in packages that may have flaws.',
    fix: 'Install with `--omit=dev` (npm), `--production` (yarn) or `--prod` (pnpm), and clean the cache.',
    variants: {
      dev: '{tool} also installs the development dependencies.',
      cache: 'The cache of {tool} stays in the layer.',
    },
  },
  SIZ08: {
    title: 'The archive {file} is kept.',
    why: 'Its contents are in the image twice.',
    fix: 'Remove it in the same RUN, or stream it into tar.',
    variants: {
      downloaded: 'The archive {file} is not removed after it is extracted.',
      copied: 'The archive {file} is copied and extracted: ADD does both.',
    },
  },
  SIZ09: {
    title: '{path} is removed in a later layer.',
    why: 'What an earlier layer holds stays in the image.',
    fix: 'Remove it in the RUN that makes it.',
  },
  SIZ10: {
    title: 'The rights of {path} are changed after it was copied.',
    why: 'Every file is stored a second time.',
    fix: 'Use `COPY {flag}=…`.',
  },
  SIZ11: {
    title: 'useradd with the high user id {id} and without `-l`.',
    why: 'It writes a sparse log file that becomes huge in the layer.',
    fix: 'Add `-l`.',
  },
  SIZ12: {
    title: 'A lighter form of the base image exists: {slim}.',
    why: 'The full one brings hundreds of megabytes of tools for building.',
    fix: 'Use {slim}.',
  },
  SIZ13: {
    title: 'The whole file system of {from} is copied.',
    why: 'Everything in that stage ends in the image.',
    fix: 'Copy only the files that are needed.',
  },
  SIZ14: {
    title: 'These end in the image: {paths}.',
    why: 'The program does not need them.',
    fix: 'Name them in .dockerignore.',
  },
  SIZ15: {
    title: 'Tools for debugging are installed: {packages}.',
    why: 'The running program does not need them, an intruder may.',
    fix: 'Use `docker debug` or a container beside it when there is something to look for.',
  },
  SIZ16: {
    title: 'Packages for building stay: {packages}.',
    why: 'They are only needed while something is compiled.',
    fix: 'Install them with `--virtual .build-deps`, and remove them in the same RUN.',
  },
  SIZ17: {
    title: 'The program is built with its symbols.',
    why: 'They are about a third of the file.',
    fix: 'Build with {flags}.',
  },
  REP01: {
    title: '{image} has no tag.',
    why: 'It means `latest`, which is another image tomorrow.',
    fix: 'Name a version.',
  },
  REP02: {
    title: 'The tag `{tag}` moves.',
    why: 'The same Dockerfile gives another image tomorrow.',
    fix: 'Name a version.',
  },
  REP03: {
    title: '{image} is not pinned to a digest.',
    why: 'A tag can be published again with other contents.',
    fix: 'Add `@sha256:…`, and let a bot renew it.',
  },
  REP04: {
    title: 'Packages without a version: {packages}.',
    why: 'Each build installs whatever is newest.',
    fix: 'Pin versions, or pin the base to a digest and use a snapshot of the distribution.',
  },
  REP05: {
    title: '{tool} packages without a version: {packages}.',
    why: 'Each build installs whatever is newest, also a broken or hostile release.',
    fix: 'Pin a version, or install from a lock file.',
  },
  REP06: {
    title: 'The lock file does not decide what is installed.',
    why: 'Two builds of the same commit may differ.',
    fix: 'Install from the lock file.',
    variants: {
      ci: '`npm install` may change what the lock file says; `npm ci` does not.',
      flag: '{tool} is called without `{flag}`.',
      missing: 'There is no {file}.',
      goget: '`go get` changes go.mod during the build.',
      update: '`{tool} update` ignores the lock file.',
      requirements: 'The requirement “{name}” has no exact version.',
    },
  },
  REP07: {
    title: '`{command}` upgrades everything.',
    why: 'The result depends on the day, and the layer doubles what it replaces.',
    fix: 'Use a newer base image instead.',
  },
  REP08: {
    title: '{url} is whatever is newest.',
    why: 'The same Dockerfile gives another image tomorrow.',
    fix: 'Name a tag, a commit or a version.',
    variants: { clone: '{url} is cloned without a tag or commit.', download: '{url} is whatever is newest.' },
  },
  REP09: {
    title: '`{what}` gives another value in each build.',
    why: 'No two builds are the same.',
    fix: 'Pass the value as an ARG, or use SOURCE_DATE_EPOCH.',
  },
  REP10: {
    title: 'The tag `{tag}` names only a major version.',
    why: 'Minor versions change without notice.',
    fix: 'Name minor version and variant, such as 22.14-bookworm-slim.',
  },
};
