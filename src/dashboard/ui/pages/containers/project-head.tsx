import { Box, Button, Typography } from '@mui/material';
import type { UsageNewsBody } from '#contract';
import { ChevronDown, ChevronRight, Play, RotateCw, Square, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { CleanText, cleanText, ConfirmDialog, cutLine, RowButton, useFormat, type RowGroup } from '../../kit/index.ts';
import { concernedBy, totalsOf, type ProjectVerb } from './projects.ts';
import type { ContainerRow } from './rows.ts';
import { useText } from './text.ts';
import { useProject } from './use-project.ts';

export interface ProjectHeadProps {
  readonly group: RowGroup<ContainerRow>;
  /** All of the project, also those that the filter leaves out. */
  readonly rows: readonly ContainerRow[];
  readonly usage: UsageNewsBody;
  readonly onToggle: () => void;
}

/** Of a label, which may be as long as somebody likes, in names of buttons. */
const mostNameChars = 200;
const icons = { start: Play, stop: Square, restart: RotateCw } as const;
const commands = { start: 'start', stop: 'stop', restart: 'restart', remove: 'rm --stop --force' } as const;

/** A project of Compose: what it uses, and what can be done with all of it. */
export function ProjectHead({ group, rows, usage, onToggle }: ProjectHeadProps): ReactNode {
  const t = useText();
  const format = useFormat();
  const [removing, setRemoving] = useState(false);
  const { key: project, isOpen } = group;
  const name = cutLine(project, mostNameChars).text;
  const act = useProject();
  const totals = totalsOf(rows, usage);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const command = (verb: ProjectVerb): string => `docker compose --project-name ${name} ${commands[verb]}`;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 2 }}>
      <Button
        size="small"
        color="inherit"
        aria-expanded={isOpen}
        startIcon={<Chevron size={16} />}
        onClick={onToggle}
        sx={{ fontWeight: 600, textTransform: 'none', minWidth: 0 }}
      >
        <CleanText text={project} />
      </Button>
      <Typography variant="body2" component="span" color="text.secondary">
        {[
          t.text(totals.running, rows.length),
          ...(totals.read > 0 ? [t.totals(`${totals.cpuPercent.toFixed(1)}%`, format.bytes(totals.memoryBytes))] : []),
        ].join(' · ')}
      </Typography>
      <Box sx={{ flex: 1 }} />
      <Box sx={{ display: 'flex' }} role="group" aria-label={t.projectActions(name)}>
        {(['start', 'stop', 'restart'] as const).map((verb) => {
          const Icon = icons[verb];
          const concerned = concernedBy(verb, rows);
          return (
            <RowButton
              key={verb}
              label={t[`${verb}All`](name)}
              isDisabled={act.isRunning || concerned.length === 0}
              onClick={() => void act.start(verb, concerned)}
            >
              <Icon size={18} />
            </RowButton>
          );
        })}
        <RowButton label={t.removeAll(name)} isDisabled={act.isRunning} onClick={() => setRemoving(true)}>
          <Trash2 size={18} />
        </RowButton>
      </Box>
      {removing && (
        <ConfirmDialog
          open
          title={t.removeProjectTitle(name, rows.length)}
          text={`${t.removeProjectText(rows.map((row) => cleanText(row.name)).join(', '))} ${t.removeText}`}
          confirm={t.removeConfirm}
          command={command('remove')}
          isRunning={act.isRunning}
          onClose={() => setRemoving(false)}
          onConfirm={() => void act.start('remove', rows).then(() => setRemoving(false))}
        />
      )}
    </Box>
  );
}
