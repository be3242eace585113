import { Chip } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useLanguage } from '../../kit/index.ts';
import type { ContainerRow } from './rows.ts';
import { useText } from './text.ts';

/** Why a container is not well, in a word; leads to its diagnosis. Nothing for those that are well. */
export function DiagnosisBadge({ row }: { readonly row: ContainerRow }): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const { badge, exitCode, name, health } = row;
  if (!badge || badge.state === 'well') return null;
  const known = badge.state === 'cause_found' ? badge.title[language] : undefined;
  const parts = [
    exitCode === null ? (health === 'unhealthy' ? t.unhealthy : undefined) : t.exit(exitCode),
    known ?? (badge.state === 'pending' ? t.pending : t.unknownCause),
  ].filter((part) => part !== undefined);
  const text = parts.join(' · ');
  return (
    <Chip
      size="small"
      variant="outlined"
      color={badge.state === 'cause_found' ? 'error' : 'default'}
      label={text}
      title={text}
      component={Link}
      to={`/containers/${encodeURIComponent(name)}/diagnosis`}
      clickable
      aria-label={t.showDiagnosis(name, text)}
      sx={{ maxWidth: 240 }}
    />
  );
}
