import { mcpServerBody, type McpServerBody, type McpServerTool } from '#contract';
import { Alert, Box, Button, Chip, Stack, Switch, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CleanText, CommandHint, cutLine, EmptyState, useAction } from '../../kit/index.ts';
import { AskServer } from './ask-server.tsx';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';
import { TryTool } from './try-tool.tsx';

type Switching = {
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
  readonly all?: 'enable' | 'disable';
};

/** The tools of a server: switched on and off, and tried. */
export function ServerTools({ server }: { readonly server: McpServerBody }): ReactNode {
  const t = useMcpText();
  const [trying, setTrying] = useState<string>();
  const path = paths.server(server.profile, server.name);
  const changes = concerned['servers'];
  const turn = useAction({
    run: (api, body: Switching) => api.json({ path: `${path}/tools`, method: 'PATCH', body }, mcpServerBody),
    changes,
  });
  const { toolList, toolsFrom } = server;
  const tried = toolList.find(({ name }) => name === trying);
  const askButton = <AskServer server={server} />;
  if (toolList.length === 0) return <EmptyState title={t.noTools} text={t.noToolsText} action={askButton} />;
  return (
    <Stack spacing={2}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        {askButton}
        <Button onClick={() => void turn.start({ all: 'enable' })}>{t.allOn}</Button>
        <Button onClick={() => void turn.start({ all: 'disable' })}>{t.allOff}</Button>
      </Box>
      <Typography variant="body2" color="text.secondary">
        {t.tryText}
      </Typography>
      {toolsFrom === 'catalog' && <Alert severity="info">{t.toolsFromCatalog}</Alert>}
      <Box
        component="ul"
        aria-label={t.tools}
        sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'divider', borderRadius: 1 }}
      >
        {toolList.map((tool) => (
          <Box key={tool.name} component="li" sx={{ p: 1.5, '& + &': { borderTop: 1, borderColor: 'divider' } }}>
            <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
              <Switch
                checked={tool.enabled}
                onChange={(_event, on) => void turn.start(on ? { enable: [tool.name] } : { disable: [tool.name] })}
                slotProps={{ input: { 'aria-label': t.toolOn(tool.name) } }}
              />
              <Typography component="h3" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
                {cutLine(tool.name, 200).text}
              </Typography>
              <Marks tool={tool} />
              <Box sx={{ flex: 1 }} />
              <Button
                size="small"
                variant={trying === tool.name ? 'contained' : 'outlined'}
                disabled={!tool.enabled}
                aria-label={t.tryNamed(tool.name)}
                aria-expanded={trying === tool.name}
                onClick={() => setTrying(trying === tool.name ? undefined : tool.name)}
              >
                {t.try}
              </Button>
            </Box>
            <Box sx={{ pl: 7, color: 'text.secondary' }}>
              <CleanText text={tool.description ?? ''} />
            </Box>
            {tried?.name === tool.name && (
              <TryTool key={tool.name} profile={server.profile} server={server.name} tool={tool} />
            )}
          </Box>
        ))}
      </Box>
      <CommandHint command={`gantry mcp profile tools ${server.profile} --disable ${server.name}.TOOL`} />
    </Stack>
  );
}

/** What a server says of its tool; nobody has checked it. */
function Marks({ tool }: { readonly tool: McpServerTool }): ReactNode {
  const t = useMcpText();
  const { readOnlyHint, destructiveHint } = tool.annotations ?? {};
  return (
    <>
      {readOnlyHint === true && <Chip size="small" variant="outlined" label={t.readsOnly} />}
      {destructiveHint === true && readOnlyHint !== true && (
        <Chip size="small" color="warning" variant="outlined" label={t.destroys} />
      )}
    </>
  );
}
