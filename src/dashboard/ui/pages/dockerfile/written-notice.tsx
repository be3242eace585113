import { Alert, Box, Button } from '@mui/material';
import type { WrittenFileBody } from '#contract';
import type { ReactNode } from 'react';
import { CleanText, useAction } from '../../kit/index.ts';
import { useText } from './text.ts';

/** What was written, and where it was. */
export interface Written {
  readonly root: string | undefined;
  readonly files: readonly WrittenFileBody[];
}

export interface WrittenProps {
  readonly written: Written;
  readonly onUndone: () => void;
}

/** Says which files are different now, and takes that back as long as nobody changed them since. */
export function WrittenNotice({ written: { root, files }, onUndone }: WrittenProps): ReactNode {
  const t = useText();
  const undo = useAction({
    run: (api) =>
      api.send({
        method: 'POST',
        path: '/gantry/dockerfiles/undo',
        body: { files, ...(root !== undefined && { root }) },
      }),
    changes: ['/gantry/dockerfiles'],
    done: () => t.undone,
  });
  if (files.length === 0) return <Alert severity="info">{t.nothingWritten}</Alert>;
  return (
    <Alert
      severity="success"
      action={
        <Button
          color="inherit"
          size="small"
          loading={undo.isRunning}
          onClick={() => void undo.start().then((went) => went && onUndone())}
        >
          {t.undo}
        </Button>
      }
    >
      <Box component="ul" sx={{ m: 0, pl: 2 }}>
        {files.map(({ path, backup }) => (
          <li key={path}>
            <CleanText text={backup === null ? t.created(path) : t.written(path, backup)} />
          </li>
        ))}
      </Box>
    </Alert>
  );
}
