import { Menu, MenuItem } from '@mui/material';
import { EllipsisVertical } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { cleanText, copyText, RowButton, useToasts } from '../../kit/index.ts';
import { nameOf, type ImageRow } from './image-names.ts';
import { PushDialog } from './push-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { useText } from './text.ts';

type Asked = 'tag' | 'push' | 'remove' | undefined;

interface ImageActionsProps {
  readonly image: Pick<ImageRow, 'id' | 'tags' | 'digests' | 'usedBy'>;
  /** As which it was opened; default is its first tag. */
  readonly name?: string | undefined;
  readonly onGone?: (() => void) | undefined;
}

/** What can be done with one image besides running it. */
export function ImageActions({ image, name = nameOf(image), onGone }: ImageActionsProps): ReactNode {
  const t = useText();
  const toasts = useToasts();
  const navigate = useNavigate();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<Asked>();
  const choose = (act: () => void) => () => {
    setAnchor(null);
    act();
  };
  const copy = (text: string) =>
    choose(
      () =>
        void copyText(text).then((done) => done && toasts.say({ text: t.copied(cleanText(text)), kind: 'success' })),
    );
  const close = (): void => setAsked(undefined);
  const [digest] = image.digests;
  return (
    <>
      <RowButton label={t.more(cleanText(name))} opensMenu onClick={setAnchor}>
        <EllipsisVertical size={18} />
      </RowButton>
      {/* There may be a thousand rows: what is not open does not exist. */}
      {anchor && (
        <Menu anchorEl={anchor} open onClose={() => setAnchor(null)}>
          <MenuItem onClick={choose(() => void navigate(`/images/${encodeURIComponent(name)}`))}>{t.details}</MenuItem>
          <MenuItem onClick={copy(name)}>{t.copyName}</MenuItem>
          <MenuItem onClick={copy(digest ?? image.id)}>{t.copyDigest}</MenuItem>
          <MenuItem onClick={copy(`docker run --rm ${name}`)}>{t.copyRun}</MenuItem>
          <MenuItem onClick={choose(() => setAsked('tag'))}>{t.tag}…</MenuItem>
          <MenuItem disabled={image.tags.length === 0} onClick={choose(() => setAsked('push'))}>
            {t.push}…
          </MenuItem>
          <MenuItem sx={{ color: 'error.main' }} onClick={choose(() => setAsked('remove'))}>
            {t.removeConfirm}…
          </MenuItem>
        </Menu>
      )}
      {asked === 'tag' && <TagDialog name={name} onClose={close} />}
      {asked === 'push' && (
        <PushDialog
          tags={[...new Set([name, ...image.tags])].filter((tag) => image.tags.includes(tag))}
          onClose={close}
        />
      )}
      {asked === 'remove' && <RemoveDialog name={name} usedBy={image.usedBy} onClose={close} onGone={onGone} />}
    </>
  );
}
