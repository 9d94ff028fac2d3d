// Opens GraphiQL in Chromium and runs operations of its tabs: `node graphiql.mjs URL CHROMIUM PICTURE`.
// Prints as JSON what was answered, which hosts were asked, and what the console had to complain of.
import { chromium } from "playwright-core";

const [url, executablePath, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(90_000); // the first question may wait for what is compiled
const hosts = new Set();
const complaints = [];
page.on("request", (request) => hosts.add(new URL(request.url()).host));
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));

await page.goto(url, { waitUntil: "networkidle" });
const answers = [];
const run = async (tab, expected) => {
  await page.locator(".graphiql-tab-button", { hasText: tab }).click();
  for (let left = 6; ; left -= 1) {
    // Until the new tab is read, the page asks for the operation of the one before.
    await page.getByRole("button", { name: /^Execute query/ }).click();
    try {
      await page.locator(".result-window", { hasText: expected }).waitFor({ timeout: 15_000 });
      break;
    } catch (late) {
      if (left === 0) throw late;
    }
  }
  answers.push(await page.locator(".result-window").innerText());
  await page.screenshot({ path: `${picture}-${answers.length}.png` });
};
await run("LookAround", '"revision"');
await run("WhatIf", '"impactedCount"');
await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
await page.getByText("A GraphQL schema provides a root type").waitFor();
await page.screenshot({ path: `${picture}-docs.png` });
await browser.close();
console.log(JSON.stringify({ answers, hosts: [...hosts].filter(Boolean), complaints }));
