#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// A browser that does what it is told, line by line.
//
// usage: node drive.mjs PAGE [ARGUMENT...]
//   PAGE      a file or an http(s) address; its script puts functions on `window`
//   ARGUMENT  of Chromium, beside those below
// Each line of stdin is {"call": NAME, "input": ANY}; each answer a line of stdout:
// {"result": ANY} or {"error": TEXT}. {"do": METHOD, "input": [ANY]} does as a person would: a method of
// playwright's Page, such as click or textContent. The browser lives as long as stdin is open.
// CHROMIUM names another browser than /usr/bin/chromium; HEADED=1 shows it on DISPLAY. Camera and microphone are Chromium's fakes.
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const page_address = process.argv[2];
if (!page_address) {
  console.error("usage: node drive.mjs PAGE [ARGUMENT...]");
  process.exit(2);
}
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: !process.env.HEADED,
  args: [
    "--no-sandbox",  // The tests may run as root, in a container.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",  // Loopback has no mDNS.
    "--allow-loopback-in-peer-connection",
    ...process.argv.slice(3),
  ],
});
const page = await browser.newPage(process.env.HEADED ? { viewport: null } : {});
page.setDefaultTimeout(10_000);
page.on("console", (message) => console.error(`page: ${message.text()}`));
page.on("pageerror", (error) => console.error(`page: ${error}`));
await page.goto(existsSync(page_address) ? pathToFileURL(page_address).href : page_address);
say({ result: { browser: `Chromium ${browser.version()}` } });

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  try {
    const { call, do: method, input } = JSON.parse(line);
    const result = method ? await page[method](...input) : await page.evaluate(
      async ([name, value]) => (await window[name](value)) ?? null, [call, input ?? null]);
    say({ result: method === "screenshot" ? null : result ?? null });
  } catch (error) {
    say({ error: String(error.message ?? error).split("\n")[0] });
  }
}
await browser.close();
