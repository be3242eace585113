import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  FormControlLabel,
  List,
  ListItem,
  ListItemText,
  ListSubheader,
  MenuItem,
  Switch,
  TextField,
} from '@mui/material';
import type { ReactNode } from 'react';
import { assistantToolListBody, type AssistantToolListBody, type ChangeToolsRequest } from '#contract';
import { cleanText, ResourceView, useAction, useResource } from '../../kit/index.ts';
import { base, useAssistantText } from './text.ts';

type Tool = AssistantToolListBody[number];

/** Which tools there are, and which of them ask. */
export function ToolboxDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useAssistantText();
  const tools = useResource({ path: `${base}/tools`, schema: assistantToolListBody });
  return (
    <Dialog open onClose={onClose} aria-labelledby="toolbox-title" fullWidth maxWidth="md">
      <DialogTitle id="toolbox-title">{t.toolbox}</DialogTitle>
      <DialogContent>
        <DialogContentText>{t.toolboxText}</DialogContentText>
        <ResourceView resource={tools}>
          {(all) => (
            <>
              {[...new Set(all.map(({ group }) => group))].map((group) => (
                <List key={group} dense subheader={<ListSubheader>{cleanText(group)}</ListSubheader>}>
                  {all
                    .filter((tool) => tool.group === group)
                    .map((tool) => (
                      <Row key={tool.name} tool={tool} />
                    ))}
                </List>
              ))}
            </>
          )}
        </ResourceView>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Row({ tool }: { readonly tool: Tool }): ReactNode {
  const t = useAssistantText();
  const change = useAction<ChangeToolsRequest[number]>({
    run: (api, body) => api.send({ path: `${base}/tools`, method: 'PATCH', body: [body] }),
    changes: [`${base}/tools`, '/gantry/settings'],
  });
  const name = cleanText(tool.name);
  return (
    <ListItem sx={{ gap: 1, flexWrap: 'wrap' }}>
      <FormControlLabel
        label={name}
        control={
          <Switch
            size="small"
            checked={tool.enabled}
            disabled={change.isRunning}
            slotProps={{ input: { 'aria-label': t.enabled(name) } }}
            onChange={(_event, enabled) => void change.start({ name: tool.name, enabled })}
          />
        }
      />
      <ListItemText secondary={cleanText(tool.description)} sx={{ flex: 1, minWidth: 200 }} />
      <TextField
        select
        size="small"
        variant="standard"
        value={tool.approval}
        disabled={change.isRunning || !tool.enabled}
        slotProps={{ select: { SelectDisplayProps: { 'aria-label': t.approval(name) } } }}
        onChange={(event) =>
          void change.start({ name: tool.name, approval: event.target.value === 'auto' ? 'auto' : 'ask' })
        }
      >
        <MenuItem value="ask">{t.ask}</MenuItem>
        <MenuItem value="auto">{t.auto}</MenuItem>
      </TextField>
    </ListItem>
  );
}
