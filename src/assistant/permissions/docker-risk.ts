import { assess, combine, type Assessment, type Risk } from './risk.ts';

/** Subcommands by what they do; those of a group are written with a space. What is not here counts as R5. */
const risks: Readonly<Record<string, Risk>> = {
  ps: 'R0',
  images: 'R0',
  version: 'R0',
  info: 'R0',
  inspect: 'R0',
  port: 'R0',
  top: 'R0',
  stats: 'R0',
  history: 'R0',
  diff: 'R0',
  events: 'R0',
  logs: 'R1',
  'container ls': 'R0',
  'container ps': 'R0',
  'container list': 'R0',
  'container inspect': 'R0',
  'container top': 'R0',
  'container stats': 'R0',
  'container port': 'R0',
  'container diff': 'R0',
  'container logs': 'R1',
  'image ls': 'R0',
  'image list': 'R0',
  'image inspect': 'R0',
  'image history': 'R0',
  'volume ls': 'R0',
  'volume inspect': 'R0',
  'network ls': 'R0',
  'network inspect': 'R0',
  'system df': 'R0',
  'system info': 'R0',
  'system events': 'R0',
  'context ls': 'R0',
  'compose ps': 'R0',
  'compose ls': 'R0',
  'compose images': 'R0',
  'compose top': 'R0',
  'compose port': 'R0',
  'compose version': 'R0',
  'compose logs': 'R1',
  // It prints the values of variables, which are often secrets.
  'compose config': 'R2',
  start: 'R3',
  stop: 'R3',
  restart: 'R3',
  pause: 'R3',
  unpause: 'R3',
  rename: 'R3',
  tag: 'R3',
  'container start': 'R3',
  'container stop': 'R3',
  'container restart': 'R3',
  'container pause': 'R3',
  'container unpause': 'R3',
  'container rename': 'R3',
  'image tag': 'R3',
  'volume create': 'R3',
  'network create': 'R3',
  'network connect': 'R3',
  'network disconnect': 'R3',
  'compose stop': 'R3',
  'compose start': 'R3',
  'compose restart': 'R3',
  pull: 'R4',
  search: 'R4',
  build: 'R4',
  run: 'R4',
  create: 'R4',
  'container run': 'R4',
  'container create': 'R4',
  'image pull': 'R4',
  'image build': 'R4',
  'buildx build': 'R4',
  'compose up': 'R4',
  'compose build': 'R4',
  'compose pull': 'R4',
  'compose create': 'R4',
};

const groups = new Set(['container', 'image', 'volume', 'network', 'system', 'context', 'compose', 'buildx']);
/** Options before the subcommand that take a value. All of them lead elsewhere or change who is asked. */
const elsewhere = /^(-H|--host|-c|--context|--config|--tls.*|-D|--debug|-l|--log-level)(=|$)/;
const runs = new Set(['run', 'create', 'container run', 'container create']);
/** Rights and parts of the host that a container may be given. */
const privileges =
  /^--(privileged|cap-add|device|security-opt|pid|ipc|uts|userns|cgroupns|network|net|volumes-from|group-add|sysctl|runtime|gpus|device-cgroup-rule)(=|$)/;

/** What a command of Docker's own does, by its unit: the subcommand. */
export function dockerRisk(words: readonly (string | undefined)[]): Assessment {
  const [first = '', second = ''] = words;
  if (elsewhere.test(first)) return assess('R5', 'other-engine');
  const unit = groups.has(first) ? `${first} ${second}` : first;
  const risk = Object.hasOwn(risks, unit) ? risks[unit] : undefined;
  if (risk === undefined)
    return assess('R5', /\b(rm|rmi|remove|prune|kill|down)\b/.test(unit) ? 'deletes' : insideOr(unit));
  const found = [
    assess(risk, ...(risk === 'R4' ? (['network'] as const) : risk === 'R3' ? (['writes'] as const) : [])),
  ];
  // With a name that only the shell knows, nothing can be said about what is meant.
  if (words.includes(undefined)) found.push(assess('R5', 'substitution'));
  if (runs.has(unit)) found.push(...runOptions(words));
  if (
    unit.startsWith('compose') &&
    words.some((word) => word !== undefined && /^(-f|--file|--env-file|-p|--project)/.test(word))
  ) {
    found.push(assess('R4', 'outside-project'));
  }
  return combine(found);
}

function insideOr(unit: string): 'inside-container' | 'unknown-program' {
  return /\b(exec|cp|attach|commit|update|export|save)\b/.test(unit) ? 'inside-container' : 'unknown-program';
}

function runOptions(words: readonly (string | undefined)[]): readonly Assessment[] {
  const found: Assessment[] = [];
  for (const [index, word] of words.entries()) {
    if (word === undefined) continue;
    if (privileges.test(word)) found.push(assess('R5', 'privileged'));
    const value = /^(?:-v|--volume|--mount)(?:=(.*))?$/.exec(word) ?? /^-v(.+)$/.exec(word);
    if (value && isHostPath(value[1] ?? words[index + 1])) found.push(assess('R5', 'host-path'));
  }
  return found;
}

/** A named volume is Docker's; everything else may be a place of this machine. */
function isHostPath(source: string | undefined): boolean {
  return source === undefined || !/^[A-Za-z0-9][\w.-]*(:|$)/.test(source);
}
