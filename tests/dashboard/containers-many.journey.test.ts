import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestDaemon } from '#testing';
import { dockerMissing, engineSocket } from '../docker-engine.ts';
import { temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser } from './browser.ts';
import { openMadeContainers } from './made-containers.ts';

const missing = await dockerMissing();
/** For 500 rows on a busy machine. */
const patient = { timeout: 120_000 };

describe.skipIf(missing !== undefined)(`the page of many containers${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');

  it('lists 500 containers with hostile words in labels, images and states, and 1,000 images, and stays usable', async () => {
    await using home = await temporaryDirectory('made');
    await using engine = await openMadeContainers(await engineSocket(), join(home.path, 'engine.sock'));
    const words = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script> \u001b[31mred user\u202egnp`;
    engine.made = Array.from({ length: 500 }, (_, at) => ({
      Id: at.toString(16).padStart(64, '0'),
      Names: [`/made-${run}-${at}`],
      Image: at % 5 === 0 ? words : `image-${at}`,
      State: at % 10 === 0 ? 'exited' : 'running',
      Status: at % 10 === 0 ? `Exited (${at % 200}) ${words}` : 'Up 2 hours',
      Created: 1_700_000_000 + at,
      Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 20_000 + at, Type: 'tcp' }],
      Labels: {
        evil: words,
        ...(at % 4 === 0 && { 'com.docker.compose.project': `stack ${words} ${at % 40}` }),
        ...(at === 1 && { 'com.docker.compose.project': 'x'.repeat(5 * 1024 * 1024) }),
        'com.docker.compose.service': words,
        'com.docker.compose.depends_on': `${words}:a:b,${'y,'.repeat(10_000)}`,
      },
    }));
    engine.images = Array.from({ length: 1000 }, (_, at) => ({
      Id: `sha256:${at.toString(16).padStart(64, '0')}`,
      RepoTags: [
        `made-${run}/image-${at}:1`,
        ...(at === 7 ? Array.from({ length: 200 }, (_none, tag) => `made-${run}/many:${tag}`) : []),
      ],
      RepoDigests: [],
      Created: 1_700_000_000 + at,
      Size: 1_000_000 + at,
      Labels: { evil: words },
      Containers: -1,
    }));
    await using browser = await startBrowser();
    const other = await startTestDaemon({ env: { DOCKER_HOST: engine.url } });
    try {
      await using dashboard = await browser.open({ url: other.url, path: 'containers' });
      const { page } = dashboard;
      await page.getByText(/^\d+ of 5\d\d running/).waitFor(patient);
      const table = page.getByRole('table', { name: 'Containers of the Engine' });
      await table
        .getByRole('columnheader', { name: /stack <img src=x onerror=.*user⟨202E⟩gnp/ })
        .first()
        .waitFor(patient);
      await expectAccessible(page);
      // Only what is in sight exists.
      expect(await table.getByRole('row').count()).toBeLessThan(80);
      await page.getByRole('button', { name: 'Fold all projects' }).click();
      await page.getByRole('searchbox', { name: 'Filter' }).fill(`made-${run}-497`);
      await page.getByRole('link', { name: `made-${run}-497`, exact: true }).waitFor(patient);
      expect(await page.getByRole('link', { name: '20497→80', exact: true }).getAttribute('href')).toBe(
        'http://localhost:20497',
      );
      await page.getByRole('searchbox', { name: 'Filter' }).fill('owned red');
      await table
        .getByText(/<script>document\.title='owned'<\/script> red user⟨202E⟩gnp/)
        .first()
        .waitFor(patient);
      expect(await page.title()).toBe('Containers · Gantry');
      expect(await page.evaluate(() => document.querySelectorAll('img, [onerror]').length)).toBe(0);
      const shown = await page.locator('body').textContent();
      for (const sign of ['\u202e', '\u001b']) expect(shown).not.toContain(sign);
      await expectAccessible(page);

      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Images', exact: true }).click();
      const images = page.getByRole('table', { name: 'Images of the Engine' });
      const filter = page.getByRole('searchbox', { name: 'Filter' });
      // Images of others may come first, and only what is in sight exists.
      await filter.fill(`made-${run}/image-`);
      await images
        .getByRole('link', { name: new RegExp(`^made-${run}/image-`) })
        .first()
        .waitFor(patient);
      expect(await images.getByRole('row').count()).toBeLessThan(80);
      await expectAccessible(page);
      await page.getByText(/^1000 of \d+$/).waitFor(patient);
      await filter.fill(`made-${run}/image-997`);
      await images.getByRole('link', { name: `made-${run}/image-997:1`, exact: true }).waitFor(patient);
      await filter.fill(`made-${run}/many`);
      await images.getByText(/195 more/).waitFor(patient);
      await page.getByText(/^1 of \d+$/).waitFor();
    } finally {
      await other.stop();
    }
  });
});
