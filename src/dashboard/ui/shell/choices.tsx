import { IconButton, Menu, MenuItem, Tooltip } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import { Languages, Moon, Sun, SunMoon, type LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLanguage } from '../kit/index.ts';
import { useShellText } from './shell-text.ts';

interface Choice {
  readonly text: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

export function useThemeChoices(): readonly Choice[] {
  const t = useShellText();
  const { mode, setMode } = useColorScheme();
  const names = { light: t.light, dark: t.dark, system: t.system };
  return (['light', 'dark', 'system'] as const).map((name) => ({
    text: names[name],
    isChosen: mode === name,
    choose: () => setMode(name),
  }));
}

export function useLanguageChoices(): readonly Choice[] {
  const t = useShellText();
  const { chosen, choose } = useLanguage();
  return [
    { text: 'English', isChosen: chosen === 'en', choose: () => choose('en') },
    { text: '简体中文', isChosen: chosen === 'zh', choose: () => choose('zh') },
    { text: t.browserLanguage, isChosen: chosen === undefined, choose: () => choose(undefined) },
  ];
}

export function ThemeMenu(): ReactNode {
  const t = useShellText();
  const { mode } = useColorScheme();
  const icon = mode === 'light' ? Sun : mode === 'dark' ? Moon : SunMoon;
  return <ChoiceMenu label={t.theme} icon={icon} choices={useThemeChoices()} />;
}

export function LanguageMenu(): ReactNode {
  return <ChoiceMenu label={useShellText().language} icon={Languages} choices={useLanguageChoices()} />;
}

function ChoiceMenu(props: {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly choices: readonly Choice[];
}): ReactNode {
  const { label, icon: Icon, choices } = props;
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={label}>
        <IconButton aria-label={label} aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)}>
          <Icon size={20} />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {choices.map(({ text, isChosen, choose }) => (
          <MenuItem
            key={text}
            role="menuitemradio"
            aria-checked={isChosen}
            selected={isChosen}
            onClick={() => {
              choose();
              setAnchor(null);
            }}
          >
            {text}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
