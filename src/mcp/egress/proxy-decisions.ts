/** What the proxy decides by: functions of its program that do nothing but answer. They expect `net` to be there. */
export const proxyDecisions = String.raw`const clean = (name) => String(name).toLowerCase().replace(/\.$/, '');

function means(pattern, host) {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.')) return host.endsWith(pattern.slice(1)) && host.length >= pattern.length && !host.startsWith('.');
  return pattern === host;
}

/** The entry that allows a host and port, an exact one first. */
function find(allow, host, port) {
  const name = clean(host);
  const all = allow.filter((one) => one.port === port && means(one.host, name));
  return all.find((one) => one.host === name) || all[0];
}

const toNumber = (address) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const within = (address, base, bits) => Math.floor(toNumber(address) / 2 ** (32 - bits)) === Math.floor(toNumber(base) / 2 ** (32 - bits));

/** Whether an address that a name led to may be asked. What is near belongs to the machine, unless it was allowed by its address. */
function isReachable(address, entry, subnets) {
  if (entry.host === address) return true;
  if (net.isIPv6(address)) {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
    if (mapped) return isReachable(mapped[1], entry, subnets);
    const isPrivate = /^f[cd]/i.test(address);
    return !/^(::1?$|fe[89ab]|ff|64:ff9b:)/i.test(address) && !(isPrivate && entry.host.startsWith('*'));
  }
  if (!net.isIPv4(address)) return false;
  const never = [['0.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 3]];
  if (never.some(([base, bits]) => within(address, base, bits))) return false;
  if (subnets.some(([base, bits]) => within(address, base, bits))) return false;
  const near = [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10]];
  return !(entry.host.startsWith('*') && near.some(([base, bits]) => within(address, base, bits)));
}

/** The server name of a TLS ClientHello: a text, null when there is none, undefined when more bytes are needed. */
function serverNameOf(bytes) {
  if (bytes.length < 5) return undefined;
  if (bytes[0] !== 0x16 || bytes[1] !== 3) return null;
  // A hello may be split over several records.
  let hello = Buffer.alloc(0);
  let at = 0;
  for (;;) {
    if (bytes.length < at + 5) return undefined;
    if (bytes[at] !== 0x16) return null;
    const size = bytes.readUInt16BE(at + 3);
    hello = Buffer.concat([hello, bytes.subarray(at + 5, at + 5 + size)]);
    at += 5 + size;
    if (hello.length >= 4) {
      if (hello[0] !== 1) return null;
      if (hello.length >= 4 + hello.readUIntBE(1, 3)) break;
    }
    if (bytes.length < at) return undefined;
  }
  try {
    let p = 4 + 2 + 32;
    p += 1 + hello.readUInt8(p);
    p += 2 + hello.readUInt16BE(p);
    p += 1 + hello.readUInt8(p);
    const end = p + 2 + hello.readUInt16BE(p);
    p += 2;
    while (p + 4 <= end) {
      const type = hello.readUInt16BE(p);
      const size = hello.readUInt16BE(p + 2);
      if (type === 0) {
        if (hello.readUInt8(p + 6) !== 0) return null;
        const length = hello.readUInt16BE(p + 7);
        const name = hello.toString('latin1', p + 9, p + 9 + length);
        return /^[A-Za-z0-9_.-]{1,253}$/.test(name) ? clean(name) : null;
      }
      p += 4 + size;
    }
  } catch { /* Lengths that lead out of it: there is no name to be had. */ }
  return null;
}

/** The question of a DNS query, and where it ends; undefined for what is none. */
function questionOf(bytes) {
  if (bytes.length < 17 || (bytes[2] & 0xf8) !== 0 || bytes.readUInt16BE(4) !== 1) return undefined;
  const labels = [];
  let at = 12;
  for (;;) {
    const size = bytes[at];
    if (size === undefined || size > 63) return undefined;
    at += 1;
    if (size === 0) break;
    if (at + size > bytes.length || labels.length > 127) return undefined;
    labels.push(bytes.toString('latin1', at, at + size));
    at += size;
  }
  if (at + 4 > bytes.length) return undefined;
  return { name: clean(labels.join('.')), type: bytes.readUInt16BE(at), end: at + 4 };
}

/** The answer: an address, nothing of this type, or no such name. */
function answerTo(query, question, address) {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(query.readUInt16BE(0), 0);
  const hasAnswer = address !== undefined && question.type === 1;
  head[2] = 0x84 | (query[2] & 1);
  head[3] = 0x80 | (address === undefined ? 3 : 0);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(hasAnswer ? 1 : 0, 6);
  const parts = [head, query.subarray(12, question.end)];
  if (hasAnswer) {
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]);
    parts.push(record);
  }
  return Buffer.concat(parts);
}

function attempt(work) {
  try { return work(); } catch { return undefined; }
}

/** Names of a hosts file that are somewhere else than on this machine. */
function hostsIn(text) {
  const hosts = new Map();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!net.isIP(address) || address === '::1' || address.startsWith('127.')) continue;
    for (const name of names) hosts.set(clean(name), [...(hosts.get(clean(name)) || []), address]);
  }
  return hosts;
}

/** The interface of the default route in the kernel's table of routes. */
function outwardOf(table) {
  const line = table.split('\n').slice(1).map((one) => one.trim().split(/\s+/)).find(([, to, , , , , , mask]) => to === '00000000' && mask === '00000000');
  return line && line[0];
}
`;
