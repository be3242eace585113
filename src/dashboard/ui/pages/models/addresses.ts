/** Names hold slashes and colons; each is one part of an address. */
export function modelPath(name: string): string {
  return `/models/model/${encodeURIComponent(name)}`;
}

export function chatPath(name: string): string {
  return `/models/chat?model=${encodeURIComponent(name)}`;
}

/** Of the daemon's API. */
export function modelApi(name: string, action = ''): string {
  return `/models/${encodeURIComponent(name)}${action}`;
}
