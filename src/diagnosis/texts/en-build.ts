import type { CauseText } from './types.ts';

/** Failures of builds: title, why, what to do. */
export const enBuild: Readonly<Record<string, CauseText>> = {
  B01: [
    'The Dockerfile cannot be read',
    '{name}: {text}',
    'Correct that line; gantry ai rate Dockerfile names the rest.',
  ],
  B02: [
    'There is no such Dockerfile',
    '{name} is not where the build looks for it.',
    'Build from the folder that has it, name it with -f, or have one made: gantry ai generate.',
  ],
  'B02.context': [
    'The folder to build does not exist',
    '{name} is not there.',
    'Give the folder that has the Dockerfile.',
  ],
  'B02.argument': [
    'The folder to build is missing from the command',
    'docker build wants a folder: the files that COPY can use.',
    'Put a dot at the end: docker build -t NAME .',
  ],
  B03: [
    'A file to copy is not in the build context',
    '{instruction}: {name} was not sent to the builder. It is missing, its path is not relative to the folder of the build, or .dockerignore leaves it out.',
    'Check the path against the folder that docker build was given, and the lines of .dockerignore.',
  ],
  'B03.outside': [
    'COPY cannot reach outside of the build context',
    '{name} lies above the folder that docker build was given.',
    'Build from a folder above (docker build -f PATH/Dockerfile ..), or give it as a context of its own: --build-context.',
  ],
  'B03.stage': [
    'There is no stage with this name',
    '{name} is neither a stage of the Dockerfile above this line nor an image that can be pulled.',
    'Compare with the names after FROM … AS.',
  ],
  'B03.directory': [
    'Several files are copied to something that is no folder',
    '{instruction}: with more than one source the destination must end with a slash.',
    'Write the destination with / at its end.',
  ],
  B04: [
    'The base image does not exist',
    '{name}: the registry has no such image or tag.',
    'Check the spelling of image and tag; docker manifest inspect says whether there is one.',
  ],
  'B04.access': [
    'The base image cannot be pulled',
    '{name}: it does not exist, or it is private and nobody is signed in.',
    'Check the name; sign in with docker login. If it is a stage, write its name as after AS.',
  ],
  'B04.empty': [
    'FROM has no valid image name',
    '{name}: an ARG is empty or not known here, or the name has characters that are not allowed.',
    'Declare the ARG before the first FROM with a default, or give it: --build-arg NAME=VALUE.',
  ],
  'B04.limit': [
    'The registry allows no more pulls for now',
    'The limit for this address or account is used up.',
    'Sign in with docker login, use a mirror (registry-mirrors), or wait.',
  ],
  B05: [
    'The base image has no variant for this platform',
    '{instruction}: nothing is published for {name}.',
    'Choose a base that has it, or build for another: --platform linux/amd64.',
  ],
  'B05.format': [
    'The program is for another processor',
    '{instruction}: exec format error. The stage has another architecture than this machine, and no emulation is set up.',
    'Build for the platform of this machine, or install emulation (binfmt). FROM --platform=$BUILDPLATFORM keeps build tools native.',
  ],
  B06: [
    'The image has no shell or no such program',
    '{instruction}: {name} is not in the image, as in scratch and distroless ones.',
    'Run such commands in an earlier stage and COPY --from what they make; use the JSON form for programs that are there.',
  ],
  B07: [
    'A command is not installed in the image',
    '{instruction}: {name} was not found.',
    'Install it in an instruction before, or choose a base that has it. Slim and Alpine variants lack git, curl, make, bash.',
  ],
  'B08.execute': [
    'A file is not executable',
    '{instruction}: {name} lacks the right to be run.',
    'Set it where it is kept (chmod +x, git update-index --chmod=+x), or COPY --chmod=755, or call it with sh.',
  ],
  B08: [
    'The user of the build may not do this',
    '{instruction}: permission denied for {name}. A USER before it, or the user of the base image, is not root.',
    'Do what needs root before USER, and give folders away: COPY --chown, RUN install -d -o USER.',
  ],
  B09: [
    'A script has Windows line ends',
    '{instruction}: the shell reads the carriage return as part of the word.',
    'Convert it, and keep it so: "*.sh text eol=lf" in .gitattributes.',
  ],
  B10: [
    'apt does not know the package',
    '{instruction}: {name} is in no list. The lists were not fetched in the same RUN, or this release does not have it.',
    'RUN apt-get update && apt-get install -y … in one instruction; else check the name for this release.',
  ],
  'B10.candidate': [
    'apt has no such version of the package',
    '{instruction}: {name} cannot be installed from the lists of this release.',
    'Pin to a version that apt-cache policy shows, or take a base whose release has it.',
  ],
  'B10.stale': [
    'The package lists are older than the mirror',
    '{instruction}: a file that the lists name is gone (404): apt-get update comes from the cache of an earlier build.',
    'Put apt-get update and install into one RUN; build once with --no-cache.',
  ],
  'B10.release': [
    'The release of the base has left the mirrors',
    '{name} has no Release file any more: the distribution is past its end, or the repository does not serve it.',
    'Take a base of a release that is supported.',
  ],
  'B10.key': [
    'A repository is signed with a key that is not known',
    '{instruction}: {name}',
    'Install its key under /etc/apt/keyrings and name it with signed-by. If all keys fail, the base is too old, or the disk is full.',
  ],
  'B10.time': [
    'The clock is wrong',
    '{name} is not valid at the time of this machine.',
    'Set the clock of the host or of its virtual machine.',
  ],
  'B10.yes': [
    'apt waited for an answer',
    '{instruction}: nobody can say yes while building.',
    'apt-get install -y; DEBIAN_FRONTEND=noninteractive for questions of packages.',
  ],
  'B10.broken': [
    'apt cannot satisfy the dependencies',
    '{instruction}: packages of different releases are mixed, or another apt holds the lock.',
    'Use one release for all sources; give cache mounts of apt sharing=locked.',
  ],
  'B10.dpkg': [
    'A package failed while it was set up',
    '{instruction}: dpkg stopped at {name}.',
    'The lines above it say why: a service that wants to start, a missing folder (slim images have no /usr/share/man), or questions.',
  ],
  B11: [
    'apk does not know the package',
    '{instruction}: {name} is not in this release of Alpine.',
    'Check the name at pkgs.alpinelinux.org for this release; some are in the community repository.',
  ],
  'B11.version': [
    'Alpine no longer has this version',
    '{instruction}: {name}. Alpine keeps only the newest of a release.',
    'Pin loosely (package~=1.2), or update the pin.',
  ],
  'B11.key': [
    'Alpine refuses the signature',
    '{instruction}: the key is not known.',
    'Put the key into /etc/apk/keys.',
  ],
  B17: [
    'The disk is full',
    'The machine of the Engine has no space left for layers or for the build.',
    'See what takes it with docker system df; remove build cache and images that are not used.',
  ],
  'B17.layers': [
    'The image has too many layers',
    'The storage driver allows 125 or so.',
    'Join RUN instructions; use stages.',
  ],
  B18: [
    'The build ran out of memory',
    '{instruction}: the kernel or the program itself ended it.',
    'Give the virtual machine of Docker more memory, build with fewer jobs (-j2), or raise the heap (NODE_OPTIONS=--max-old-space-size).',
  ],
  B19: [
    'Names cannot be resolved while building',
    '{instruction}: {name} is not found.',
    'Check DNS of the Engine ("dns" in /etc/docker/daemon.json), VPN and firewall; --network=host shows whether only the bridge is affected.',
  ],
  'B19.proxy': [
    'The proxy does not let the build through',
    '{instruction}',
    'Give it to builds: proxies in ~/.docker/config.json, or --build-arg HTTPS_PROXY; check its address and credentials.',
  ],
  'B19.connect': [
    'A server does not answer while building',
    '{instruction}',
    'Try again; then check firewall, proxy and MTU (VPN) of the bridge network.',
  ],
  B20: [
    'A certificate is not trusted while building',
    '{instruction}: often a company proxy signs for others, or ca-certificates are missing.',
    'Install ca-certificates; COPY the company CA and run update-ca-certificates. Do not switch verification off.',
  ],
  'B20.http': [
    'The registry speaks HTTP only',
    '{instruction}',
    'Give it a certificate, or list it under insecure-registries of the Engine.',
  ],
  B21: [
    'A secret was not given to the build',
    '{instruction}: {name} is mounted, and the command line has no such secret.',
    'docker build --secret id={name},src=FILE . (also for Compose: build.secrets).',
  ],
  'B21.ssh': [
    'The build has no SSH key',
    '{instruction}: no agent is forwarded, or it holds no key that the server accepts.',
    'RUN --mount=type=ssh, docker build --ssh default ., and ssh-add before.',
  ],
  'B21.hostkey': [
    'The SSH server is not known in the image',
    '{instruction}: its host key cannot be checked.',
    'Put its published key into /etc/ssh/ssh_known_hosts in an instruction before.',
  ],
  B22: [
    'The Dockerfile needs BuildKit',
    '{name} is not known to the old builder.',
    'Install docker-buildx, or set DOCKER_BUILDKIT=1 with an Engine that has BuildKit; or do without it.',
  ],
  'B22.buildx': [
    'buildx is not installed',
    'BuildKit is switched on, and the CLI has no plugin for it.',
    'Install docker-buildx-plugin.',
  ],
  'B22.driver': [
    'This builder cannot do that',
    'Several platforms, and some caches and outputs, need another driver or the containerd image store.',
    'docker buildx create --use, and build again with --push or --load.',
  ],
  B26: [
    'The user does not exist in the image',
    '{name} is in no /etc/passwd at this point.',
    'Create it before USER, or give a number.',
  ],
  B27: [
    'A download is not what it should be',
    '{instruction}: its checksum differs. It was changed, cut, or the wrong sum is written down.',
    'Compare with what the publisher states before you change the sum; build once with --no-cache.',
  ],
  B28: [
    'dnf or yum does not know the package',
    '{instruction}: {name}',
    'Check the name; EPEL or another repository may be needed.',
  ],
  'B28.mirror': [
    'The repositories of this release are gone',
    '{name}: as for CentOS past its end.',
    'Take a base that is supported.',
  ],
  B30: [
    'A command of the build failed',
    '{instruction} ended with code {code}.',
    'The lines before it say why; --progress=plain --no-cache shows all of them.',
  ],
};
