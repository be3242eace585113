import { Box, IconButton, Tooltip } from '@mui/material';
import { Download } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { CopyButton, cutLine, VirtualList } from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';
import { saveFile } from './save-file.ts';

/** JSON as people read it, line by line, however long it is. */
export function JsonView(props: {
  readonly value: unknown;
  readonly label: string;
  /** Of the file that it is downloaded as. */
  readonly fileName: string;
}): ReactNode {
  const { value, label, fileName } = props;
  const t = useModelsText();
  const text = useMemo(() => readable(value), [value]);
  const lines = useMemo(() => text.split('\n'), [text]);
  return (
    <Box sx={{ position: 'relative' }}>
      <VirtualList
        items={lines}
        label={label}
        rowHeight={20}
        height={Math.min(520, lines.length * 20 + 24)}
        render={(line) => (
          <Box
            sx={{ fontFamily: 'monospace', fontSize: 13, px: 1.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
          >
            {cutLine(line).text || ' '}
          </Box>
        )}
      />
      <Box sx={{ position: 'absolute', top: 4, right: 20 }}>
        <CopyButton text={text} />
        <Tooltip title={t.download}>
          <IconButton size="small" aria-label={t.download} onClick={() => saveFile(fileName, text)}>
            <Download size={16} />
          </IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}

/** A text that is JSON is set out; any other stays as it is. */
function readable(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2) ?? '';
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
