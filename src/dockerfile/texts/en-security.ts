import type { RuleTexts } from './types.ts';

/** Security, portability and resources. */
export const enSecurity: RuleTexts = {
  SEC01: {
    title: 'The container runs as root.',
    why: 'A flaw in the program then is a flaw with all rights in the container.',
    fix: 'Create a user and end with `USER 10001`.',
    variants: { none: 'No USER is set, so the container runs as root.', root: 'The last USER is root.' },
  },
  SEC02: {
    title: '{name} looks like a secret.',
    why: 'ARG and ENV can be read in the image’s history and configuration.',
    fix: 'Use `RUN --mount=type=secret`, or give it to the container when it starts.',
    variants: { token: 'There is a token in this {name}.' },
  },
  SEC03: {
    title: '{path} holds secrets and is copied into the image.',
    why: 'Whoever can pull the image can read it, also when a later layer deletes it.',
    fix: 'Use `RUN --mount=type=secret`, and name the file in .dockerignore.',
  },
  SEC04: {
    title: 'What is downloaded is not verified.',
    why: 'Whoever controls the server or the way to it decides what is in the image.',
    fix: 'Check a sha256, or use `ADD --checksum=sha256:…`.',
    variants: {
      piped: 'What is downloaded goes straight to {shell}.',
      unchecked: 'The download is used without a checksum or signature.',
      add: 'ADD fetches an address without `--checksum`.',
    },
  },
  SEC05: {
    title: '`{option}` turns off a check of authenticity.',
    why: 'Anybody in between can replace what is fetched.',
    fix: 'Leave it out, and install the certificate or key that is missing.',
  },
  SEC06: {
    title: 'sudo in a RUN.',
    why: 'The build already has the rights it needs, and sudo behaves unpredictably without a terminal.',
    fix: 'Leave it out, or use USER.',
  },
  SEC07: {
    title: 'The image offers SSH.',
    why: 'It is one more door with keys to look after.',
    fix: 'Use `docker exec`.',
  },
  SEC08: {
    title: 'ADD where COPY does.',
    why: 'ADD unpacks archives and fetches addresses by itself.',
    fix: 'Use COPY.',
  },
  SEC09: {
    title: 'Mode {mode} lets everybody write.',
    why: 'Any process in the container can replace these files.',
    fix: 'Give rights to the user that needs them.',
  },
  SEC10: {
    title: '{image} is not from a trusted registry.',
    why: 'The team’s settings name where base images may come from.',
    fix: 'Use an image of a trusted registry.',
  },
  SEC11: {
    title: 'Mode {mode} makes a program run with its owner’s rights.',
    why: 'It is a way from a normal user to root.',
    fix: 'Leave the bit out, and give the one capability that is needed.',
  },
  SEC12: {
    title: '{path} belongs to the system.',
    why: 'Files of the program and of the system mix, or the volume hides what is there.',
    fix: 'Use a folder of its own, such as /app or /data.',
  },
  SEC13: {
    title: '{what} opens the build or the host.',
    why: 'Steps of the build then reach beyond their container.',
    fix: 'Leave it out.',
  },
  SEC14: {
    title: 'A password is set in the image.',
    why: 'Everybody who has the image knows it.',
    fix: 'Leave accounts without password locked.',
    variants: { empty: 'A user gets an empty password.', fixed: 'A password is written in the Dockerfile.' },
  },
  SEC15: {
    title: '{product} has had no fixes since {date}.',
    why: 'Flaws found since then stay open.',
    fix: 'Move to a version that is maintained.',
  },
  SEC16: {
    title: '{image} is not pinned to a digest.',
    why: 'Production should run the bytes that were tested.',
    fix: 'Add `@sha256:…`.',
  },
  SEC17: {
    title: 'The base image is {days} days behind its tag.',
    why: 'Fixes that were published since are missing.',
    fix: 'Use {digest}.',
  },
  SEC18: {
    title: 'The program is static, but the image has a shell and package manager.',
    why: 'An intruder finds tools that the program never uses.',
    fix: 'Copy it into `scratch` or a distroless image.',
  },
  SEC19: {
    title: 'There are credentials in an address at {host}.',
    why: 'They stay in the history of the image.',
    fix: 'Use `RUN --mount=type=secret` or `--mount=type=ssh`.',
  },
  SEC20: {
    title: 'The id {id} is given twice.',
    why: 'Two names with one id have each other’s rights.',
    fix: 'Give each user and group its own id.',
    variants: { root: 'A user gets id 0, which is root.', twice: 'The id {id} is given twice.' },
  },
  POR01: {
    title: 'FROM is fixed to {platform}.',
    why: 'Others get an emulated or a wrong image.',
    fix: 'Leave it out, or use `$BUILDPLATFORM` for a stage that cross-compiles.',
  },
  POR02: {
    title: '`--platform=$TARGETPLATFORM` is what FROM does anyway.',
    why: 'It only adds noise.',
    fix: 'Leave it out.',
  },
  POR03: {
    title: 'The architecture {architecture} is written out.',
    why: 'The build fails or gives a wrong program on other machines.',
    fix: 'Use the ARG `TARGETARCH`.',
  },
  POR04: {
    title: 'The base image has no {platform}; there is: {available}.',
    why: 'The build fails on that platform.',
    fix: 'Choose another base or platform.',
  },
  POR05: {
    title: '`{what}` is bash, but the shell is /bin/sh.',
    why: 'On Debian and Alpine, sh is not bash.',
    fix: 'Set SHELL to bash, or write it for POSIX.',
  },
  POR06: {
    title: 'USER {user} is a name.',
    why: 'Kubernetes can verify runAsNonRoot only for numbers.',
    fix: 'Use the numeric id.',
  },
  POR07: {
    title: 'A glibc program in an image with musl.',
    why: 'It does not start: “no such file or directory”.',
    fix: 'Build on Alpine or statically, or use a Debian base.',
    variants: {
      copy: 'What {stage} built with glibc is copied into Alpine.',
      wheel: '{package} has no wheel for Alpine.',
      download: '{url} is built for glibc.',
    },
  },
  POR08: {
    title: 'Text of Windows.',
    why: 'Shells and Linux images read it wrongly.',
    fix: 'Use LF and forward slashes; in Windows images set `# escape=`.',
    variants: {
      crlf: 'Lines end with CR LF.',
      path: 'A Windows path in a Linux image.',
      escape: 'A backslash in a path also continues lines: `# escape=` is missing.',
    },
  },
  POR09: {
    title: '{what} only exists on one machine or network.',
    why: 'The image does not work elsewhere.',
    fix: 'Make it a variable that is set when the container starts.',
  },
  POR10: {
    title: 'Port {port} needs rights that user {user} may not have.',
    why: 'Some Engines and Kubernetes refuse ports below 1024 to normal users.',
    fix: 'Listen on a port above 1023, such as 8080.',
  },
  RES01: {
    title: 'The program does not know the container’s memory limit.',
    why: 'It takes a default that fits no container, or grows until it is killed.',
    fix: 'Set `JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75` or `--max-old-space-size`.',
    variants: {
      jvm: 'The JVM gets no share of the container’s memory.',
      node: 'Node gets no heap size, and the service has a memory limit.',
    },
  },
  RES02: {
    title: 'A shell is process 1.',
    why: 'It passes on no signals, so the container is killed after ten seconds, and children become zombies.',
    fix: 'Use the exec form, `exec` in the script, or `--init`.',
    variants: {
      shell: 'A shell with several commands is process 1.',
      npm: '{tool} is process 1 and does not pass on signals.',
    },
  },
  RES03: {
    title: 'The container is not stopped as its program expects.',
    why: 'Requests that are being answered are cut off.',
    fix: 'Set the STOPSIGNAL that the program documents.',
    variants: {
      kill: 'STOPSIGNAL is SIGKILL, so nothing can be finished.',
      image: 'The image stops cleanly with {signal}.',
      missing: '{program} stops cleanly with {signal}, which is not set.',
    },
  },
  RES04: {
    title: 'wget writes its progress to the log.',
    why: 'A large download gives thousands of lines.',
    fix: 'Add `{flag}`.',
  },
  RES05: {
    title: 'The health check costs more than it should.',
    why: 'It runs all the time, in every container.',
    fix: 'Check every 30 seconds, with a small program and a timeout below the interval.',
    variants: {
      interval: 'The health check runs more often than every five seconds.',
      timeout: 'The timeout of the health check is not below its interval.',
      heavy: 'The health check starts {program} each time.',
    },
  },
  RES06: {
    title: 'Not set: {names}.',
    why: 'Logs come late, or the program runs in development mode.',
    fix: 'Set it with ENV.',
  },
  RES07: {
    title: 'The build uses one core or all memory.',
    why: 'It takes long, or is killed on small machines.',
    fix: 'Name the number of jobs.',
    variants: {
      unbounded: '`make -j` without a number starts as many jobs as there are files.',
      serial: 'The build uses one core: `{flag}` is missing.',
    },
  },
  RES08: {
    title: '{program} runs several services in one container.',
    why: 'They cannot be scaled, limited, logged and restarted one by one.',
    fix: 'Run one service in each container, together in a Compose file.',
  },
  RES09: {
    title: '{program} always starts {count} workers.',
    why: 'That fits one machine and one memory limit only.',
    fix: 'Take the number from a variable.',
  },
  RES10: {
    title: 'Large data in the image.',
    why: 'Every pull and every change carries it.',
    fix: 'Use a volume or a model artifact.',
    variants: {
      large: '{megabytes} MB are copied into the image.',
      model: 'The model {path} is baked into the image.',
    },
  },
};
