import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is, if there is one. */
export const BROWSER: string | undefined = [process.env.CHROMIUM, ...PLACES].find(
  (path): path is string => path !== undefined && existsSync(path),
);

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with a profile of its own that goes with the tests. */
export async function openBrowser(owner: { after(end: () => Promise<void>): void }): Promise<BrowserContext> {
  if (BROWSER === undefined) throw new Error('There is no browser.');
  const profile = await mkdtemp(join(tmpdir(), 'entente-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: BROWSER,
    headless: true,
    args: ARGUMENTS,
    locale: 'en-GB',
    viewport: { width: 1400, height: 900 },
  });
  owner.after(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });
  return context;
}
