import { Alert, Box, Button, Checkbox, FormControlLabel, Stack, TextField } from '@mui/material';
import { recipeBody, runImageLine, type RecipeBody, type RecipeWishesBody, type RunImageLine } from '#contract';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  ApiError,
  CleanText,
  CodeBlock,
  CommandHint,
  CommandList,
  errorText,
  ErrorNotice,
  Loading,
  useApi,
  useInvalidate,
  useKitText,
} from '../../kit/index.ts';
import { useText } from './text.ts';
import { noWishes, platformNote, wishesFrom, type WishForm } from './wishes.ts';

const typingMs = 250;

/** How to run an image: a form, the command and the compose file, all three the same recipe. */
export function RunTab({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const [form, setForm] = useState(noWishes);
  const { wishes, refused } = useMemo(() => wishesFrom(form), [form]);
  const { recipe, error } = useRecipe(name, wishes);
  if (!recipe) return error === undefined ? <Loading /> : <ErrorNotice error={error} />;
  const platform = platformNote(recipe);
  return (
    <Stack spacing={2}>
      {platform && <Alert severity="warning">{t.otherPlatform(platform.image, platform.engine)}</Alert>}
      {recipe.interactive && <Alert severity="info">{t.interactive}</Alert>}
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fit, minmax(320px, 1fr))' }}>
        <Fields form={form} recipe={recipe} onChange={setForm} />
        <Stack spacing={2} sx={{ minWidth: 0 }}>
          {error !== undefined && <ErrorNotice error={error} />}
          {refused.length > 0 && (
            <Alert severity="warning">
              <CleanText text={refused.join(', ')} />
            </Alert>
          )}
          <CodeBlock title={t.asCommand} text={recipe.command} />
          <CodeBlock title={t.asCompose} text={recipe.compose.trimEnd()} />
        </Stack>
      </Box>
      {recipe.secrets.length > 0 && <Alert severity="info">{t.secretsMade(recipe.secrets.join(', '))}</Alert>}
      {!recipe.interactive && (
        <Start name={name} wishes={wishes} recipe={recipe} isReady={error === undefined && refused.length === 0} />
      )}
      {recipe.connect !== null && <CommandHint command={recipe.connect} />}
      <CommandList title={t.checks} commands={recipe.smoke} />
      <CommandList title={t.cleanUp} commands={recipe.cleanUp} />
      <CommandHint command={`gantry ai run ${name}`} />
    </Stack>
  );
}

function useRecipe(name: string, wishes: RecipeWishesBody): { recipe: RecipeBody | undefined; error: unknown } {
  const api = useApi();
  const [found, setFound] = useState<{ recipe: RecipeBody | undefined; error: unknown }>({
    recipe: undefined,
    error: undefined,
  });
  const body = JSON.stringify(wishes);
  useEffect(() => {
    const gone = new AbortController();
    const ask = async (): Promise<void> => {
      const path = `/gantry/images/${encodeURIComponent(name)}/recipe`;
      try {
        const given: unknown = JSON.parse(body);
        const recipe = await api.json({ path, method: 'POST', body: given, signal: gone.signal }, recipeBody);
        setFound({ recipe, error: undefined });
      } catch (error) {
        if (!gone.signal.aborted) setFound(({ recipe }) => ({ recipe, error }));
      }
    };
    const timer = setTimeout(() => void ask(), body === '{}' ? 0 : typingMs);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [api, name, body]);
  return found;
}

interface FieldsProps {
  readonly form: WishForm;
  readonly recipe: RecipeBody;
  readonly onChange: (form: WishForm) => void;
}

function Fields({ form, recipe, onChange }: FieldsProps): ReactNode {
  const t = useText();
  return (
    <Stack spacing={2} component="form" aria-label={t.runTab} onSubmit={(event) => event.preventDefault()}>
      <TextField
        size="small"
        label={t.containerName}
        value={form.name}
        placeholder={recipe.name}
        onChange={(event) => onChange({ ...form, name: event.target.value })}
      />
      <TextField
        size="small"
        label={t.memory}
        value={form.memory}
        placeholder={recipe.memory ?? ''}
        onChange={(event) => onChange({ ...form, memory: event.target.value })}
      />
      {recipe.ports.map(({ container, host }) => (
        <TextField
          key={container}
          size="small"
          label={t.hostPort(container)}
          value={form.ports[container] ?? ''}
          placeholder={String(host)}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
          onChange={(event) => onChange({ ...form, ports: { ...form.ports, [container]: event.target.value } })}
        />
      ))}
      <TextField
        size="small"
        multiline
        minRows={3}
        label={t.env}
        value={form.env}
        placeholder={Object.entries(recipe.env)
          .map(([name, value]) => `${name}=${value}`)
          .join('\n')}
        onChange={(event) => onChange({ ...form, env: event.target.value })}
      />
      {recipe.ports.length > 0 && (
        <FormControlLabel
          control={
            <Checkbox checked={form.isPublic} onChange={(_event, isPublic) => onChange({ ...form, isPublic })} />
          }
          label={t.isPublic}
        />
      )}
    </Stack>
  );
}

interface StartProps {
  readonly name: string;
  readonly wishes: RecipeWishesBody;
  readonly recipe: RecipeBody;
  readonly isReady: boolean;
}

function Start({ name, wishes, recipe, isReady }: StartProps): ReactNode {
  const t = useText();
  const kit = useKitText();
  const api = useApi();
  const invalidate = useInvalidate();
  const [line, setLine] = useState<RunImageLine & { readonly container: string }>();
  const isRunning = line?.type === 'starting';
  const run = async (): Promise<void> => {
    const container = recipe.name;
    setLine({ type: 'starting', name: container, container });
    const path = `/gantry/images/${encodeURIComponent(name)}/run`;
    try {
      const body = { wishes, command: recipe.command };
      for await (const next of api.lines({ path, method: 'POST', body }, runImageLine)) setLine({ ...next, container });
    } catch (error) {
      const code = error instanceof ApiError ? error.code : 'internal';
      setLine({ type: 'error', code, message: errorText(error, kit), container });
    }
    await invalidate(['/gantry/containers', '/gantry/images']);
  };
  const said =
    line?.type === 'done' ? { healthy: t.healthy, running: t.running, failed: t.failed }[line.state] : undefined;
  return (
    <Stack spacing={1} sx={{ alignItems: 'flex-start' }}>
      <Button variant="contained" disabled={!isReady || isRunning} onClick={() => void run()}>
        {t.start}
      </Button>
      <Box role="status">{line?.type === 'starting' && t.starting(line.name)}</Box>
      {line?.type === 'error' && (
        <Alert severity="error">
          <CleanText text={line.message} />
        </Alert>
      )}
      {line?.type === 'done' && (
        <Alert
          severity={line.state === 'failed' ? 'error' : 'success'}
          action={
            <Button
              color="inherit"
              size="small"
              component={Link}
              to={`/containers/${encodeURIComponent(line.container)}/${line.state === 'failed' ? 'diagnosis' : 'logs'}`}
            >
              {t.toContainer}
            </Button>
          }
        >
          {said}
        </Alert>
      )}
    </Stack>
  );
}
