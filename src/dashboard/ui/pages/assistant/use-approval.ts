import type { ApprovalRequest } from '#contract';
import { useAction } from '../../kit/index.ts';
import { sessionPath } from './text.ts';

/** Answers a question of the assistant; that it was answered comes back as an event, to all screens. */
export function useApproval(
  sessionId: string,
  callId: string,
): { readonly answer: (approval: ApprovalRequest) => void; readonly isRunning: boolean } {
  const action = useAction<ApprovalRequest>({
    run: (api, body) =>
      api.send({ path: sessionPath(sessionId, `/approvals/${encodeURIComponent(callId)}`), method: 'POST', body }),
  });
  return { answer: (approval) => void action.start(approval), isRunning: action.isRunning };
}
