import { Button, Divider, ListItemIcon, ListItemText, Menu, MenuItem } from '@mui/material';
import { Check, Columns3 } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { Column } from './arrange-rows.ts';
import { chosenColumns, isFixed, readChoice } from './chosen-columns.ts';
import { useEnvironment } from './environment.tsx';
import { useKitText } from './errors.ts';

export interface ChosenColumns<T> {
  readonly columns: readonly Column<T>[];
  /** Undefined: as they fit. */
  readonly choose: (ids: readonly string[] | undefined) => void;
  readonly isChosen: boolean;
}

/** Which columns are shown, as this browser remembers it. */
export function useChosenColumns<T>(name: string | undefined, all: readonly Column<T>[]): ChosenColumns<T> {
  const { storage } = useEnvironment();
  const key = `gantry.columns.${name ?? ''}`;
  const [chosen, setChosen] = useState(() => (name === undefined ? undefined : readChoice(storage.getItem(key))));
  const columns = useMemo(() => chosenColumns(all, chosen), [all, chosen]);
  return {
    columns,
    isChosen: chosen !== undefined,
    choose(ids) {
      setChosen(ids);
      if (ids) storage.setItem(key, JSON.stringify(ids));
      else storage.removeItem(key);
    },
  };
}

export function ColumnMenu<T>(props: ChosenColumns<T> & { readonly all: readonly Column<T>[] }): ReactNode {
  const { all, columns, choose, isChosen } = props;
  const t = useKitText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const shown = columns.map(({ id }) => id);
  return (
    <>
      <Button
        size="small"
        color="inherit"
        startIcon={<Columns3 size={16} />}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t.columns}
      </Button>
      {anchor && (
        <Menu anchorEl={anchor} open onClose={() => setAnchor(null)}>
          {all
            .filter((column, at) => !isFixed(column, at))
            .map(({ id, header }) => {
              const isShown = shown.includes(id);
              return (
                <MenuItem
                  key={id}
                  dense
                  role="menuitemcheckbox"
                  aria-checked={isShown}
                  onClick={() => choose(isShown ? shown.filter((one) => one !== id) : [...shown, id])}
                >
                  <ListItemIcon>{isShown && <Check size={16} aria-hidden />}</ListItemIcon>
                  <ListItemText>{header}</ListItemText>
                </MenuItem>
              );
            })}
          <Divider />
          <MenuItem
            dense
            disabled={!isChosen}
            onClick={() => {
              setAnchor(null);
              choose(undefined);
            }}
          >
            {t.columnsAsTheyFit}
          </MenuItem>
        </Menu>
      )}
    </>
  );
}
