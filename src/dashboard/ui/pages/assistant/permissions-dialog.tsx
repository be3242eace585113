import {
  Button,
  Chip,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  Stack,
  Tab,
  Tabs,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { permissionsBody, type PermissionsBody, type PermissionsRequest } from '#contract';
import { cleanText, CommandHint, ResourceView, useAction, useResource } from '../../kit/index.ts';
import { base, useAssistantText } from './text.ts';

const effects = ['deny', 'ask', 'allow'] as const;
type Scope = 'user' | 'project';

/** The rules that decide before anybody is asked. */
export function PermissionsDialog({
  project,
  onClose,
}: {
  readonly project: string;
  readonly onClose: () => void;
}): ReactNode {
  const t = useAssistantText();
  const path = `${base}/permissions?project=${encodeURIComponent(project)}`;
  const permissions = useResource({ path, schema: permissionsBody });
  const [scope, setScope] = useState<Scope>('user');
  return (
    <Dialog open onClose={onClose} aria-labelledby="permissions-title" fullWidth maxWidth="md">
      <DialogTitle id="permissions-title">{t.permissions}</DialogTitle>
      <DialogContent>
        <DialogContentText sx={{ mb: 1 }}>{t.permissionsText}</DialogContentText>
        <Tabs value={scope} onChange={(_event, next: Scope) => setScope(next)} aria-label={t.permissions}>
          <Tab value="user" label={t.scopeUser} />
          <Tab value="project" label={t.scopeProject} />
        </Tabs>
        <ResourceView resource={permissions}>
          {(known) => (
            <>
              <Locked rules={known.rules} />
              <Rules key={scope} rules={known.rules} scope={scope} project={project} />
            </>
          )}
        </ResourceView>
        <CommandHint command="gantry settings set assistant.permissions.allow …" />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Locked({ rules }: { readonly rules: PermissionsBody['rules'] }): ReactNode {
  const t = useAssistantText();
  const locked = rules.filter(({ scope }) => scope === 'locked');
  if (locked.length === 0) return null;
  return (
    <Stack spacing={1} sx={{ my: 2 }}>
      <Typography variant="subtitle2">{t.locked}</Typography>
      {locked.map(({ effect, rule }) => (
        <Chip
          key={`${effect} ${rule}`}
          label={`${t.effect(effect)}: ${cleanText(rule)}`}
          sx={{ alignSelf: 'flex-start' }}
        />
      ))}
    </Stack>
  );
}

function Rules(props: {
  readonly rules: PermissionsBody['rules'];
  readonly scope: Scope;
  readonly project: string;
}): ReactNode {
  const { rules, scope, project } = props;
  const t = useAssistantText();
  const linesOf = (effect: (typeof effects)[number]): string =>
    rules.flatMap((one) => (one.scope === scope && one.effect === effect ? [one.rule] : [])).join('\n');
  const [texts, setTexts] = useState({ deny: linesOf('deny'), ask: linesOf('ask'), allow: linesOf('allow') });
  const save = useAction<PermissionsRequest>({
    run: (api, body) => api.send({ path: `${base}/permissions`, method: 'PUT', body }),
    changes: [`${base}/permissions`, '/gantry/settings'],
    done: () => t.saved,
  });
  const rulesOf = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);
  return (
    <Stack spacing={2} sx={{ my: 2 }}>
      {effects.map((effect) => (
        <TextField
          key={effect}
          multiline
          minRows={2}
          label={t.effect(effect)}
          helperText={effect === 'deny' ? t.ruleHint : undefined}
          value={texts[effect]}
          onChange={(event) => setTexts({ ...texts, [effect]: event.target.value })}
          slotProps={{ htmlInput: { style: { fontFamily: 'monospace' } } }}
        />
      ))}
      <Button
        variant="contained"
        loading={save.isRunning}
        sx={{ alignSelf: 'flex-start' }}
        onClick={() => {
          const lists = { deny: rulesOf(texts.deny), ask: rulesOf(texts.ask), allow: rulesOf(texts.allow) };
          void save.start(scope === 'user' ? { scope, ...lists } : { scope, project, ...lists });
        }}
      >
        {t.save}
      </Button>
    </Stack>
  );
}
