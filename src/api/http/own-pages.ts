import type { IncomingMessage } from 'node:http';
import { AppError } from '#core';

/**
 * Refuses pages of other origins, those that may use models included: what manages this machine is for programs and for the page
 * that this daemon serves. @throws AppError `request.forbidden`
 */
export function refuseOtherPages({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const { origin, host } = headers;
  // Browsers send it with every request of a page; what it says cannot be set by the page.
  const site = headers['sec-fetch-site'];
  const isElsewhere = typeof site === 'string' && site !== 'same-origin' && site !== 'none';
  if (!isElsewhere && (origin === undefined || isOwn(origin, host))) return;
  throw new AppError('request.forbidden', 'Pages of other origins do not manage this machine.', {
    hint: 'Open the dashboard itself: gantry dashboard',
    params: { reason: 'other_page' },
  });
}

function isOwn(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
