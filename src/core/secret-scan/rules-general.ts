import type { SecretRule } from './types.ts';

/** Forms that many issuers share. They come last: a rule that knows whose secret it is says more. */
export const generalRules: readonly SecretRule[] = [
  {
    id: 'private-key',
    title: 'private key (PEM)',
    keywords: ['-----BEGIN '],
    // JSON writes its line ends as \n, once or twice escaped.
    pattern:
      /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\.:,()]|-(?!----)){40,20000}(?:-----END (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)?/y,
    insideWords: true,
  },
  {
    id: 'putty-private-key',
    title: 'private key (PuTTY)',
    keywords: ['PuTTY-User-Key-File-'],
    pattern: /PuTTY-User-Key-File-[23]: [\w-]{4,40}(?:(?:(?!PuTTY-User)[\s\S]){0,8000}?Private-MAC: [a-f0-9]{40,64})?/y,
  },
  {
    id: 'age-secret-key',
    title: 'age secret key',
    keywords: ['AGE-SECRET-KEY-1'],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y,
  },
  {
    id: 'jwt',
    title: 'JSON web token',
    keywords: ['eyJ'],
    pattern: /eyJ[\w-]{10,4000}\.eyJ[\w-]{4,16000}\.[\w-]{20,2000}/y,
    minEntropy: 3.5,
  },
  {
    id: 'url-password',
    title: 'password in a URL',
    keywords: ['://'],
    pattern: /:\/\/[^\s:@/"'\\<>{}$]{0,100}:([^\s:@/"'\\<>{}$]{3,200})@[\w.-]{1,200}/y,
    insideWords: true,
    accepts: (secret) =>
      !/^(?:pass(?:word|wd)?|pwd|secret|user(?:name)?|token|\*+|%s|x+|postgres|root|admin|guest|test)$/i.test(secret),
  },
  {
    id: 'authorization-header',
    title: 'authorization header',
    keywords: ['authorization'],
    pattern: /authorization[\\"'\s]{0,6}[:=][\\"'\s]{0,6}(?:bearer|basic|token)\s{1,4}([\w.~+/=-]{16,4000})/iy,
    minEntropy: 3.2,
    insideWords: true,
  },
  {
    id: 'netrc-password',
    title: 'password of a .netrc',
    keywords: ['machine '],
    pattern: /machine\s{1,8}[\w.:-]{1,200}\s{1,8}login\s{1,8}\S{1,100}\s{1,8}password\s{1,8}([^\s"\\]{4,500})/y,
  },
  {
    id: 'named-secret',
    title: 'value of a field that is named as a secret',
    keywords: [
      'password',
      'passwd',
      'api_key',
      'apikey',
      'api-key',
      'secret_key',
      'secretkey',
      'client_secret',
      'clientsecret',
      'access_token',
      'accesstoken',
      'auth_token',
      'authtoken',
      'private_token',
      'app_key',
    ],
    pattern:
      /(?:password|passwd|api[_-]?key|secret_?key|client_?secret|access_?token|auth_?token|private_token|app_key)[\\"']{0,6}\s{0,4}(?:=>|:=|[:=])\s{0,4}[\\"']{0,6}([\w+/=.~!@#%^&*-]{20,500})(?=[\\"'\s,;}&)]|$)/iy,
    minEntropy: 3.7,
    insideWords: true,
    accepts: isMixed,
  },
];

/** Names of functions, paths and settings have no digits in between, or nothing but them. */
function isMixed(secret: string): boolean {
  const digits = secret.replaceAll(/\D/g, '').length;
  return digits >= 3 && digits < secret.length - 4 && !/^[\w.]+\.[a-z]{2,4}$|^[a-z]+(?:[-_.][a-z]+\d*)+$/i.test(secret);
}
