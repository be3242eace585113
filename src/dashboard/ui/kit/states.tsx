import { Alert, AlertTitle, Box, Button, Skeleton, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useIsAsking } from './asking.tsx';
import { CommandHint } from './command-hint.tsx';
import { tellError, useKitText } from './errors.ts';
import type { Resource } from './use-resource.ts';

/** What went wrong, what to do about it, and a button to try again. */
export function ErrorNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}): ReactNode {
  const t = useKitText();
  const { message, hint } = tellError(error, t);
  return (
    <Alert
      severity="error"
      variant="outlined"
      action={
        onRetry && (
          <Button color="inherit" size="small" onClick={onRetry}>
            {t.retry}
          </Button>
        )
      }
    >
      <AlertTitle sx={{ overflowWrap: 'anywhere' }}>{message}</AlertTitle>
      {hint}
    </Alert>
  );
}

/** Nothing is here yet: why, and what makes something be here. */
export function EmptyState({
  title,
  text,
  command,
  action,
}: {
  readonly title: string;
  readonly text?: string | undefined;
  readonly command?: string | undefined;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <Stack spacing={2} sx={{ alignItems: 'center', py: 6, px: 2, textAlign: 'center' }}>
      <Typography variant="h6" component="p">
        {title}
      </Typography>
      {text !== undefined && (
        <Typography color="text.secondary" sx={{ maxWidth: 560 }}>
          {text}
        </Typography>
      )}
      {action}
      {command !== undefined && <CommandHint command={command} />}
    </Stack>
  );
}

export function Loading(): ReactNode {
  const t = useKitText();
  return (
    <Box role="status" aria-label={t.loading}>
      {[80, 95, 70].map((width) => (
        <Skeleton key={width} height={36} width={`${width}%`} />
      ))}
    </Box>
  );
}

/** A resource as it is: loading, refused, or there; what is there stays when a new answer is refused, or when it is removed elsewhere. */
export function ResourceView<T>({
  resource,
  children,
}: {
  readonly resource: Resource<T>;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, isLoading, reload } = resource;
  const t = useKitText();
  // Where nothing is asked any more, whoever turned that off has said why.
  const isAsking = useIsAsking();
  if (isLoading && !error) return <Loading />;
  return (
    <Stack spacing={2}>
      {isAsking && error && (data === undefined || error.status !== 404) && (
        <ErrorNotice error={error} onRetry={reload} />
      )}
      {isAsking && error?.status === 404 && data !== undefined && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" size="small" onClick={reload}>
              {t.retry}
            </Button>
          }
        >
          {t.gone}
        </Alert>
      )}
      {data !== undefined && children(data)}
    </Stack>
  );
}
