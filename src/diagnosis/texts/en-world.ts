/** Title, why, what to do. */
export const enWorld = {
  C32: [
    'Port {port} of the host is taken by another container',
    '{holder} publishes it already.',
    'Publish another port of the host, or stop {holder}.',
  ],
  C33: [
    'Port {port} of the host is taken by a program',
    'A process of the host, not a container, listens there.',
    'Find it with ss -ltnp and stop it, or publish another port.',
  ],
  C34: [
    'The program found its port taken',
    'Something in the same network (mode {mode}) listens on port {port} already: a second process, or with host networking a program of the host.',
    'Use another port, or start only one of them.',
  ],
  C35: [
    'The program listens only to itself',
    'It listens on {address}:{port}. Published ports arrive from outside of the container, so they find nobody.',
    'Make it listen on 0.0.0.0 (often an option --host, or a variable HOST).',
  ],
  C36: [
    'The published port is not the one of the program',
    'Port {outer} of the host leads to {published}; the program listens on {port}.',
    'Publish -p {outer}:{port}.',
  ],
  C37: [
    'A user that is not root may not use port {port}',
    'Ports below 1024 are for root unless the kernel is told otherwise; the container runs as {user}.',
    'Use a high port, or allow it: --sysctl net.ipv4.ip_unprivileged_port_start=0.',
  ],
  C38: [
    'The folder to mount does not exist',
    '{path} is not there on the machine of the Engine.',
    'Create it. With -v Docker would make an empty folder that belongs to root.',
  ],
  'C38.shared': [
    'The folder is not shared with the VM of Docker',
    '{path} is outside of what is shared.',
    'Share it in the settings, or use a folder in your home.',
  ],
  C39: [
    'A folder is mounted on a file, or the other way round',
    '{path} and what lies at its place in the image are not of one kind.',
    'If the file was missing at the first start, Docker made a folder of its name: remove that, and put the file there.',
  ],
  'C39.made': [
    'A configuration file is a folder',
    '{path} did not exist when it was mounted at {target}, so Docker made a folder.',
    'Remove the folder, put the file there, and make the container again.',
  ],
  C40: [
    'A mount hides what the image has',
    '{source} is mounted over {target}; what the image had there ({name}) cannot be seen.',
    'Mount a narrower folder, or keep node_modules with an anonymous volume.',
  ],
  C41: [
    'It may not use the mounted folder',
    '{target} belongs to uid {owner}; the container runs as {user}.',
    'Give the folder to that user, run as its owner (--user), or use a named volume. With SELinux add :Z.',
  ],
  'C41.readonly': [
    'The mount is read-only',
    '{target} was mounted with :ro, and the program writes there.',
    'Mount it writable.',
  ],
  C42: [
    'It may not change owners',
    'chown of {path} was refused: network shares, rootless Engines and containers without the capability CHOWN do not allow it.',
    'Give back the capability, or run as the right user from the start (--user) and skip chown.',
  ],
  C43: [
    'The root file system is read-only',
    'The container was started with --read-only, and the program writes to {path}.',
    'Give it a tmpfs there.',
  ],
  C44: [
    'The user does not exist in the image',
    '{name} is not in /etc/passwd of the image.',
    'Create it in the image, or use a number: --user 1000:1000.',
  ],
  'C44.group': [
    'The group does not exist in the image',
    '{name} is not in /etc/group of the image.',
    'Create it in the image, or use a number: --user 1000:1000.',
  ],
  C47: [
    'The health check fails',
    'The probe ({probe}) ended with {code} for {streak} times: {output}',
    'Run the probe by hand in the container.',
  ],
  'C47.binary': [
    'The program of the health check is not in the image',
    'The probe ({probe}) cannot run: {output}',
    'Install it, or use what the image has.',
  ],
  'C47.timeout': [
    'The health check takes too long',
    'The probe ({probe}) was not done within {seconds} s.',
    'Raise the timeout, use a lighter probe, or find what makes it slow.',
  ],
  'C47.refused': [
    'The health check finds nobody at its port',
    'The probe ({probe}) is refused: the program listens elsewhere, or is not up yet.',
    'Correct the port, or give it a start period.',
  ],
  'C47.path': [
    'The health check asks for a path that does not exist',
    'The probe ({probe}) is answered with: {output}',
    'Ask for a path that exists and needs no login.',
  ],
  'C47.server': [
    'The program answers the health check with an error',
    'The probe ({probe}) is answered with: {output}',
    'The program itself is not well: read its log.',
  ],
  C48: [
    'What it depends on is not ready',
    '{peer}:{port} refused the connection when it was needed.',
    'Try again with a pause in the program, and in compose use depends_on with condition: service_healthy.',
  ],
  C49: [
    'localhost is the container itself',
    'It looks for port {port} in itself; {sibling} has it, in a container of its own.',
    'Put both into one network and use the name {sibling} instead of localhost.',
  ],
  'C49.alone': [
    'localhost is the container itself',
    'It looks for port {port} in itself, where nobody listens.',
    'For a program of the host use host.docker.internal (with host-gateway); for another container its name in a common network.',
  ],
  C50: [
    'The name {name} does not resolve',
    'No DNS server that the container asks knows it. Networks: {networks}.',
    'Check the spelling, and which DNS servers the host uses; a server on 127.0.0.53 cannot be reached from containers.',
  ],
  'C50.sibling': [
    '{name} is in another network',
    'Containers find each other by name only in a common network of their own; this one is in {networks}.',
    'Connect both to one network.',
  ],
  'C50.bridge': [
    'The default network has no names',
    'On the default bridge containers do not find each other by name ({name}).',
    'Create a network and connect both to it.',
  ],
  C51: [
    'The network does not exist',
    '{name} was removed, or never made.',
    'Create it, then make the container again.',
  ],
  'C51.overlap': [
    'The addresses of the network are taken',
    'Another network already uses a part of this range.',
    'Choose another subnet, or remove the other network.',
  ],
  'C51.full': [
    'No addresses are left for networks',
    'All ranges that Docker gives to networks are in use.',
    'Remove unused networks, or add ranges (default-address-pools).',
  ],
  C52: [
    'The disk is full',
    '{free} are free where Docker keeps its data.',
    'See what uses it (docker system df), then remove what is not needed.',
  ],
  'C52.tmpfs': [
    'The tmpfs is full',
    '{target} is a file system in memory with a size of its own.',
    'Give it more: --tmpfs {target}:size=…',
  ],
  'C52.inodes': [
    'The disk has no room for more files',
    'There is space, but no inodes are left.',
    'Remove folders with very many small files.',
  ],
  C53: [
    'Its log cannot be read here',
    'The log driver {driver} keeps nothing that can be read.',
    'Read the log where the driver sends it, or use the driver local.',
  ],
  C57: [
    'Docker has no access to a GPU',
    'The Engine knows no driver for GPUs.',
    'Install the NVIDIA Container Toolkit on the host, and restart Docker.',
  ],
  'C57.runtime': [
    'The Engine does not know this runtime',
    '{name} is not among its runtimes.',
    'Install and register it, or leave --runtime out.',
  ],
  'C57.driver': [
    'The program finds no usable GPU',
    'Either the container was started without --gpus, or the driver of the host is older than its CUDA.',
    'Start it with --gpus all; nvidia-smi on the host shows the driver.',
  ],
  C58: [
    'The device does not exist',
    '{name} is not there on the host.',
    'Check its path, and that its driver is loaded.',
  ],
  'C58.seccomp': [
    'A system call is not allowed',
    'The seccomp profile of Docker forbids it.',
    'Allow just that call in a profile of your own; never begin with --privileged.',
  ],
  'C58.capability': [
    'It lacks a right of the kernel',
    '{name} needs the capability {capability}, which containers do not have by default.',
    'Add just that one: --cap-add {capability}.',
  ],
  C59: [
    'The Engine cannot set up cgroups',
    'The cgroup driver of the Engine and the system do not fit.',
    'Use the systemd driver with cgroup v2, and see docker info.',
  ],
  'C59.small': ['The memory limit is too small', 'A container cannot start with less than {least}.', 'Raise --memory.'],
  'C59.runtime': [
    'The container could not be created',
    'The runtime says: {text}',
    'Its message names what was refused.',
  ],
  'C60.limit': [
    'The registry limits how often you may pull',
    'Pulls without an account are counted by address.',
    'Log in, use a mirror, or wait.',
  ],
  'C60.platform': [
    'There is no image for this platform',
    'The registry has none for {name}.',
    'Choose a tag that has it, or another --platform (emulated).',
  ],
  'C60.tag': ['The tag does not exist', 'The registry knows the image, but not {name}.', 'Look up its tags.'],
  'C60.authority': [
    'The certificate of the registry is not trusted',
    'Its authority is not known to the Engine.',
    'Put the CA certificate into /etc/docker/certs.d/HOST/ca.crt.',
  ],
  'C60.http': [
    'The registry speaks plain HTTP',
    'The Engine expects HTTPS.',
    'Give the registry a certificate, or list it in insecure-registries of daemon.json.',
  ],
  'C60.proxy': [
    'The proxy of the Engine does not work',
    'The Engine asks a proxy that fails.',
    'Correct the proxy settings of the Engine.',
  ],
  'C60.access': [
    'The image does not exist, or is private',
    'The registry does not tell the two apart: {name}.',
    'Check the name; for a private image log in first.',
  ],
  'C60.auth': ['The registry wants a login', 'The credentials are missing or wrong.', 'docker login to this registry.'],
  'C60.network': [
    'The registry cannot be reached',
    '{name} does not answer the Engine.',
    'Check network, DNS and proxy of the Engine, or use a mirror.',
  ],
  'C60.absent': [
    'The image is not on this machine',
    '{name} has to be pulled or built first.',
    'Pull it, or correct the name.',
  ],
  C61: [
    'The name is taken',
    'A container named {name} exists already, perhaps stopped.',
    'Rename or remove the old one, or choose another name.',
  ],
  C62: [
    'No Docker Engine answers',
    'Nobody listens at {address}.',
    'Start Docker, or choose the right one with docker context use.',
  ],
  'C62.denied': [
    'You may not use the Docker socket',
    'The user is not in the group docker.',
    'Add the user to the group and log in again, or use a rootless Engine.',
  ],
  'C62.version': [
    'Client and Engine are too far apart',
    'The client speaks API {client}; the Engine wants {needed}.',
    'Update the older one, or set DOCKER_API_VERSION.',
  ],
  'C63.variable': [
    'A variable of the compose file is not set',
    '{name} is empty.',
    'Set it in .env or in the environment.',
  ],
  'C63.service': ['A service depends on one that does not exist', 'See depends_on of {name}.', 'Correct the name.'],
  'C63.image': ['A service has neither image nor build', 'Service {name}.', 'Give it one of the two.'],
  'C63.reference': [
    'The name of an image is not valid',
    'Often a variable in it is empty, so that the tag is missing behind the colon.',
    'See the resolved file with docker compose config.',
  ],
  'C63.yaml': ['The compose file is not valid YAML', '{name}', 'YAML indents with spaces, never with tabs.'],
  'C63.env': ['The env file does not exist', '{name}', 'Create it, or take it out.'],
  'C63.property': [
    'The compose file has a field that does not exist',
    '{name}',
    'Check the spelling and the indentation.',
  ],
  'C63.file': [
    'There is no compose file here',
    'Neither compose.yaml nor docker-compose.yml was found.',
    'Go to its folder, or use -f FILE.',
  ],
  C65: [
    'A secret or its file is missing',
    '{path} does not exist in the container.',
    'Declare the secret, or mount the file.',
  ],
  C66: [
    'A certificate is not trusted',
    'The container does not know the authority that signed it; slim images have no CA certificates.',
    'Install ca-certificates, or add your own authority.',
  ],
  'C66.time': [
    'A certificate is expired or not yet valid',
    'Either the certificate is old, or the clock of host or VM is wrong.',
    'Compare the clock with the dates of the certificate.',
  ],
  'C68.native': [
    'Modules were built for another system',
    'node_modules of the host came into the image; native modules do not fit there.',
    'Put node_modules into .dockerignore, and install in the image.',
  ],
  'C68.node': [
    'A module is missing',
    'Node.js does not find {name}.',
    'Install it in the image, and check the path and WORKDIR.',
  ],
  'C68.python': [
    'A Python module is missing',
    '{name} is not installed in the image.',
    'Add it to the requirements, and build again.',
  ],
  'C68.django': ['Django refuses the host name', '{name} is not in ALLOWED_HOSTS.', 'Add it.'],
  'C68.file': [
    'The script is not there',
    '{name} does not exist in the container.',
    'Check COPY, WORKDIR and the command.',
  ],
  'C68.jre': [
    'The program needs a newer Java',
    'It was compiled for Java {version}.',
    'Use an image with Java {version} or later.',
  ],
  'C68.jar': ['Java does not find the program', '{name}', 'Check the path and the manifest of the jar.'],
  C70: [
    'The emulator crashed',
    'The image is for another processor, and qemu could not run it (signal {signal}).',
    'Use an image for this processor.',
  ],
  C71: [
    'The model runner cannot be reached from here',
    'model-runner.docker.internal is known only where the relay is, or with an entry for the host.',
    'Turn on the relay for this network, or add the host: --add-host model-runner.docker.internal:host-gateway.',
  ],
} as const;
