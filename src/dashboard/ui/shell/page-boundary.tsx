import { Alert, AlertTitle, Button } from '@mui/material';
import { Component, type ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly reload: string;
  readonly children: ReactNode;
}

/** A page that fails leaves the others alone. A part of it that is gone because Gantry was updated fails the same way. */
export class PageBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error('unknown') };
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { title, reload, children } = this.props;
    if (!error) return children;
    return (
      <Alert
        severity="error"
        action={
          <Button color="inherit" onClick={() => window.location.reload()}>
            {reload}
          </Button>
        }
      >
        <AlertTitle>{title}</AlertTitle>
        {error.message}
      </Alert>
    );
  }
}
