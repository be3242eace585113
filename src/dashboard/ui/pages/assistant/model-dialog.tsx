import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControl,
  FormControlLabel,
  FormLabel,
  Radio,
  RadioGroup,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { assistantModelListBody, settingListBody, type AssistantModelListBody } from '#contract';
import {
  cleanText,
  CommandHint,
  displayName,
  EmptyState,
  ResourceView,
  useAction,
  useFormat,
  useResource,
} from '../../kit/index.ts';
import { commandFor, modelSetting, modelSettingOf, remoteOf } from './model-choice.ts';
import type { ModelChoice, ModelSetting, RemoteFields } from './model-choice.ts';
import { base, sessionPath, useAssistantText } from './text.ts';

export interface ModelDialogProps {
  /** Where one is shown: it may have a model of its own. */
  readonly session?: { readonly id: string; readonly model: string | null } | undefined;
  readonly onClose: () => void;
}

/** Chooses what answers: for all sessions, which is a setting, or for this one. */
export function ModelDialog({ session, onClose }: ModelDialogProps): ReactNode {
  const t = useAssistantText();
  const models = useResource({ path: `${base}/models`, schema: assistantModelListBody, refreshMs: 5000 });
  const settings = useResource({ path: '/gantry/settings', schema: settingListBody, refreshMs: 5000 });
  const setting = settings.data && modelSettingOf(settings.data);
  return (
    <Dialog open onClose={onClose} aria-labelledby="model-title" fullWidth maxWidth="sm">
      <DialogTitle id="model-title">{t.modelTitle}</DialogTitle>
      <ResourceView resource={settings}>
        {() => (
          <ResourceView resource={models}>
            {(list) => setting && <Choices list={list} setting={setting} session={session} onClose={onClose} />}
          </ResourceView>
        )}
      </ResourceView>
    </Dialog>
  );
}

/** Where the choice holds. */
type Scope = 'everywhere' | 'session';

interface ChoicesProps extends ModelDialogProps {
  readonly list: AssistantModelListBody;
  readonly setting: ModelSetting;
}

const elsewhere = ' elsewhere';

function Choices({ list, setting, session, onClose }: ChoicesProps): ReactNode {
  const t = useAssistantText();
  const { choice: before, isLocked, lockedBy } = setting;
  const own = session?.model ?? undefined;
  const [scope, setScope] = useState<Scope>(own === undefined ? 'everywhere' : 'session');
  const [wanted, setWanted] = useState(displayName(own ?? (typeof before === 'string' ? before : elsewhere)));
  const [fields, setFields] = useState<RemoteFields>({
    url: typeof before === 'object' ? before.url : '',
    model: typeof before === 'object' ? before.model : '',
    keySecret: (typeof before === 'object' ? before.keySecret : undefined) ?? '',
  });
  const save = useAction<ModelChoice | null>({
    run: (api, choice) =>
      scope === 'session' && session
        ? api.send({ path: sessionPath(session.id), method: 'PATCH', body: { model: choice } })
        : api.send({ path: '/gantry/settings', method: 'PATCH', body: [{ path: modelSetting, value: choice }] }),
    changes: [base, '/gantry/settings'],
    done: () => t.modelSaved,
  });
  const isElsewhere = wanted === elsewhere;
  const choice = isElsewhere ? remoteOf(fields, before) : wanted;
  const known =
    list.models.some(({ name }) => displayName(name) === wanted) || ['auto', 'none', elsewhere].includes(wanted);

  const finish = async (value: ModelChoice | null): Promise<void> => {
    if (await save.start(value)) onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (choice !== undefined) void finish(choice);
      }}
    >
      <DialogContent sx={{ pt: 0 }}>
        <Stack spacing={2}>
          {session && (
            <FormControl>
              <FormLabel id="model-scope">{t.modelScope}</FormLabel>
              <RadioGroup
                row
                aria-labelledby="model-scope"
                value={scope}
                onChange={(_event, value) => {
                  setScope(value === 'session' ? 'session' : 'everywhere');
                  if (value === 'session' && isElsewhere) setWanted('auto');
                }}
              >
                <FormControlLabel value="everywhere" control={<Radio size="small" />} label={t.modelEverywhere} />
                <FormControlLabel value="session" control={<Radio size="small" />} label={t.modelSession} />
              </RadioGroup>
            </FormControl>
          )}
          {isLocked && <Alert severity="info">{t.modelLocked(lockedBy ?? '')}</Alert>}
          <FormControl>
            <FormLabel id="model-choice">{t.modelAnswers}</FormLabel>
            <RadioGroup aria-labelledby="model-choice" value={wanted} onChange={(_event, value) => setWanted(value)}>
              <Choice
                value="auto"
                label={t.modelAuto}
                isDisabled={isLocked}
                text={t.modelAutoText(cleanText(displayName(list.automatic ?? '')))}
              />
              {list.models.map((model) => (
                <ModelChoiceRow key={model.name} model={model} isLocked={isLocked} />
              ))}
              {!known && <Choice value={wanted} label={cleanText(wanted)} text={t.modelGone} isDisabled={isLocked} />}
              <Choice value="none" label={t.modelNone} text={t.modelNoneText} isDisabled={isLocked} />
              {scope === 'everywhere' && (
                <Choice value={elsewhere} label={t.modelRemote} text={t.modelRemoteText} isDisabled={isLocked} />
              )}
            </RadioGroup>
          </FormControl>
          {isElsewhere && <Remote fields={fields} onChange={setFields} isLocked={isLocked} />}
          {list.models.length === 0 && <NoModels />}
          <Typography variant="body2" role="note" aria-label={t.modelMeans}>
            {scope === 'session' ? t.modelMeansSession : t.modelMeansEverywhere} {meaning(wanted, t)}
          </Typography>
          {scope === 'everywhere' && choice !== undefined && <CommandHint command={commandFor(choice)} />}
        </Stack>
      </DialogContent>
      <DialogActions>
        {own !== undefined && (
          <Button disabled={save.isRunning} onClick={() => void finish(null)} sx={{ mr: 'auto' }}>
            {t.modelAsEverywhere}
          </Button>
        )}
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button type="submit" variant="contained" loading={save.isRunning} disabled={isLocked || choice === undefined}>
          {t.save}
        </Button>
      </DialogActions>
    </form>
  );
}

function meaning(wanted: string, t: ReturnType<typeof useAssistantText>): string {
  if (wanted === 'none') return t.modelMeansNone;
  return wanted === elsewhere ? t.modelMeansRemote : t.modelMeansLocal;
}

function ModelChoiceRow(props: {
  readonly model: AssistantModelListBody['models'][number];
  readonly isLocked: boolean;
}): ReactNode {
  const { name, parameters, size, fits, isLoaded } = props.model;
  const t = useAssistantText();
  const format = useFormat();
  const facts = [
    parameters === undefined
      ? ''
      : t.modelParameters(
          parameters >= 1e9 ? `${format.number(parameters / 1e9, 1)}B` : `${format.number(parameters / 1e6)}M`,
        ),
    isLoaded ? t.modelLoaded : '',
    fits ? '' : t.modelTooBig,
    size === 'small' ? t.modelSmall : t.modelFull,
  ];
  return (
    <Choice
      value={displayName(name)}
      label={cleanText(displayName(name))}
      text={facts.filter((fact) => fact !== '').join(' · ')}
      isDisabled={props.isLocked || !fits}
    />
  );
}

function Choice(props: {
  readonly value: string;
  readonly label: string;
  readonly text: string;
  readonly isDisabled?: boolean;
}): ReactNode {
  return (
    <FormControlLabel
      value={props.value}
      {...(props.isDisabled === true && { disabled: true })}
      control={<Radio size="small" sx={{ alignSelf: 'flex-start' }} />}
      label={
        <>
          <Typography component="span" sx={{ display: 'block', overflowWrap: 'anywhere' }}>
            {props.label}
          </Typography>
          <Typography component="span" variant="body2" color="text.secondary" sx={{ display: 'block' }}>
            {props.text}
          </Typography>
        </>
      }
      sx={{ alignItems: 'flex-start', my: 0.5 }}
    />
  );
}

function Remote(props: {
  readonly fields: RemoteFields;
  readonly onChange: (fields: RemoteFields) => void;
  readonly isLocked: boolean;
}): ReactNode {
  const t = useAssistantText();
  const field = (key: keyof RemoteFields, label: string, hint: string): ReactNode => (
    <TextField
      size="small"
      fullWidth
      label={label}
      helperText={hint}
      disabled={props.isLocked}
      value={props.fields[key]}
      onChange={(event) => props.onChange({ ...props.fields, [key]: event.target.value })}
    />
  );
  return (
    <Stack spacing={1.5}>
      {field('url', t.remoteUrl, 'https://example.com/v1')}
      {field('model', t.remoteModel, t.remoteModelHint)}
      {field('keySecret', t.remoteSecret, t.remoteSecretHint)}
    </Stack>
  );
}

function NoModels(): ReactNode {
  const t = useAssistantText();
  return (
    <EmptyState
      title={t.noModels}
      text={t.noModelsText}
      command="gantry pull ai/qwen3"
      action={
        <Button component={Link} to="/models/search" variant="outlined">
          {t.toModels}
        </Button>
      }
    />
  );
}
