import { List, ListItemButton, ListItemText, Typography } from '@mui/material';
import { useDeferredValue, type ReactNode } from 'react';
import { projectFilesBody } from '#contract';
import { cleanText, ResourceView, useResource } from '../../kit/index.ts';
import { base, useAssistantText } from './text.ts';

/** Names inside a folder, with what they are completed from. */
export function FileNames(props: {
  readonly directory: string;
  readonly prefix: string;
  readonly wanted: (name: string) => boolean;
  readonly onChoose: (name: string) => void;
}): ReactNode {
  const t = useAssistantText();
  const asked = useDeferredValue(
    `directory=${encodeURIComponent(props.directory)}&prefix=${encodeURIComponent(props.prefix)}`,
  );
  const files = useResource({ path: `${base}/files?${asked}`, schema: projectFilesBody });
  return (
    <ResourceView resource={files}>
      {({ paths, truncated }) => {
        const shown = paths.filter((path) => path !== props.prefix && props.wanted(path));
        return (
          <>
            {shown.length === 0 && <Typography color="text.secondary">{t.noFiles}</Typography>}
            <List dense component="div" sx={{ maxHeight: 320, overflowY: 'auto' }}>
              {shown.map((path) => (
                <ListItemButton key={path} onClick={() => props.onChoose(path)}>
                  <ListItemText primary={cleanText(path)} sx={{ overflowWrap: 'anywhere' }} />
                </ListItemButton>
              ))}
            </List>
            {truncated && <Typography color="text.secondary">{t.tooMany}</Typography>}
          </>
        );
      }}
    </ResourceView>
  );
}
