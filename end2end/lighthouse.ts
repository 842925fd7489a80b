// Lighthouse on signed-in pages, run by scripts/bench: desktop, the median of five. PATCHBAY_LIGHTHOUSE is the directory that npm
// installed it into.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "./support/fixtures.ts";
import { sessionCookie } from "./support/session.ts";

const RUNS = 5;
const BAR = 95;
const PAGES = ["/", "/advertisers", "/events"];
const CATEGORIES = ["performance", "accessibility", "best-practices"];

interface Report {
  runtimeError?: { message: string };
  finalDisplayedUrl: string;
  categories: Record<string, { score: number }>;
}

/** What is used of a package that only the bench installs. */
async function installed() {
  const { resolve } = createRequire(join(process.env.PATCHBAY_LIGHTHOUSE!, "package.json"));
  const load = (name: string) => import(pathToFileURL(resolve(name)).href);
  const { default: lighthouse, desktopConfig } = await load("lighthouse");
  const { launch } = await load("chrome-launcher");
  return { lighthouse, desktopConfig, launch };
}

for (const path of PAGES) {
  test(`lighthouse of ${path}`, async ({ demo, launchOptions }) => {
    test.setTimeout(600_000);
    const { lighthouse, desktopConfig, launch } = await installed();
    const { name, value } = sessionCookie(demo, demo.session!);
    const chrome = await launch({
      chromePath: launchOptions.executablePath,
      chromeFlags: ["--headless=new", ...(launchOptions.args ?? [])],
    });
    const runs: number[][] = [];
    try {
      const url = new URL(path, demo.patchbay).href;
      const extraHeaders = { Cookie: `${name}=${value}` };
      for (let run = 0; run < RUNS; run += 1) {
        const options = { port: chrome.port, onlyCategories: CATEGORIES, extraHeaders, logLevel: "error" };
        const { lhr }: { lhr: Report } = await lighthouse(url, options, desktopConfig);
        expect(lhr.runtimeError, "Lighthouse came to an end").toBeUndefined();
        expect(lhr.finalDisplayedUrl).toBe(url);
        runs.push(CATEGORIES.map((category) => Math.round(lhr.categories[category]!.score * 100)));
      }
    } finally {
      await chrome.kill();
    }
    const medians = CATEGORIES.map((_, at) => median(runs.map((scores) => scores[at]!)));
    console.log(`| Lighthouse of ${path}: ${CATEGORIES.join(", ")} | ${medians.join(" / ")} | ≥ ${BAR} |`);
    for (const [at, category] of CATEGORIES.entries()) expect.soft(medians[at], category).toBeGreaterThanOrEqual(BAR);
  });
}

function median(numbers: number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)]!;
}
