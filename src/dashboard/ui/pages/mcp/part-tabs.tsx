import { Box, Tab, Tabs } from '@mui/material';
import type { ReactNode } from 'react';

interface PartTabsProps<Part extends string> {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly part: Part;
  readonly nameOf: (part: Part) => string;
  readonly onChoose: (part: Part) => void;
  /** The part that is chosen. */
  readonly children: ReactNode;
}

/** The parts of what is known of a server, one shown at a time. */
export function PartTabs<Part extends string>(props: PartTabsProps<Part>): ReactNode {
  const { label, parts, part, nameOf, onChoose, children } = props;
  return (
    <>
      <Tabs
        value={part}
        variant="scrollable"
        scrollButtons="auto"
        onChange={(_event, next: Part) => onChoose(next)}
        aria-label={label}
      >
        {parts.map((one) => (
          <Tab key={one} value={one} label={nameOf(one)} id={`part-${one}`} aria-controls={`panel-${one}`} />
        ))}
      </Tabs>
      <Box role="tabpanel" id={`panel-${part}`} aria-labelledby={`part-${part}`}>
        {children}
      </Box>
    </>
  );
}
