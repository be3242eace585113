import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#core';

/** One parameter of xllamacpp's CommonParams. `path` may go through nested objects: `cpuparams.n_threads`. */
export interface Assignment {
  readonly path: string;
  readonly value: AssignedValue;
}

export type AssignedValue =
  | string
  | number
  | boolean
  | readonly (string | number | EnumerationMember)[]
  | Readonly<Record<string, string>>
  | EnumerationMember
  /** The text of a file, read by the runner. */
  | { readonly textOf: string };

/** A member of one of xllamacpp's enumerations. */
export interface EnumerationMember {
  readonly enumeration: string;
  readonly member: string;
}

/** What the launcher gets as its one argument, in JSON. */
export interface LauncherPlan {
  readonly package: string;
  readonly set: readonly Assignment[];
}

/**
 * Starts xllamacpp's server. It sets what it is told, reads every value back, and refuses what the package does not know
 * or changes: a setting is never ignored.
 */
const source = `# Written by Gantry. Starts the llama.cpp server of the xllamacpp package.
import json
import signal
import sys

plan = json.loads(sys.argv[1])
sys.path.insert(0, plan["package"])
import xllamacpp


def refuse(path, why):
    sys.stderr.write("gantry: parameter %s: %s\\n" % (path, why))
    sys.exit(64)


def wanted(path, value):
    if isinstance(value, list):
        return [wanted(path, item) for item in value]
    if isinstance(value, dict) and "enumeration" in value:
        members = getattr(xllamacpp, value["enumeration"], None)
        if members is None or not hasattr(members, value["member"]):
            refuse(path, "this version has no %s" % value["member"])
        return getattr(members, value["member"])
    if isinstance(value, dict) and "textOf" in value:
        with open(value["textOf"], encoding="utf-8") as file:
            return file.read()
    return value


def same(value, stored):
    if isinstance(value, list):
        stored = list(stored)
        return len(stored) == len(value) and all(same(a, b) for a, b in zip(value, stored))
    if isinstance(value, float):
        return abs(stored - value) <= 1e-6 * max(1.0, abs(value))
    return stored == value


params = xllamacpp.CommonParams()
for item in plan["set"]:
    path = item["path"]
    *parents, name = path.split(".")
    owner = params
    for parent in parents:
        owner = getattr(owner, parent, None)
    if not hasattr(owner, name):
        refuse(path, "this version does not have it")
    value = wanted(path, item["value"])
    if isinstance(getattr(owner, name), float) and isinstance(value, int):
        value = float(value)
    try:
        setattr(owner, name, value)
    except (TypeError, ValueError, OverflowError, AssertionError) as error:
        refuse(path, "%r is refused (%s)" % (value, error))
    if not same(value, getattr(owner, name)):
        refuse(path, "%r became %r" % (value, getattr(owner, name)))

server = xllamacpp.Server(params)
# SIGTERM keeps its default action and ends the process at once: the requests are over when it is sent.
while True:
    signal.pause()
`;

/** Puts the launcher beside the package it starts, unless it is there, and returns its path. */
export async function writeLauncher(folder: string): Promise<string> {
  const tag = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const path = join(folder, `gantry-launcher-${tag}.py`);
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== source) await writeFileAtomic(path, source);
  return path;
}
