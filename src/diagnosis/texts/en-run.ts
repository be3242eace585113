/** Title, why, what to do. */
export const enRun = {
  C01: [
    'It ended at once, and without an error',
    'The program {command} finished after {seconds} s with exit code 0. A container lives as long as its main process.',
    'Run a program that stays in the foreground, or take this as a task that has done its work.',
  ],
  'C01.shell': [
    'The shell had nobody to talk to',
    'The command is only a shell ({command}). Without a terminal or open input it reads an end of file and ends with 0.',
    'Start it with -it, or give it a command to run.',
  ],
  'C01.daemon': [
    'The server went into the background',
    '{command} starts a service and returns. Then the main process is gone, and the container ends with it.',
    'Run the server in the foreground, for example: nginx -g "daemon off;".',
  ],
  C02: [
    'The program crashed',
    'It ended with exit code {code}. The last thing it said: {line}',
    'Read the lines before that one; they say where it failed.',
  ],
  C03: [
    'The command line is wrong',
    'The program refused its arguments (exit code {code}). It was started as: {command}',
    'Compare the arguments with the help of the program, or start it with the command of its image.',
  ],
  C04: [
    'docker refused the command itself',
    'No container was made (exit code 125): {text}',
    'Correct the option. Options of docker go before the image; everything behind the image is the command of the container.',
  ],
  C05: [
    'The program may not be executed',
    '{file} is there but is not executable, is a folder, or lies on a file system mounted with noexec (exit code 126).',
    'Make it executable in the image: COPY --chmod=755, or RUN chmod +x.',
  ],
  C06: [
    'The program is not in the image',
    '{file} is in no folder of PATH ({path}).',
    'Check the spelling, install it in the image, or name it by its full path. Slim and distroless images have few programs and often no shell.',
  ],
  C07: [
    'The file is there, its interpreter is not',
    '{file} cannot be started: the interpreter of its first line or the loader it was linked for is missing, or the first line ends as on Windows (\\r).',
    'Save scripts with Unix line ends, name a shell that the image has (/bin/sh), and build binaries for the libc of the image.',
  ],
  C08: [
    'The script has Windows line ends',
    'Each line of {file} ends with a carriage return, which the shell takes for a part of the command.',
    'Convert it (sed -i "s/\\r$//" FILE) and keep it so: "*.sh text eol=lf" in .gitattributes. Then build the image again.',
  ],
  C09: [
    'The image is built for another processor',
    'The image is for {built}, the Engine runs on {machine}.',
    'Use the variant for {machine} (--platform linux/{machine}), or build one with: docker buildx build --platform linux/{machine}',
  ],
  'C09.script': [
    'The kernel cannot run this file',
    '{file} is neither a program for {machine} nor a script with a first line such as #!/bin/sh.',
    'Give the script its first line, or put the right binary into the image.',
  ],
  C10: [
    'A signal ended it',
    'Exit code {code} is 128 and the number of {signal}.',
    'Look at who sends the signal, and at what the program said before.',
  ],
  'C10.ill': [
    'The processor lacks an instruction',
    'It ended with {signal} (exit code {code}): the program uses instructions, often AVX, that this processor or virtual machine does not have.',
    'Use a build for older processors, or give the virtual machine the processor type of its host.',
  ],
  'C10.bus': [
    'It touched memory that has no room behind it',
    '{signal} (exit code {code}) comes when shared memory is too small or a mapped file lies on a full disk.',
    'Give it more shared memory (--shm-size), and see whether a disk is full.',
  ],
  'C10.sys': [
    'A system call is not allowed',
    '{signal} (exit code {code}): the seccomp profile forbids a call that the program makes.',
    'Find the call with strace, and allow just that one in a profile of your own.',
  ],
  'C10.abrt': [
    'The program gave up by itself',
    '{signal} (exit code {code}) is what a program raises when it finds its own state broken.',
    'Its last lines say which check failed.',
  ],
  C16: [
    'It was stopped, and obeyed',
    'Somebody asked it to end (SIGTERM), and it ended with 143. That is no failure.',
    'Start it again if it should run.',
  ],
  'C16.inside': [
    'It ended on SIGTERM',
    'Exit code 143 means SIGTERM, and the Engine shows nobody who asked for it: the signal came from inside.',
    'See whether a supervisor or a script in the container ends the program.',
  ],
  C17: [
    'It starts and dies in a loop',
    'It was started again {count} times by the policy {policy}; the last run ended with {code}.',
    'Stop the loop to look at one run in peace, then read its log from the beginning.',
  ],
  C64: [
    'The command went to the entrypoint',
    'The image starts {entrypoint}, and {command} was given to it as an argument instead of being run.',
    'Replace the entrypoint: --entrypoint {command}.',
  ],
  C11: [
    'It used more memory than it may',
    'The kernel ended it: the container may use {limit}.',
    'Raise the limit, or make the program use less: the JVM and Node.js take their own limits.',
  ],
  'C11.host': [
    'The machine ran out of memory',
    'The kernel ended it for lack of memory, and the container has no limit of its own.',
    'Give containers limits, stop others, or give the machine more memory.',
  ],
  C12: [
    'Somebody killed it',
    'It got SIGKILL directly (docker kill, or an orchestrator); memory was not the reason.',
    'Find who sends it; docker events shows each one.',
  ],
  'C12.host': [
    'SIGKILL from outside of the Engine',
    'Exit code 137 without the memory mark and without a kill by the Engine: the kernel of the host or of the VM, or a process in the container.',
    'Look for "Out of memory" in the kernel log of the host.',
  ],
  C13: [
    'The kernel kills its children for memory',
    'A process in it was ended for lack of memory; the main process lives on. The limit is {limit}.',
    'Raise the limit, or run fewer workers.',
  ],
  C14: [
    'The program could not get memory',
    'An allocation failed inside of the program.',
    'Raise the memory limit, or make it use less.',
  ],
  'C14.java': [
    'The Java heap is full',
    'java.lang.OutOfMemoryError: {text}. By default the JVM takes only a quarter of the memory of the container.',
    'Give the heap a larger share: -XX:MaxRAMPercentage=75.',
  ],
  'C14.node': [
    'The heap of Node.js is full',
    'V8 has a limit of its own, which does not follow the limit of the container.',
    'Raise it: NODE_OPTIONS=--max-old-space-size=MiB, below the limit of the container.',
  ],
  C15: [
    'It crashed with a segmentation fault',
    'A native part touched memory that is not its own. Often a module was built for another libc than that of {image}.',
    'Build native modules on the same base as the image that runs them; do not mix musl and glibc.',
  ],
  C45: [
    'It does not listen to SIGTERM',
    'It was asked to stop, did not, and was killed after {seconds} s. The main process is {command}: a shell, npm or yarn does not pass signals on.',
    'Use the exec form of CMD, "exec" in the script, or --init.',
  ],
  'C45.program': [
    'It does not listen to SIGTERM',
    'It was asked to stop, did not, and was killed after {seconds} s. As process 1 a program gets SIGTERM only if it handles it ({command}).',
    'Handle SIGTERM in the program, set STOPSIGNAL, or use --init.',
  ],
  C46: [
    'Dead processes pile up',
    '{count} processes have ended and nobody collects them: process 1 of the container does not do it.',
    'Start it with --init.',
  ],
  C54: [
    'It may not start more processes',
    'The limit of processes and threads ({limit}) is reached.',
    'Raise --pids-limit, or find what starts so many.',
  ],
  'C54.files': [
    'It has too many files open',
    'The limit of open files (nofile) is reached.',
    'Raise it: --ulimit nofile=65536.',
  ],
  'C54.watchers': [
    'The machine has no file watchers left',
    'inotify watches are counted for all containers of a user together.',
    'Raise fs.inotify.max_user_watches on the host, or watch by polling.',
  ],
  C55: [
    'It gets too little processor time',
    'With {cpus} CPUs it was made to wait in {percent} % of the time slices.',
    'Raise --cpus.',
  ],
  C56: ['Shared memory is too small', '/dev/shm holds {size}.', 'Raise it: --shm-size=1g.'],
} as const;
