import { mcpLogLine, type McpLogLine, type McpServerBody } from '#contract';
import { Button, Stack } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, cutLine, EmptyState, useStream, VirtualList } from '../../kit/index.ts';
import { paths } from './paths.ts';
import { useMcpText } from './text.ts';
import { profileFlag } from './use-profile.ts';
import { useVisible } from './use-visible.ts';

const mostLines = 5000;

/** What a server prints, as it comes. */
export function ServerLogs({ server }: { readonly server: McpServerBody }): ReactNode {
  const t = useMcpText();
  const [lines, setLines] = useState<readonly McpLogLine[]>([]);
  const path = `${paths.server(server.profile, server.name)}/logs`;
  // Each connection begins with what was printed before.
  useStream(
    async function* (api, signal): AsyncGenerator<McpLogLine | 'anew'> {
      for await (const { event, data } of api.events({ path, signal })) {
        yield event === 'line' ? mcpLogLine.parse(JSON.parse(data)) : 'anew';
      }
    },
    (part) => setLines((before) => (part === 'anew' ? [] : [...before.slice(1 - mostLines), part])),
    { key: path, enabled: useVisible() },
  );
  return (
    <Stack spacing={1}>
      {lines.length === 0 ? (
        <EmptyState title={t.noLogs} text={t.noLogsText} />
      ) : (
        <>
          <VirtualList
            label={t.logsOf(server.name)}
            items={lines}
            rowHeight={22}
            height={480}
            followEnd
            render={({ at, line }) => (
              <code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {new Date(at).toISOString().slice(11, 23)} {cutLine(line, 2000).text}
              </code>
            )}
          />
          <Button onClick={() => setLines([])} sx={{ alignSelf: 'start' }}>
            {t.clear}
          </Button>
        </>
      )}
      <CommandHint command={`gantry mcp logs ${server.name} --follow${profileFlag(server.profile)}`} />
    </Stack>
  );
}
