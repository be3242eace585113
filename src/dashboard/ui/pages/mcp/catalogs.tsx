import { mcpCatalogDone, mcpPushedCatalogBody, type McpCatalogBody } from '#contract';
import { Button, Paper, Stack, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { CommandHint, ConfirmDialog, cutLine, DataTable, useAction, type Column } from '../../kit/index.ts';
import { AskText } from './ask-text.tsx';
import { CreateCatalog } from './create-catalog.tsx';
import { ImportCatalog } from './import-catalog.tsx';
import { concerned, paths } from './paths.ts';
import { followEvents } from './stream.ts';
import { useMcpText, type McpText } from './text.ts';

type Listing = McpCatalogBody['catalogs'][number];
type Asking = { readonly kind: 'import' | 'create' } | { readonly kind: 'push' | 'remove'; readonly catalog: Listing };

/** Where servers are found: catalogues that came with Gantry, were pulled, imported or made. */
export function Catalogs({ catalogs }: { readonly catalogs: readonly Listing[] }): ReactNode {
  const t = useMcpText();
  const [asking, setAsking] = useState<Asking>();
  const changes = concerned['catalogs'];
  const push = useAction({
    run: (api, { ref, as }: { ref: string; as: string }) => {
      const body = as === ref ? { ref } : { ref, as };
      return api.json({ path: `${paths.catalogs}/push`, method: 'POST', body }, mcpPushedCatalogBody);
    },
    changes,
    done: ({ reference }) => t.pushed(reference),
  });
  const pull = useAction({
    run: async (api, ref: string) =>
      mcpCatalogDone.parse(
        await followEvents(api, { path: `${paths.catalogs}/pull`, method: 'POST', body: { ref } }, { last: 'done' }),
      ),
    changes,
    done: ({ title, servers }) => t.imported(title, servers.length),
  });
  const remove = useAction({
    run: (api, ref: string) => api.send({ path: paths.catalog(ref), method: 'DELETE' }),
    changes,
    done: (_nothing, ref) => t.removed(ref),
  });
  const columns = useColumns(t, { onAsk: setAsking, onPull: (ref) => void pull.start(ref) });
  const close = (): void => setAsking(undefined);
  return (
    <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.catalogs}>
      <Stack spacing={2}>
        <Typography variant="subtitle1" component="h2">
          {t.catalogs}
        </Typography>
        <DataTable
          label={t.catalogs}
          rows={catalogs}
          columns={columns}
          rowKey={({ ref }) => ref}
          order={{ column: 'ref', direction: 'asc' }}
          empty={null}
          toolbar={
            <>
              <Button variant="outlined" onClick={() => setAsking({ kind: 'import' })}>
                {t.importCatalog}
              </Button>
              <Button variant="outlined" onClick={() => setAsking({ kind: 'create' })}>
                {t.createCatalog}
              </Button>
            </>
          }
        />
        <CommandHint command="gantry mcp catalog ls" />
      </Stack>
      {asking?.kind === 'import' && <ImportCatalog onClose={close} />}
      {asking?.kind === 'create' && <CreateCatalog onClose={close} />}
      {asking?.kind === 'push' && (
        <AskText
          title={t.pushTitle(asking.catalog.ref)}
          label={t.reference}
          confirm={t.push}
          first={asking.catalog.ref}
          command={(as) => pushCommand(asking.catalog.ref, as || 'REF')}
          onClose={close}
          onText={(as) =>
            push.start({ ref: asking.catalog.ref, as: as.trim() }).then((ok) => (ok ? close() : undefined))
          }
        />
      )}
      {asking?.kind === 'remove' && (
        <ConfirmDialog
          open
          title={t.removeTitle(asking.catalog.ref)}
          text={t.removeCatalogText}
          confirm={t.remove}
          command={`gantry mcp catalog rm ${asking.catalog.ref}`}
          isRunning={remove.isRunning}
          onClose={close}
          onConfirm={() => void remove.start(asking.catalog.ref).then(close)}
        />
      )}
    </Paper>
  );
}

function pushCommand(ref: string, as: string): string {
  const push = `gantry mcp catalog push ${as}`;
  return as === ref ? push : `gantry mcp catalog tag ${ref} ${as} && ${push}`;
}

function useColumns(
  t: McpText,
  { onAsk, onPull }: { readonly onAsk: (asking: Asking) => void; readonly onPull: (ref: string) => void },
): readonly Column<Listing>[] {
  return useMemo(
    () => [
      {
        id: 'ref',
        header: t.reference,
        value: ({ ref }) => ref,
        cell: ({ ref }) => <code>{cutLine(ref, 200).text}</code>,
      },
      { id: 'title', header: t.name, value: ({ title }) => title, cell: ({ title }) => cutLine(title, 100).text },
      {
        id: 'source',
        header: t.from,
        value: ({ source }) => source,
        cell: ({ source, builtIn }) => (builtIn ? t.builtIn : cutLine(source, 200).text),
      },
      {
        id: 'updated',
        header: t.updated,
        value: ({ pulledAt, updatedAt }) => pulledAt ?? updatedAt,
        cell: ({ pulledAt, updatedAt }) => {
          const at = pulledAt ?? updatedAt;
          return at === undefined ? '' : new Date(at).toLocaleString();
        },
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: (catalog) => (
          <Stack direction="row" sx={{ justifyContent: 'flex-end' }}>
            {catalog.source.startsWith('oci:') && (
              <Button size="small" aria-label={t.pullNamed(catalog.ref)} onClick={() => onPull(catalog.ref)}>
                {t.pull}
              </Button>
            )}
            <Button size="small" aria-label={t.pushTitle(catalog.ref)} onClick={() => onAsk({ kind: 'push', catalog })}>
              {t.push}
            </Button>
            <Button
              size="small"
              color="error"
              disabled={catalog.builtIn}
              aria-label={t.removeNamed(catalog.ref)}
              onClick={() => onAsk({ kind: 'remove', catalog })}
            >
              {t.remove}
            </Button>
          </Stack>
        ),
      },
    ],
    [t, onAsk, onPull],
  );
}
