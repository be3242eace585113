const table = '@container (min-width: 560px)';
const cards = '@container (max-width: 559px)';

/** One style for all cells: a style for each cell costs more than the cell. Widths are the table's own, not the window's. */
export const tableStyles = {
  containerType: 'inline-size',
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  '& thead th': { px: 1.25, whiteSpace: 'nowrap', fontWeight: 600, bgcolor: 'background.paper' },
  '& tbody td': {
    px: 1.25,
    py: 0.75,
    borderBottom: 1,
    borderColor: 'divider',
    typography: 'body2',
    textAlign: 'left',
  },
  '& tbody td.to-right': { textAlign: 'right' },
  '& tbody td.to-center': { textAlign: 'center' },
  '& tbody tr:hover': { bgcolor: 'action.hover' },
  '& tbody th.group': {
    px: 1.25,
    py: 0.5,
    borderBottom: 1,
    borderColor: 'divider',
    typography: 'body2',
    textAlign: 'left',
    bgcolor: 'action.hover',
  },
  '& tbody tr:last-of-type td': { borderBottom: 0 },
  '& tbody tr[aria-hidden] td': { p: 0, border: 0 },
  [table]: {
    // Above what scrolls below it, so it is not to be seen through.
    '& .is-pinned': { position: 'sticky', right: 0, bgcolor: 'background.paper' },
    '& thead .is-pinned': { zIndex: 3 },
    '& tbody .is-pinned': { zIndex: 1 },
    '& tbody tr:hover .is-pinned': {
      backgroundImage: 'linear-gradient(var(--mui-palette-action-hover), var(--mui-palette-action-hover))',
    },
  },
  [`${table} and (max-width: 899px)`]: { '& .from-medium': { display: 'none' } },
  [`${table} and (max-width: 1099px)`]: { '& .from-wide': { display: 'none' } },
  [cards]: {
    '& table, & thead, & tbody': { display: 'block' },
    // What to order by, in one line.
    '& thead tr': { display: 'flex', overflowX: 'auto', borderBottom: 1, borderColor: 'divider' },
    '& thead th': { position: 'static', border: 0 },
    '& thead .is-pinned': { display: 'none' },
    '& tbody tr': {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'baseline',
      columnGap: 2,
      rowGap: 0.25,
      position: 'relative',
      px: 1.5,
      py: 1,
      borderBottom: 1,
      borderColor: 'divider',
    },
    '& tbody tr[aria-hidden], & tbody tr:has(> th.group)': { p: 0, border: 0 },
    '& tbody th.group': { display: 'block', flex: '1 1 100%' },
    '& tbody td, & tbody td.to-right, & tbody td.to-center': { p: 0, border: 0, textAlign: 'left', minWidth: 0 },
    '& tbody td:not(:first-of-type):not(.is-pinned)': { display: 'flex', alignItems: 'baseline' },
    '& tbody td:first-of-type': { flex: '1 1 100%' },
    '& tbody td.is-pinned': { flex: '0 0 auto', ml: 'auto' },
    '& tbody td:not(:first-of-type):not(.is-pinned)::before': {
      content: 'attr(data-label)',
      color: 'text.secondary',
      mr: 0.75,
    },
    '& tbody td:not(:first-of-type):not(.is-pinned):empty': { display: 'none' },
  },
} as const;
