import { IconButton, InputAdornment, Tooltip } from '@mui/material';
import { FolderSearch } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { PathDialog } from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';
import type { PathWish } from './package-form.ts';

/** At the end of a field: looks for its file on the machine of the daemon. */
export function PathButton(props: {
  readonly wish: PathWish;
  /** Of the field. */
  readonly label: string;
  readonly onChoose: (path: string) => void;
}): ReactNode {
  const { wish, label, onChoose } = props;
  const t = useModelsText();
  const [isOpen, setOpen] = useState(false);
  return (
    <InputAdornment position="end">
      <Tooltip title={t.browse(label)}>
        <IconButton edge="end" aria-label={t.browse(label)} onClick={() => setOpen(true)}>
          <FolderSearch size={18} />
        </IconButton>
      </Tooltip>
      {isOpen && (
        <PathDialog
          {...wish}
          title={t.browse(label)}
          text={t.browseText}
          onClose={() => setOpen(false)}
          onChoose={(path) => {
            setOpen(false);
            onChoose(path);
          }}
        />
      )}
    </InputAdornment>
  );
}
