/** A build that fails; `BASE` stands for an image with busybox and Node.js. */
export interface BuildCase {
  readonly id: string;
  readonly name: string;
  readonly text?: string;
  readonly dockerfile: string | undefined;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
}

export const buildCases: readonly BuildCase[] = [
  { id: 'B01', name: 'an unknown instruction', dockerfile: 'FROM BASE\nRUNN true\n' },
  { id: 'B01', name: 'a variable without value', dockerfile: 'FROM BASE\nENV A=1 B\n' },
  { id: 'B01', name: 'an empty Dockerfile', dockerfile: '# nothing\n' },
  { id: 'B01', name: 'an instruction without arguments', dockerfile: 'FROM BASE\nCOPY a\n' },
  { id: 'B02', name: 'no Dockerfile', dockerfile: undefined },
  { id: 'B02', name: 'a Dockerfile of another name', dockerfile: 'FROM BASE\n', options: ['-f', 'Dockerfile.prod'] },
  { id: 'B03', name: 'a file that is not there', dockerfile: 'FROM BASE\nCOPY requirements.txt /app/\n' },
  {
    id: 'B03',
    name: 'a file that .dockerignore leaves out',
    dockerfile: 'FROM BASE\nCOPY dist /app/\n',
    files: { dist: 'x', '.dockerignore': 'dist\n' },
  },
  { id: 'B03', name: 'files that no pattern finds', dockerfile: 'FROM BASE\nCOPY *.jar /app/\n' },
  { id: 'B03', name: 'a file above the context', text: 'B03.outside', dockerfile: 'FROM BASE\nCOPY ../shared /app/\n' },
  {
    id: 'B03',
    name: 'a stage that is not there',
    text: 'B03.stage',
    dockerfile: 'FROM BASE\nCOPY --from=bulder /a /a\n',
  },
  {
    id: 'B03',
    name: 'a target that is not there',
    text: 'B03.stage',
    dockerfile: 'FROM BASE AS one\n',
    options: ['--target', 'two'],
  },
  {
    id: 'B03',
    name: 'two files to one',
    text: 'B03.directory',
    dockerfile: 'FROM BASE\nCOPY a b /opt/c\n',
    files: { a: '1', b: '2' },
  },
  { id: 'B04', name: 'an empty name of the base', text: 'B04.empty', dockerfile: 'ARG BASE_NAME\nFROM ${BASE_NAME}\n' },
  { id: 'B04', name: 'a base with capital letters', text: 'B04.empty', dockerfile: 'FROM Node:20\n' },
  {
    id: 'B05',
    name: 'a program of another processor',
    text: 'B05.format',
    dockerfile: 'FROM BASE\nRUN ["/opt/foreign"]\n',
  },
  {
    id: 'B06',
    name: 'a command where there is no shell',
    dockerfile: 'FROM scratch\nCOPY Dockerfile /\nRUN echo hello\n',
  },
  { id: 'B06', name: 'a program that is not there', dockerfile: 'FROM BASE\nRUN ["gunicorn", "--version"]\n' },
  { id: 'B07', name: 'a command that is not installed', dockerfile: 'FROM BASE\nRUN curl -fsS https://example.com/\n' },
  {
    id: 'B07',
    name: 'a command in the middle',
    dockerfile: 'FROM BASE\nRUN echo one && git clone https://example.com/a\n',
  },
  {
    id: 'B08',
    name: 'a script without the right',
    text: 'B08.execute',
    dockerfile: 'FROM BASE\nRUN /opt/not-executable\n',
  },
  { id: 'B08', name: 'a folder that only root may make', dockerfile: 'FROM BASE\nUSER 1000\nRUN mkdir /srv\n' },
  {
    id: 'B08',
    name: 'a file that only root may write',
    dockerfile: "FROM BASE\nUSER 1000\nRUN node -e \"fs.writeFileSync('/etc/x', '')\"\n",
  },
  { id: 'B09', name: 'Windows line ends', dockerfile: 'FROM BASE\nRUN /opt/crlf-script\n' },
  {
    id: 'B13',
    name: 'a module that is not there',
    text: 'B13.module',
    dockerfile: 'FROM BASE\nRUN node -e "require(\'left-pad\')"\n',
  },
  { id: 'B17', name: 'a full disk', dockerfile: 'FROM BASE\nRUN echo much > /dev/full\n' },
  { id: 'B18', name: 'a command that is killed', dockerfile: "FROM BASE\nRUN sh -c 'kill -9 $$'; exit $?\n" },
  {
    id: 'B18',
    name: 'a heap that is too small',
    dockerfile:
      'FROM BASE\nRUN node --max-old-space-size=16 -e "const all = []; for (;;) all.push([...Array(1e4).keys()])"\n',
  },
  {
    id: 'B19',
    name: 'a name that Node.js does not find',
    dockerfile: "FROM BASE\nRUN node -e \"require('http').get('http://mirror.invalid/')\"\n",
  },
  {
    id: 'B19',
    name: 'a server that is not there',
    text: 'B19.connect',
    dockerfile: 'FROM BASE\nRUN wget http://127.0.0.1:9/x\n',
  },
  { id: 'B21', name: 'a secret that was not given', dockerfile: 'FROM BASE\nRUN cat /run/secrets/token\n' },
  {
    id: 'B22',
    name: 'a mount that only BuildKit knows',
    dockerfile: 'FROM BASE\nRUN --mount=type=cache,target=/root/.npm true\n',
  },
  { id: 'B26', name: 'a user that is not there', dockerfile: 'FROM BASE\nUSER app\nRUN id\n' },
  {
    id: 'B27',
    name: 'a sum that does not fit',
    dockerfile: `FROM BASE\nRUN echo "${'0'.repeat(64)}  /etc/passwd" | sha256sum -c\n`,
  },
  { id: 'B30', name: 'a command that says nothing', dockerfile: 'FROM BASE\nRUN exit 3\n' },
  {
    id: 'well',
    name: 'a build that goes well',
    dockerfile: 'FROM BASE\nRUN echo E: Unable to locate package nothing\n',
  },
];
