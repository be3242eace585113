import type { McpServerBody, McpServerPrompt, McpServerResource } from '#contract';
import { Box, Button, Chip, Paper, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CleanText, CommandHint, cutLine, EmptyState } from '../../kit/index.ts';
import { CallView } from './call-view.tsx';
import { useMcpText } from './text.ts';
import { useCall } from './use-call.ts';
import { profileFlag } from './use-profile.ts';

/** Prompts and resources of a server, each to be tried. */
export function ServerContent({ server, ask }: { readonly server: McpServerBody; readonly ask: ReactNode }): ReactNode {
  const t = useMcpText();
  const { prompts, resources } = server;
  if (prompts.length + resources.length === 0) {
    return <EmptyState title={t.noContent} text={t.noToolsText} action={ask} />;
  }
  return (
    <Stack spacing={2}>
      <Box>{ask}</Box>
      {prompts.length > 0 && (
        <Section title={t.prompts}>
          {prompts.map((prompt) => (
            <Prompt key={prompt.name} server={server} prompt={prompt} />
          ))}
        </Section>
      )}
      {resources.length > 0 && (
        <Section title={t.resources}>
          {resources.map((resource) => (
            <Resource key={resource.uri} server={server} resource={resource} />
          ))}
        </Section>
      )}
      <CommandHint command={`gantry mcp tools ls${profileFlag(server.profile)}`} />
    </Stack>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={title}>
      <Typography variant="subtitle1" component="h3">
        {title}
      </Typography>
      <Stack spacing={2} sx={{ mt: 1 }}>
        {children}
      </Stack>
    </Paper>
  );
}

function Prompt({ server, prompt }: { readonly server: McpServerBody; readonly prompt: McpServerPrompt }): ReactNode {
  const t = useMcpText();
  const call = useCall();
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const { name, title, description, arguments: wanted } = prompt;
  const missing = wanted.some((one) => one.required === true && (given[one.name] ?? '') === '');
  const [isTried, setTried] = useState(false);
  return (
    <Box
      component="form"
      noValidate
      aria-label={t.tryNamed(name)}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const args = Object.fromEntries(Object.entries(given).filter(([, text]) => text !== ''));
        if (!missing) void call.run({ ...placeOf(server), kind: 'prompt', tool: name, arguments: args });
      }}
    >
      <Stack spacing={1}>
        <Named name={title ?? name} description={description} mark={undefined} />
        {wanted.map((one) => {
          const isMissing = isTried && one.required === true && (given[one.name] ?? '') === '';
          return (
            <TextField
              key={one.name}
              size="small"
              label={cutLine(one.name, 100).text}
              required={one.required === true}
              error={isMissing}
              helperText={isMissing ? t.fieldProblem('missing', '') : cutLine(one.description ?? '', 300).text}
              value={given[one.name] ?? ''}
              onChange={(event) => setGiven({ ...given, [one.name]: event.target.value })}
            />
          );
        })}
        <Button
          type="submit"
          variant="outlined"
          loading={call.state.kind === 'running'}
          aria-label={t.getNamed(name)}
          sx={{ alignSelf: 'start' }}
        >
          {t.get}
        </Button>
        <CallView call={call} />
      </Stack>
    </Box>
  );
}

function Resource({
  server,
  resource,
}: {
  readonly server: McpServerBody;
  readonly resource: McpServerResource;
}): ReactNode {
  const t = useMcpText();
  const call = useCall();
  const { uri, isTemplate, name, description, mimeType } = resource;
  const [address, setAddress] = useState(uri);
  const isOpen = /[{}]/.test(address);
  return (
    <Box
      component="form"
      noValidate
      aria-label={t.readNamed(uri)}
      onSubmit={(event) => {
        event.preventDefault();
        void call.run({ ...placeOf(server), kind: 'resource', tool: address, arguments: undefined });
      }}
    >
      <Stack spacing={1}>
        <Named name={name ?? uri} description={description} mark={mimeType} />
        {isTemplate ? (
          <TextField
            size="small"
            label={t.address}
            value={address}
            helperText={isOpen ? t.fillPlaces : ''}
            onChange={(event) => setAddress(event.target.value)}
          />
        ) : (
          <CleanText text={uri} sx={{ fontFamily: 'monospace' }} />
        )}
        <Button
          type="submit"
          variant="outlined"
          disabled={isOpen}
          loading={call.state.kind === 'running'}
          aria-label={t.readNamed(uri)}
          sx={{ alignSelf: 'start' }}
        >
          {t.read}
        </Button>
        <CallView call={call} />
      </Stack>
    </Box>
  );
}

function placeOf({ profile, name }: McpServerBody): { profile: string; server: string } {
  return { profile, server: name };
}

function Named({
  name,
  description,
  mark,
}: {
  readonly name: string;
  readonly description: string | undefined;
  readonly mark: string | undefined;
}): ReactNode {
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography component="h4" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
          {cutLine(name, 200).text}
        </Typography>
        {mark !== undefined && <Chip size="small" variant="outlined" label={cutLine(mark, 60).text} />}
      </Box>
      {description !== undefined && (
        <Box sx={{ color: 'text.secondary' }}>
          <CleanText text={description} />
        </Box>
      )}
    </>
  );
}
