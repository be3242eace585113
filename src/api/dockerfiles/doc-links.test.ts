import { expect, it } from 'vitest';
import { docLinks } from './doc-links.ts';

it('the documentation of a rule is where its makers put it', () => {
  const urls = docLinks({
    buildkit: ['JSONArgsRecommended', 'CopyIgnoredFile'],
    hadolint: ['DL3008'],
    shellcheck: ['SC2086'],
    trivy: ['DS-0002'],
  }).map(({ url }) => url);
  expect(urls).toEqual([
    'https://docs.docker.com/reference/build-checks/json-args-recommended/',
    'https://docs.docker.com/reference/build-checks/copy-ignored-file/',
    'https://github.com/hadolint/hadolint/wiki/DL3008',
    'https://www.shellcheck.net/wiki/SC2086',
  ]);
});
