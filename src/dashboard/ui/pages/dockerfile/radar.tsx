import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { pointAt, polygon, type Spoke } from './radar-shape.ts';
import { useText } from './text.ts';

const radius = 100;

/** The scores as a shape. The same is in the table beside it; whoever does not see it is told in one sentence. */
export function Radar({ spokes }: { readonly spokes: readonly Spoke[] }): ReactNode {
  const t = useText();
  const parts = spokes.map(({ name, score }) => `${name} ${score ?? t.notApplicable}`).join(', ');
  const whole = spokes.map(({ name }) => ({ name, score: 100 }));
  return (
    <Box sx={{ color: 'primary.main', maxWidth: 420 }}>
      <svg viewBox="-190 -130 380 260" width="100%" role="img" aria-label={t.radar(parts)}>
        {[25, 50, 75, 100].map((ring) => (
          <polygon key={ring} points={polygon(whole, ring)} fill="none" stroke="currentColor" opacity={0.25} />
        ))}
        <polygon
          points={polygon(spokes, radius)}
          fill="currentColor"
          fillOpacity={0.25}
          stroke="currentColor"
          strokeWidth={2}
        />
        {spokes.map(({ name }, index) => {
          const { x, y } = pointAt(index, { of: spokes.length, share: radius + 14 });
          const anchor = Math.abs(x) < 5 ? 'middle' : x > 0 ? 'start' : 'end';
          return (
            <text key={name} x={x} y={y + 4} textAnchor={anchor} fontSize={11} fill="var(--mui-palette-text-primary)">
              {name}
            </text>
          );
        })}
      </svg>
    </Box>
  );
}
