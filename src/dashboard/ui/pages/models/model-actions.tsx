import { Menu, MenuItem } from '@mui/material';
import { EllipsisVertical } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { copyText, RowButton, useAction, useKitText, useToasts, useTransfers } from '../../kit/index.ts';
import { modelApi, modelPath } from './addresses.ts';
import { useModelsText } from './models-text.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import type { LocalModel } from './use-local-models.ts';

type Asked = 'tag' | 'remove' | undefined;

/** What can be done with one model besides chatting. */
export function ModelActions({
  model,
  onGone,
}: {
  readonly model: LocalModel;
  readonly onGone?: () => void;
}): ReactNode {
  const { name, runner } = model;
  const t = useModelsText();
  const navigate = useNavigate();
  const kit = useKitText();
  const toasts = useToasts();
  const { start } = useTransfers();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<Asked>();
  const unload = useAction({
    run: (api) => api.send({ path: '/engines/unload', method: 'POST', body: { models: [name] } }),
    changes: ['/engines'],
    done: () => t.unloaded(name),
  });
  const choose = (act: () => void) => () => {
    setAnchor(null);
    act();
  };
  const copy = (text: string): void =>
    void copyText(text).then((done) =>
      toasts.say(done ? { text: kit.copiedText(text), kind: 'success' } : { text: kit.notCopied(text), kind: 'error' }),
    );
  const push = (): void =>
    start({ title: t.pushing(name), request: { path: modelApi(name, '/push'), method: 'POST', body: {} } });
  return (
    <>
      <RowButton label={t.more(name)} opensMenu onClick={setAnchor}>
        <EllipsisVertical size={18} />
      </RowButton>
      {/* There may be hundreds of rows: what is not open does not exist. */}
      {anchor && (
        <Menu anchorEl={anchor} open onClose={() => setAnchor(null)}>
          <MenuItem onClick={choose(() => void navigate(modelPath(name)))}>{t.details}</MenuItem>
          <MenuItem onClick={choose(() => copy(name))}>{t.copyName}</MenuItem>
          <MenuItem onClick={choose(() => copy(`gantry run ${name}`))}>{t.copyRun}</MenuItem>
          <MenuItem onClick={choose(() => copy(`gantry pull ${name}`))}>{t.copyPull}</MenuItem>
          <MenuItem disabled={!runner} onClick={choose(() => void unload.start())}>
            {t.unload}
          </MenuItem>
          <MenuItem onClick={choose(() => setAsked('tag'))}>{t.tag}</MenuItem>
          <MenuItem onClick={choose(push)}>{t.push}</MenuItem>
          <MenuItem sx={{ color: 'error.main' }} onClick={choose(() => setAsked('remove'))}>
            {t.remove}
          </MenuItem>
        </Menu>
      )}
      {asked === 'tag' && <TagDialog name={name} onClose={() => setAsked(undefined)} />}
      {asked === 'remove' && (
        <RemoveDialog
          name={name}
          isLoaded={runner !== undefined}
          onClose={() => setAsked(undefined)}
          onGone={() => onGone?.()}
        />
      )}
    </>
  );
}
