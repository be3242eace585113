import type { RuleTexts } from './types.ts';

/** Best practice and maintainability. */
export const enPractice: RuleTexts = {
  BP01: {
    title: '{keyword} is in shell form.',
    why: 'A shell stands between Docker and the program and swallows signals.',
    fix: 'Write it as a list: `["program", "argument"]`.',
  },
  BP02: {
    title: 'Another {keyword} in line {line} overrides this one.',
    why: 'Only the last one counts.',
    fix: 'Remove it.',
  },
  BP03: {
    title: 'A port is exposed, but there is no HEALTHCHECK.',
    why: 'Docker cannot tell a hanging service from a working one.',
    fix: 'Add a HEALTHCHECK that asks the service.',
  },
  BP04: {
    title: 'MAINTAINER is deprecated.',
    why: 'It cannot be read with the other labels.',
    fix: 'Use `LABEL org.opencontainers.image.authors`.',
  },
  BP05: {
    title: 'The first WORKDIR is relative: {path}.',
    why: 'Where it leads depends on the base image.',
    fix: 'Use an absolute path.',
  },
  BP06: {
    title: '`cd {path}` in a RUN.',
    why: 'It holds for this RUN only, and is easily overlooked.',
    fix: 'Use WORKDIR.',
  },
  BP07: {
    title: '`apt` is made for people.',
    why: 'Its options and output change without notice.',
    fix: 'Use `apt-get`.',
  },
  BP08: { title: '{manager} will ask, and nobody answers.', why: 'The build stops.', fix: 'Add `{flag}`.' },
  BP09: {
    title: '`{command}` makes no sense in a build.',
    why: 'There is no terminal, no service manager and no other process.',
    fix: 'Remove it.',
  },
  BP10: { title: 'Both curl and wget are used.', why: 'One of them is enough.', fix: 'Choose one.' },
  BP11: {
    title: 'EXPOSE {port} is not a port.',
    why: 'Docker refuses it or ignores part of it.',
    fix: 'Write a port from 1 to 65535, if need be with /tcp or /udp.',
    variants: {
      format: 'EXPOSE {port} is not a port.',
      range: 'EXPOSE {port} is out of range.',
      casing: 'The protocol in EXPOSE {port} is not in lower case.',
    },
  },
  BP12: {
    title: 'Several sources are copied to {path}, which has no slash at its end.',
    why: 'The build fails.',
    fix: 'End the target with `/`.',
  },
  BP13: {
    title: '`--from={from}` names no stage.',
    why: 'The build fails, or fetches an image of that name.',
    fix: 'Name a stage above, or an image with its tag.',
    variants: {
      own: '`--from={from}` is the stage itself.',
      later: '`--from={from}` is a stage further down.',
      unknown: '`--from={from}` names no stage.',
    },
  },
  BP14: {
    title: 'The stage name {name} cannot be used.',
    why: 'It is not clear which stage is meant.',
    fix: 'Choose another name.',
    variants: { twice: 'Two stages are named {name}.', reserved: 'The stage name {name} is reserved.' },
  },
  BP15: {
    title: 'The order of instructions is wrong.',
    why: 'The build fails.',
    fix: 'Begin with FROM; only ARG may stand before it.',
    variants: {
      first: '{keyword} stands before the first FROM.',
      empty: 'There is no FROM.',
      unknown: '{keyword} is not an instruction.',
      onbuild: '{keyword} cannot be used in ONBUILD.',
    },
  },
  BP16: {
    title: '{name} is used in the ENV that sets it.',
    why: 'The old value is used, and it is empty.',
    fix: 'Set it in an ENV above.',
  },
  BP17: {
    title: '{path} is relative, and no WORKDIR is set.',
    why: 'Where the files end depends on the base image.',
    fix: 'Set WORKDIR, or use an absolute path.',
  },
  BP18: {
    title: 'A pipe without pipefail.',
    why: 'The build goes on when a command left of the pipe fails.',
    fix: 'Set `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` before it.',
  },
  BP19: {
    title: '/bin/sh is replaced by a link.',
    why: 'Scripts of packages rely on the distribution’s shell.',
    fix: 'Use SHELL.',
  },
  BP20: {
    title: '{name} is not defined.',
    why: 'An empty text is put in its place.',
    fix: 'Declare it with ARG or ENV, or give a default.',
    variants: {
      from: 'FROM uses {name}, which no ARG above declares.',
      default: 'FROM uses {name}, which has no default.',
      stage: '{name} is not defined in this stage.',
    },
  },
  BP21: {
    title: '`{name} value` without an equals sign is the old form.',
    why: 'It takes the whole line for one value.',
    fix: 'Write `{name}=value`.',
  },
  BP22: {
    title: 'A flaw in the shell command.',
    why: 'It does something else than it seems to when a name is empty, holds blanks or a step fails.',
    fix: 'See ShellCheck’s page on {code}.',
    variants: {
      SC2086: 'A variable is not in quotes (SC2086).',
      SC2046: 'The output of a command is not in quotes (SC2046).',
      SC2164: '`cd` may fail and what follows runs elsewhere (SC2164).',
      SC2002: '`cat` only feeds one file to a pipe (SC2002).',
      SC2015: '`a && b || c` is not if-then-else: c also runs when b fails (SC2015).',
      SC1066: 'A variable is assigned with `$` in front (SC1066).',
      SC1068: 'There are blanks around the `=` of an assignment (SC1068).',
      SC1035: 'A blank is missing after `[` (SC1035).',
      SC2115: '`rm` removes from the root when the variable is empty (SC2115).',
      SC1073: 'The shell cannot parse this command (SC1073).',
      SC1017: 'A carriage return in the command (SC1017).',
    },
  },
  BP23: {
    title: 'What is written to {path} after VOLUME is lost.',
    why: 'The builder throws away changes to a volume.',
    fix: 'Put VOLUME behind it.',
  },
  BP24: {
    title: 'The script that starts the container will not work well.',
    why: 'The container fails to start or to stop.',
    fix: 'Give it LF line ends, the execute bit and `exec "$@"` at its end.',
    variants: {
      crlf: '{path} has CR LF line ends: “no such file or directory”.',
      mode: '{path} is not executable.',
      exec: '{path} does not `exec` what it starts.',
    },
  },
  BP25: {
    title: '`{command}` is for development.',
    why: 'It is slow, reloads code or is not made for the open network.',
    fix: 'Start the built program with a production server.',
  },
  MNT01: {
    title: '{word} is written in another case than the rest.',
    why: 'Mixed case makes the file harder to read.',
    fix: 'Write all instructions alike.',
    variants: {
      instructions: '{word} is written in another case than the other instructions.',
      as: '`{word}` is written in another case than FROM.',
      stage: 'The stage name {word} is not in lower case.',
    },
  },
  MNT02: {
    title: 'An empty line inside of a continued instruction.',
    why: 'Docker will refuse it in a future version.',
    fix: 'Remove it.',
  },
  MNT03: {
    title: 'The list of packages is hard to read.',
    why: 'Changes are hard to see, and packages get in twice.',
    fix: 'One package in each line, sorted.',
    variants: {
      twice: '{name} is named twice.',
      long: '{count} packages are in one line.',
      order: 'The packages are not sorted.',
    },
  },
  MNT04: {
    title: 'The labels could say more.',
    why: 'Registries and scanners read where an image comes from in its labels.',
    fix: 'Set org.opencontainers.image.source, version, revision and licenses.',
    variants: {
      none: 'There are no OCI labels.',
      required: 'Labels that the settings ask for are missing: {names}.',
      key: '{name} is not a valid label key.',
      empty: '{name} is empty.',
      url: '{name} is not a URL.',
      date: '{name} is not a date as in RFC 3339.',
      spdx: '{name} is not an SPDX expression.',
      version: '{name} is not a version.',
      revision: '{name} is not a commit hash.',
      email: '{name} has no valid mail address.',
    },
  },
  MNT05: {
    title: 'A stage without a name.',
    why: 'Numbers change when a stage is put in between.',
    fix: 'Name it with AS.',
    variants: { number: '`--from={from}` names a stage by its number.', stage: 'This stage has no name.' },
  },
  MNT06: {
    title: 'This needs an explanation.',
    why: 'Who comes next cannot tell what it is for.',
    fix: 'Use a heredoc or comments.',
    variants: {
      long: '{count} commands in one RUN, without a comment.',
      description: 'The comment above does not begin with “{name} ”.',
    },
  },
  MNT07: {
    title: 'The version {version} is written {count} times.',
    why: 'One of them is forgotten at the next change.',
    fix: 'Make it an ARG.',
  },
  MNT08: {
    title: 'Findings are turned off without saying why.',
    why: 'Nobody dares to remove it later.',
    fix: 'Name the rules, and the reason.',
    variants: { blanket: 'All findings are turned off.', unexplained: '{ids} is turned off without a reason.' },
  },
  MNT09: {
    title: '{name} is not used.',
    why: 'It makes people look for what it is for.',
    fix: 'Remove it.',
    variants: { stage: 'Nothing uses the stage {name}.', arg: 'ARG {name} is not used.' },
  },
  MNT10: {
    title: 'BuildKit’s syntax is used, but `# syntax=` is missing.',
    why: 'Which syntax is understood then depends on the Engine’s version.',
    fix: 'Begin with `# syntax=docker/dockerfile:1`.',
  },
};
