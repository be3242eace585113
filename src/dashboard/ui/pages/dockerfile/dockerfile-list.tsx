import { Alert, Box, List, ListItemButton, ListItemText, Typography } from '@mui/material';
import { dockerfileListBody } from '#contract';
import type { ReactNode } from 'react';
import { CleanText, CommandHint, ResourceView, useResource } from '../../kit/index.ts';
import { placeQuery, type Place } from './place.ts';
import { useText } from './text.ts';

export interface DockerfileListProps {
  readonly folder: Place;
  readonly onPick: (place: Place) => void;
}

/** All Dockerfiles of a folder and below, with what they are worth. */
export function DockerfileList({ folder, onPick }: DockerfileListProps): ReactNode {
  const t = useText();
  const found = useResource({ path: `/gantry/dockerfiles?${placeQuery(folder)}`, schema: dockerfileListBody });
  return (
    <ResourceView resource={found}>
      {({ files, left, isCut, unreadable }) => (
        <Box>
          <Typography variant="body2" color="text.secondary" role="status">
            {files.length === 0 ? t.foundNone : t.found(files.length + left)}
          </Typography>
          {files.length > 0 && (
            <List
              dense
              aria-label={t.allDockerfiles}
              sx={{ maxHeight: '40vh', overflow: 'auto', border: 1, borderColor: 'divider', borderRadius: 1 }}
            >
              {files.map(({ path, name, rating }) => (
                <li key={path}>
                  <ListItemButton onClick={() => onPick({ root: folder.root, path })}>
                    <ListItemText
                      primary={<CleanText text={name} />}
                      secondary={rating ? t.worth(rating.score, rating.grade, rating.findings) : t.unreadableFile}
                    />
                  </ListItemButton>
                </li>
              ))}
            </List>
          )}
          {left > 0 && <Alert severity="info">{t.leftUnrated(left)}</Alert>}
          {isCut && <Alert severity="info">{t.searchCut}</Alert>}
          {unreadable > 0 && <Alert severity="info">{t.unreadableFolders(unreadable)}</Alert>}
          <CommandHint command={`gantry ai rate ${folder.path}`} />
        </Box>
      )}
    </ResourceView>
  );
}
