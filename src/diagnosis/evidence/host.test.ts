import { describe, expect, it } from 'vitest';
import { listenersIn } from './host.ts';

describe('sockets in /proc/net/tcp', () => {
  it('are read with their addresses, if they wait for connections', () => {
    const table = `  sl  local_address rem_address   st tx_queue
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000
   1: 00000000:0050 00000000:0000 0A 00000000:00000000
   2: 0100007F:A1B2 0100007F:1538 01 00000000:00000000`;
    expect(listenersIn(table)).toEqual([
      { address: '127.0.0.1', port: 5432 },
      { address: '0.0.0.0', port: 80 },
    ]);
  });

  it('are read for IPv6 too', () => {
    const table = `   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A x
   1: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A x`;
    expect(listenersIn(table)).toEqual([
      { address: '::', port: 8080 },
      { address: '::1', port: 8081 },
    ]);
  });
});
