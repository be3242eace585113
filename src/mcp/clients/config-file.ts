import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chown, lstat, mkdir, open, readFile, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from '#core';
import { configError } from './client-errors.ts';

const largestBytes = 32 * 1024 * 1024;

/** A client's file as it is now. A link is followed, so that it stays one. */
export interface ConfigFile {
  /** As the client names it. */
  readonly path: string;
  /** Where its bytes are. */
  readonly target: string;
  /** Undefined when there is no file. */
  readonly text: string | undefined;
}

/** @throws AppError for what is no text file of a bearable size: nothing else is ever opened, let alone removed. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const target = await targetOf(path);
  const facts = await stat(target).catch(absent);
  if (!facts) return { path, target, text: undefined };
  if (facts.isDirectory()) throw configError(path, { reason: 'folder', because: 'there is a folder in its place' });
  if (!facts.isFile())
    throw configError(path, { reason: 'special', because: 'there is something that is no file in its place' });
  if (facts.size > largestBytes) throw configError(path, { reason: 'too_large', because: 'it is larger than 32 MiB' });
  const bytes = await readFile(target).catch((error: unknown) => {
    if (errorCodeOf(error) === 'EACCES')
      throw configError(path, { reason: 'no_access', because: 'you may not read it' }, error);
    throw error;
  });
  try {
    return { path, target, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    throw configError(path, { reason: 'encoding', because: 'it is not UTF-8 text' }, cause);
  }
}

/**
 * Puts another text in the place of the one that was read, all at once: mode and owner stay. Undefined removes the file.
 * @throws AppError when somebody changed it meanwhile.
 */
export async function writeConfigFile(file: ConfigFile, text: string | undefined): Promise<void> {
  const { path, target } = file;
  if (text === undefined) {
    await expectUnchanged(file);
    return await rm(target, { force: true });
  }
  const facts = await stat(target).catch(absent);
  if (facts) await expectWritable(file);
  else await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    // New ones are private: clients keep tokens in them.
    const handle = await open(temporary, 'wx', facts ? facts.mode & 0o7777 : 0o600).catch((cause: unknown) => {
      if (['EACCES', 'EROFS', 'EPERM'].includes(errorCodeOf(cause) ?? '')) throw noWrite(path, cause);
      throw cause;
    });
    try {
      await handle.writeFile(text);
      // Whatever the umask took away.
      if (facts) await handle.chmod(facts.mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // The file of a user that root edits stays theirs; others cannot give files away, nor need to.
    if (facts && (facts.uid !== process.getuid?.() || facts.gid !== process.getgid?.())) {
      await chown(temporary, facts.uid, facts.gid).catch(() => {});
    }
    await expectUnchanged(file);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes folders that were made for a file, as far as nothing else is in them. */
export async function removeEmptyFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; folder.startsWith(upTo); folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed || folder === upTo) return;
  }
}

/** The outermost folder that must be made before the file can be. */
export async function firstMissingFolder(path: string): Promise<string | undefined> {
  let missing: string | undefined;
  for (let folder = dirname(path); (await stat(folder).catch(absent)) === undefined; folder = dirname(folder)) {
    missing = folder;
    if (folder === dirname(folder)) break;
  }
  return missing;
}

async function targetOf(path: string): Promise<string> {
  const link = await lstat(path).catch(absent);
  if (!link?.isSymbolicLink()) return path;
  return await realpath(path).catch((cause: unknown) => {
    throw configError(path, { reason: 'dangling', because: 'it is a link that leads nowhere' }, cause);
  });
}

async function expectWritable({ path, target }: ConfigFile): Promise<void> {
  await access(target, constants.W_OK).catch((cause: unknown) => {
    throw noWrite(path, cause);
  });
}

function noWrite(path: string, cause: unknown): Error {
  return configError(path, { reason: 'no_access', because: 'you may not write it' }, cause);
}

async function expectUnchanged({ path, text }: ConfigFile): Promise<void> {
  const now = await readConfigFile(path);
  if (now.text !== text)
    throw configError(path, { reason: 'changed', because: 'it was changed by another program meanwhile' });
}

function absent(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '')) return undefined;
  throw error;
}
