import { IconButton, type IconButtonProps } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface RowButtonProps {
  /** What it does and to what: its name, and shown beside it. */
  readonly label: string;
  readonly children: ReactNode;
  readonly color?: IconButtonProps['color'];
  readonly isDisabled?: boolean | undefined;
  /** Goes there, where it is a link. */
  readonly to?: string | undefined;
  readonly opensMenu?: boolean | undefined;
  readonly onClick?: ((button: HTMLElement) => void) | undefined;
}

/** A button of an icon alone, light enough for every row of a table. */
export function RowButton(props: RowButtonProps): ReactNode {
  const { label, children, color = 'default', isDisabled = false, to, opensMenu = false, onClick } = props;
  return (
    <IconButton
      size="small"
      color={color}
      aria-label={label}
      data-tip={label}
      disabled={isDisabled}
      {...(opensMenu && { 'aria-haspopup': 'menu' as const })}
      {...(to !== undefined && { component: Link, to })}
      {...(onClick && { onClick: ({ currentTarget }: { currentTarget: HTMLElement }) => onClick(currentTarget) })}
    >
      {children}
    </IconButton>
  );
}
