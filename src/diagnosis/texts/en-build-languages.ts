import type { CauseText } from './types.ts';

/** What package managers and compilers of languages say in builds. */
export const enBuildLanguages: Readonly<Record<string, CauseText>> = {
  'B12.file': [
    'The list of requirements was not copied',
    '{instruction}: {name} is not in the image at this point.',
    'COPY it before RUN pip install, to the folder that WORKDIR names.',
  ],
  'B12.python': [
    'The Python of the base does not fit a package',
    '{instruction}: a package wants another Python ({name}).',
    'Take a base with a Python that fits, or a version of the package for this one.',
  ],
  'B12.version': [
    'pip finds no version that fits',
    '{instruction}: {name}. The name is wrong, the version does not exist, or there is none for this Python or platform (musl, arm64).',
    'Compare with the versions there are; on Alpine prefer a slim Debian base for packages without musl wheels.',
  ],
  'B12.header': [
    'A library that a package is built with is missing',
    '{instruction}: {name} was not found.',
    'Install the -dev package (libpq-dev, default-libmysqlclient-dev, python3-dev, libffi-dev) in the build stage, or take a binary wheel (psycopg2-binary).',
  ],
  'B12.compiler': [
    'A package must be compiled, and there is no compiler',
    '{instruction}: {name} is not installed. No wheel fits this Python and platform.',
    'apt-get install -y build-essential (apk add build-base) in a build stage and copy the result, or take a base with wheels.',
  ],
  'B12.conflict': [
    'Requirements of Python packages exclude each other',
    '{instruction}: no set of versions satisfies all.',
    'Loosen the pins that the lines above name, or let a tool lock them (pip-compile, uv lock).',
  ],
  'B12.managed': [
    'The Python of the system is not for pip',
    '{instruction}: the distribution manages it.',
    'Make an environment: python3 -m venv /venv, and put /venv/bin first in PATH.',
  ],
  'B12.lock': ['The lock file of Python does not fit the project', '{instruction}', 'Lock again and commit the file.'],
  'B12.wheel': [
    'A Python package could not be built',
    '{instruction}: {name}. The lines above it have the error of its build.',
    'Mostly a compiler or a header is missing; or take a version that has a wheel.',
  ],
  'B13.peers': [
    'npm cannot reconcile peer dependencies',
    '{instruction}: ERESOLVE.',
    'Bring the packages that it names to versions that fit; --legacy-peer-deps only hides it.',
  ],
  'B13.lock': [
    'The lock file does not fit package.json',
    '{instruction}: an install that must not change it found it out of step, or there is none.',
    'Lock again with the same package manager and commit the file; COPY it together with package.json.',
  ],
  'B13.manifest': [
    'package.json was not copied',
    '{instruction}: it is not in the folder where the command runs.',
    'COPY package*.json ./ before it, after WORKDIR.',
  ],
  'B13.missing': [
    'The npm registry does not have the package',
    '{name}: it does not exist there, or it is private.',
    'Check the name; for private ones mount an .npmrc as a secret.',
  ],
  'B13.auth': [
    'The npm registry wants credentials',
    '{instruction}: not signed in, or not allowed.',
    'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci, and build with --secret id=npmrc,src=.npmrc.',
  ],
  'B13.version': ['npm finds no such version', '{name} is not published.', 'Take a version that npm view shows.'],
  'B13.script': [
    'package.json has no such script',
    '{instruction}: {name} is missing.',
    'npm run lists those there are.',
  ],
  'B13.native': [
    'A native Node module could not be built',
    '{instruction}: node-gyp needs Python, make and a C++ compiler.',
    'Install python3 make g++ in the build stage, or take a base without "slim" or "alpine" there.',
  ],
  'B13.engine': [
    'The Node of the base does not fit',
    '{instruction}: a package wants another version.',
    'Take a base with a Node that satisfies "engines".',
  ],
  'B13.module': [
    'The build imports what is not there',
    '{instruction}: {name} cannot be found.',
    'Declare it as a dependency (not omitted as a dev one before the build), copy the sources, mind upper and lower case.',
  ],
  'B13.types': [
    'TypeScript found errors',
    '{instruction}: {name}',
    'They are in the sources; npx tsc --noEmit shows all.',
  ],
  'B14.version': [
    'The Go of the base is too old',
    'The module wants Go {name}.',
    'Take golang:{name} or newer as base of the build stage.',
  ],
  'B14.mod': [
    'go.mod or the sources were not copied',
    '{instruction}: Go finds no module here.',
    'COPY go.mod go.sum ./ and then the sources, to the folder of WORKDIR.',
  ],
  'B14.sum': ['go.mod and go.sum do not fit the sources', '{instruction}', 'go mod tidy, and commit both.'],
  'B14.private': [
    'A repository wants credentials',
    '{name}: git cannot ask while building.',
    'GOPRIVATE and RUN --mount=type=ssh (or a token as secret), and build with --ssh default.',
  ],
  'B14.cgo': [
    'cgo needs a C compiler',
    '{instruction}: none is in the image.',
    'CGO_ENABLED=0 where no C is used; else install gcc and libc headers (apk add build-base).',
  ],
  'B15.jdk': [
    'The JDK of the base does not fit',
    '{instruction}: the project wants Java {name}.',
    'Take a base of the build stage with that JDK or newer, or lower the release.',
  ],
  'B15.artifact': [
    'A Java dependency could not be fetched',
    '{name}: it is in none of the repositories, or they cannot be reached.',
    'Check the coordinates and repositories; give settings.xml with credentials as a secret.',
  ],
  'B15.project': [
    'The Java project was not copied in full',
    '{instruction}: pom.xml, build.gradle or the jar of the wrapper is missing.',
    'COPY them; look whether .dockerignore or .gitignore (*.jar) leaves out gradle/wrapper.',
  ],
  'B16.version': [
    'The Rust of the base is too old',
    'The project, its lock file or a dependency wants {name}.',
    'Take a newer rust image, or pin the dependency.',
  ],
  'B16.manifest': [
    'Cargo.toml or the sources were not copied',
    '{instruction}',
    'COPY Cargo.toml Cargo.lock ./ and src; to cache dependencies, an empty src/main.rs is enough.',
  ],
  'B16.lock': [
    'Cargo.lock does not fit Cargo.toml',
    '{instruction}: --locked forbids to change it.',
    'Lock again and commit it.',
  ],
  'B16.native': [
    'A crate needs a C library or a linker',
    '{instruction}: {name}',
    'Install gcc, pkg-config and the -dev package (libssl-dev; on Alpine musl-dev openssl-dev), or use a pure Rust feature (rustls).',
  ],
  'B16.crate': [
    'Cargo finds no such crate',
    '{name}',
    'Check name and version; private registries need credentials as a secret.',
  ],
  B29: [
    'The sources do not compile',
    '{instruction}: {name}',
    'The lines above have file and line; it is not a matter of Docker.',
  ],
  'B29.dotnet': [
    '.NET could not build the project',
    '{instruction}',
    'Check the SDK version of the base against global.json and TargetFramework, and that all project files were copied before restore.',
  ],
  'B29.tests': [
    'Tests failed in the build',
    '{instruction}',
    'Run them outside, or in a stage of their own (--target test).',
  ],
};
