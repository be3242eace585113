import { join } from 'node:path';
import { AppError } from '#core';
import { readConfigFile, writeConfigFile } from '../clients/config-file.ts';
import { withFile } from '../clients/client-errors.ts';
import { jsonFormat } from '../clients/formats/json.ts';

/** Switches of the toolkit, as Docker names them (contract mcp-toolkit §1.1), and whether they are on when nothing is said. */
export const featureDefaults = {
  'dynamic-tools': true,
  'mcp-oauth-dcr': true,
  'tool-name-prefix': false,
  profiles: true,
} as const;

export type FeatureName = keyof typeof featureDefaults;
export type FeatureStates = Readonly<Record<FeatureName, boolean>>;

export const featureNames = Object.keys(featureDefaults).toSorted() as readonly FeatureName[];

/** Features of Docker Desktop that have no meaning here. */
const elsewhere: Readonly<Record<string, string>> = {
  'oauth-interceptor': 'it needs Docker Desktop; here a server that wants to be authorised says so itself',
  'use-embeddings': 'it sends what is searched for to a service outside; here servers are found by their words',
};

const format = jsonFormat('features');

export interface Features {
  read(): Promise<FeatureStates>;
  /** @throws AppError `request.invalid` for what cannot be switched here */
  set(name: string, isOn: boolean): Promise<void>;
}

/** In the configuration of the Docker CLI, where Docker's own toolkit keeps them. */
export function createFeatures({ dockerConfig }: { dockerConfig: string }): Features {
  const path = join(dockerConfig, 'config.json');
  return {
    async read() {
      const { text = '' } = await readConfigFile(path);
      const said = withFile(path, () => format.read(text).servers);
      const states = featureNames.map((name) => [name, isOnOf(said.get(name)) ?? featureDefaults[name]]);
      return Object.fromEntries(states) as FeatureStates;
    },
    async set(name, isOn) {
      if (!isFeature(name)) throw unknownFeature(name);
      if (name === 'profiles' && !isOn) throw notHere(name, 'there is no other way to keep servers');
      const file = await readConfigFile(path);
      const text = file.text ?? '';
      const value = isOn ? 'enabled' : 'disabled';
      const after = withFile(path, () =>
        format.read(text).servers.get(name) === value ? text : format.set(text, name, value),
      );
      if (after !== text) await writeConfigFile(file, after);
    },
  };
}

function isFeature(name: string): name is FeatureName {
  return Object.hasOwn(featureDefaults, name);
}

/** Docker writes words, and people who read its documentation truths. */
function isOnOf(value: unknown): boolean | undefined {
  if (value === 'enabled' || value === 'true' || value === true) return true;
  return value === 'disabled' || value === 'false' || value === false ? false : undefined;
}

function unknownFeature(name: string): AppError {
  const because = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  if (because !== undefined) return notHere(name, because);
  const known = featureNames.join(', ');
  return new AppError('request.invalid', `There is no feature "${name}".`, {
    hint: `Known are: ${known}`,
    params: { reason: 'no_feature', name, known },
  });
}

function notHere(name: string, because: string): AppError {
  return new AppError('request.invalid', `The feature ${name} cannot be switched so: ${because}.`, {
    params: { reason: 'feature_not_here', name, because },
  });
}
