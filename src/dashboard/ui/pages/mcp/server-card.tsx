import type { McpCatalogEntry } from '#contract';
import { Avatar, Box, Button, Card, Chip, Link as MuiLink, Typography } from '@mui/material';
import { BadgeCheck } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { cutLine } from '../../kit/index.ts';
import { titleOf } from './catalog-filter.ts';
import { Needs } from './needs.tsx';
import { useMcpText } from './text.ts';

export interface ServerCardProps {
  readonly server: McpCatalogEntry;
  readonly isAdded: boolean;
  /** Names the profile in addresses. */
  readonly query: string;
  readonly onAdd: (server: McpCatalogEntry) => void;
}

/** A server in short. Its picture would tell its host who looks, so there is a letter. */
export const ServerCard = memo(function ServerCard({ server, isAdded, query, onAdd }: ServerCardProps): ReactNode {
  const t = useMcpText();
  const { name, ref, description = '', publisher, tools, type, needs, broken, isVerified } = server;
  const title = cutLine(titleOf(server), 60).text;
  return (
    <Card
      component="li"
      variant="outlined"
      sx={{ p: 2, display: 'flex', flexDirection: 'column', gap: 1, minWidth: 0, bgcolor: 'background.paper' }}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', minWidth: 0 }}>
        <ServerIcon title={title} name={name} />
        <Box sx={{ minWidth: 0, flex: 1 }}>
          <MuiLink
            component={Link}
            to={`/mcp/catalog/${encodeURIComponent(ref)}/${encodeURIComponent(name)}${query}`}
            sx={{ fontWeight: 600, display: 'block', overflowWrap: 'anywhere' }}
          >
            {title}
          </MuiLink>
          <Typography variant="body2" color="text.secondary" noWrap>
            {publisher === undefined ? ref : cutLine(publisher, 60).text}
            {isVerified === true && (
              <>
                {' '}
                <BadgeCheck size={14} role="img" aria-label={t.verified} />
              </>
            )}
          </Typography>
        </Box>
      </Box>
      <Typography
        variant="body2"
        sx={{
          flex: 1,
          overflow: 'hidden',
          display: '-webkit-box',
          WebkitLineClamp: 3,
          WebkitBoxOrient: 'vertical',
          overflowWrap: 'anywhere',
        }}
      >
        {cutLine(description, 300).text}
      </Typography>
      <Box sx={{ display: 'flex', gap: 0.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <Chip size="small" label={t.placeName(type === 'remote' ? 'remote' : 'local')} />
        {tools > 0 && <Chip size="small" label={t.toolCount(tools)} />}
        <Needs needs={needs} broken={broken} t={t} />
        {isAdded ? (
          <Button
            sx={{ ml: 'auto' }}
            size="small"
            component={Link}
            to={`/mcp/servers/${encodeURIComponent(name)}${query}`}
          >
            {t.isAdded}
          </Button>
        ) : (
          <Button
            size="small"
            variant="outlined"
            sx={{ ml: 'auto' }}
            aria-label={t.addNamed(name)}
            disabled={broken.length > 0}
            onClick={() => onAdd(server)}
          >
            {t.add}
          </Button>
        )}
      </Box>
    </Card>
  );
});

const hues = [210, 260, 300, 340, 20, 150, 180, 230];

export function ServerIcon({
  title,
  name,
  size = 36,
}: {
  readonly title: string;
  readonly name: string;
  readonly size?: number;
}): ReactNode {
  const sum = Array.from(name, (letter) => letter.codePointAt(0) ?? 0).reduce((all, one) => all + one, 0);
  const hue = hues[sum % hues.length] ?? 210;
  const letter = /[\p{L}\p{N}]/u.exec(title)?.[0] ?? '?';
  return (
    <Avatar
      aria-hidden
      variant="rounded"
      sx={{ width: size, height: size, fontSize: size * 0.55, bgcolor: `hsl(${hue} 45% 35%)`, color: '#fff' }}
    >
      {letter.toUpperCase()}
    </Avatar>
  );
}
