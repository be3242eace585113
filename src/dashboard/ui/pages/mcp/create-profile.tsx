import { mcpProfileBody, type McpProfilesBody } from '#contract';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, Stack, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useAction, useKitText } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';

export interface CreateProfileProps {
  readonly templates: McpProfilesBody['templates'];
  readonly onClose: () => void;
  /** With the servers that it began with. */
  readonly onCreated: (id: string, servers: readonly string[]) => void;
}

/** A profile, empty or with the servers of a template. */
export function CreateProfile({ templates, onClose, onCreated }: CreateProfileProps): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const [name, setName] = useState('');
  const [template, setTemplate] = useState('');
  const titled = templates.find(({ id }) => id === template)?.title ?? '';
  const called = name.trim() === '' ? titled : name.trim();
  const create = useAction({
    run: async (api) => {
      const body = { name: called, ...(template === '' ? {} : { template }) };
      const { id, servers } = await api.json({ path: paths.profiles, method: 'POST', body }, mcpProfileBody);
      onCreated(id, servers);
      return id;
    },
    changes: concerned['profiles'],
    done: (id) => t.profileSaved(id),
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="create-title">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (called !== '') void create.start();
        }}
      >
        <DialogTitle id="create-title">{t.createProfile}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            <TextField
              autoFocus
              label={t.name}
              placeholder={titled}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              select
              label={t.template}
              value={template}
              onChange={(event) => setTemplate(event.target.value)}
              helperText={templates.find(({ id }) => id === template)?.servers.join(', ')}
            >
              <MenuItem value="">{t.noTemplate}</MenuItem>
              {templates.map(({ id, title }) => (
                <MenuItem key={id} value={id}>
                  {title}
                </MenuItem>
              ))}
            </TextField>
            <CommandHint
              command={`gantry mcp profile create --name ${JSON.stringify(called)}${template === '' ? '' : ` --from-template ${template}`}`}
            />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" disabled={called === ''} loading={create.isRunning}>
            {t.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
