import {
  assistantSessionListBody,
  containerListBody,
  imageListBody,
  mcpProfilesBody,
  modelListBody,
  settingListBody,
  volumeListBody,
} from '#contract';
import { useNavigate } from 'react-router';
import { cutLine, useIsAssistantThere, useLanguage, useResource, type Resource } from '../kit/index.ts';
import { settingWords as settingsEn } from '../messages/en/setting-words.ts';
import { settingWords as settingsZh } from '../messages/zh/setting-words.ts';
import { pages } from '../pages.ts';
import type { PaletteEntry } from './find-entries.ts';
import { useShellText } from './shell-text.ts';

interface Thing {
  readonly text: string;
  /** Page and what is below it. */
  readonly to: string;
}

/** Everything of this machine that has a name, asked for while the palette is open; and what could not be asked. */
export function useThings(): { readonly things: readonly PaletteEntry[]; readonly missing: readonly string[] } {
  const t = useShellText();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const isAssistantThere = useIsAssistantThere();
  const containers = useResource({ path: '/gantry/containers', schema: containerListBody });
  const images = useResource({ path: '/gantry/images', schema: imageListBody });
  const volumes = useResource({ path: '/gantry/volumes', schema: volumeListBody });
  const models = useResource({ path: '/models', schema: modelListBody });
  const profiles = useResource({ path: '/gantry/mcp/profiles', schema: mcpProfilesBody });
  const settings = useResource({ path: '/gantry/settings', schema: settingListBody });
  const sessions = useResource({
    path: '/gantry/assistant/sessions',
    schema: assistantSessionListBody,
    enabled: isAssistantThere,
  });
  const words: Readonly<Record<string, { readonly name: string }>> = language === 'zh' ? settingsZh : settingsEn;

  const titleOf = (path: string): string => pages.find((page) => page.path === path)?.title[language] ?? path;
  const kinds = [
    kind(titleOf('containers'), containers, (list) =>
      list.containers.map(({ name }) => ({ text: name, to: `containers/${encodeURIComponent(name)}` })),
    ),
    kind(titleOf('images'), images, (list) =>
      list.images.flatMap(({ tags }) => tags).map((tag) => ({ text: tag, to: `images/${encodeURIComponent(tag)}` })),
    ),
    kind(titleOf('volumes'), volumes, (list) =>
      list.volumes.map(({ name }) => ({ text: name, to: `volumes?find=${encodeURIComponent(name)}` })),
    ),
    kind(titleOf('models'), models, (list) =>
      list
        .flatMap(({ tags }) => tags ?? [])
        .map((tag) => ({ text: tag, to: `models/model/${encodeURIComponent(tag)}` })),
    ),
    kind(t.mcpServers, profiles, (list) =>
      list.profiles.flatMap(({ id, servers }) => {
        const query = id === list.default ? '' : `?profile=${encodeURIComponent(id)}`;
        const suffix = id === list.default ? '' : ` (${id})`;
        return servers.map((name) => ({
          text: `${name}${suffix}`,
          to: `mcp/servers/${encodeURIComponent(name)}${query}`,
        }));
      }),
    ),
    kind(titleOf('assistant'), sessions, (list) =>
      list.map(({ id, title }) => ({ text: title === '' ? id : title, to: `assistant/${encodeURIComponent(id)}` })),
    ),
    kind(titleOf('settings'), settings, (list) =>
      list.map(({ key }) => ({
        text: words[key] ? `${words[key].name} (${key})` : key,
        to: `settings?find=${encodeURIComponent(key)}`,
      })),
    ),
  ];
  return {
    missing: kinds.filter(({ isMissing }) => isMissing).map(({ group }) => group),
    things: kinds.flatMap(({ group, things }, at) =>
      things.map(({ text, to }, index) => ({
        id: `thing-${at}-${index}`,
        text: cutLine(text, mostChars).text,
        group,
        isThing: true,
        run: () => void navigate(`/${to}`),
      })),
    ),
  };
}

const mostChars = 300;

function kind<T>(
  group: string,
  { data, error }: Resource<T>,
  read: (data: T) => readonly Thing[],
): { readonly group: string; readonly things: readonly Thing[]; readonly isMissing: boolean } {
  return { group, things: data === undefined ? [] : read(data), isMissing: data === undefined && error !== undefined };
}
