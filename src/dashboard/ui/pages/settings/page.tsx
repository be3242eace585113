import { Box, Checkbox, FormControlLabel, Link as TextLink, Stack, TextField, Typography } from '@mui/material';
import { use, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { CommandHint, PageHeader, ResourceView } from '../../kit/index.ts';
import { ApiKeys } from './api-keys.tsx';
import { findSettings } from './find-settings.ts';
import type { SettingGroup } from './kinds.ts';
import { ThisBrowser } from './look.tsx';
import { EngineMirrors } from './mirrors.tsx';
import { Section } from './section.tsx';
import { SettingField, SettingFields } from './setting-field.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { Storage } from './storage.tsx';
import { SettingsContext, useSettings } from './use-settings.ts';

export function Page(): ReactNode {
  const t = useSettingsText();
  const settings = useSettings();
  // The palette leads to one.
  const find = useSearchParams()[0].get('find') ?? '';
  return (
    <>
      <PageHeader title={t.title} text={t.text} />
      <ResourceView resource={settings}>
        {(entries) => (
          <SettingsContext value={entries}>
            <Finder key={find} find={find} />
          </SettingsContext>
        )}
      </ResourceView>
    </>
  );
}

/** All settings by what they are about, or those that are looked for. */
function Finder({ find }: { readonly find: string }): ReactNode {
  const t = useSettingsText();
  const words = useSettingWords();
  const entries = use(SettingsContext);
  const [text, setText] = useState(find);
  const [isChangedOnly, setChangedOnly] = useState(false);
  const found =
    text.trim() === '' && !isChangedOnly ? undefined : findSettings(text, { words, entries, isChangedOnly });
  return (
    <Stack spacing={2} sx={{ maxWidth: 1000 }}>
      <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', alignItems: 'center', columnGap: 2 }}>
        <TextField
          type="search"
          size="small"
          label={t.find}
          value={text}
          onChange={(event) => setText(event.target.value)}
          sx={{ flex: '1 1 260px' }}
        />
        <FormControlLabel
          label={t.changedOnly}
          control={<Checkbox checked={isChangedOnly} onChange={(_event, on) => setChangedOnly(on)} />}
        />
      </Stack>
      {found ? (
        <Section title={t.found}>
          {found.length === 0 && <Typography color="text.secondary">{t.nothingFound}</Typography>}
          {found.map((key) => (
            <SettingField key={key} setting={key} />
          ))}
        </Section>
      ) : (
        <Sections />
      )}
      <CommandHint command="gantry settings" />
    </Stack>
  );
}

function Sections(): ReactNode {
  const t = useSettingsText();
  const sections: readonly SectionEntry[] = [
    { id: 'ai', title: t.ai, text: t.aiText },
    { id: 'runner', title: t.runner },
    { id: 'toolkit', title: t.toolkit },
    { id: 'mirrors', title: t.mirrors, text: t.mirrorsText, before: <EngineMirrors /> },
    { id: 'sources', title: t.sources },
    { id: 'assistant', title: t.assistant, text: t.assistantText },
    { id: 'docker', title: t.docker },
    { id: 'access', title: t.access, text: t.accessText, after: <ApiKeys /> },
    { id: 'look', title: t.look, after: <ThisBrowser /> },
    { id: 'records', title: t.storage, before: <Storage /> },
  ];
  return (
    <>
      <Box
        component="nav"
        aria-label={t.sections}
        sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: 0.5 }}
      >
        {sections.map(({ id, title }) => (
          <TextLink
            key={id}
            href={`#${id}`}
            variant="body2"
            onClick={(event) => {
              event.preventDefault();
              document.querySelector(`#${id}`)?.scrollIntoView();
            }}
          >
            {title}
          </TextLink>
        ))}
      </Box>
      {sections.map(({ id, title, text, before, after }) => (
        <Section key={id} id={id} title={title} text={text}>
          {before}
          <SettingFields group={id} />
          {after}
        </Section>
      ))}
    </>
  );
}

interface SectionEntry {
  readonly id: SettingGroup;
  readonly title: string;
  readonly text?: string;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}
