import { usageNews, type UsageNewsBody } from '#contract';
import { useState } from 'react';
import { useEvents, usePageSeen } from '../../kit/index.ts';

const none: UsageNewsBody = { containers: {}, left: 0 };

/** What running containers use, while the page can be seen. */
export function useUsage({ onNews }: { onNews?: ((news: UsageNewsBody) => void) | undefined } = {}): UsageNewsBody {
  const [usage, setUsage] = useState(none);
  const enabled = usePageSeen();
  useEvents({ path: '/gantry/docker/usage', schema: usageNews, enabled }, (news) => {
    setUsage(news);
    onNews?.(news);
  });
  return usage;
}
