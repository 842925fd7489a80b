// Browser tests, run by `scripts/test browser`. One demo is started for all of them (support/start.ts).
//
// `en-light` runs every spec. The walk-through and the first page are also run in the other language and theme, by the
// projects named so. What is about a narrow screen is in `*.phone.spec.ts`.
import { defineConfig } from "@playwright/test";

const runsAsRoot = process.getuid?.() === 0;
const inBothLanguagesAndThemes = /(first-page|walk-through)[\w-]*\.spec\.ts$/;
const english = { locale: "en-GB", timezoneId: "Europe/London" };
const japanese = { locale: "ja-JP", timezoneId: "Asia/Tokyo" };
const desktop = { viewport: { width: 1280, height: 800 } };

export default defineConfig({
  testDir: ".",
  outputDir: "test-results",
  globalSetup: "./support/start.ts",
  workers: 1, // they share one demo
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [["line"]] : [["list"]],
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
        ...(runsAsRoot ? ["--no-sandbox"] : []),
      ],
    },
  },
  projects: [
    {
      name: "en-light",
      testMatch: "*.spec.ts",
      testIgnore: "*.phone.spec.ts",
      use: { ...english, ...desktop, colorScheme: "light" },
    },
    {
      name: "en-dark",
      testMatch: inBothLanguagesAndThemes,
      use: { ...english, ...desktop, colorScheme: "dark" },
    },
    {
      name: "ja-light",
      testMatch: inBothLanguagesAndThemes,
      use: { ...japanese, ...desktop, colorScheme: "light" },
    },
    {
      name: "ja-dark",
      testMatch: inBothLanguagesAndThemes,
      use: { ...japanese, ...desktop, colorScheme: "dark" },
    },
    {
      name: "phone",
      testMatch: "*.phone.spec.ts",
      use: { ...english, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: "light" },
    },
    // Asked for by scripts/screenshots alone.
    ...(process.env.PATCHBAY_SCREENSHOTS
      ? [{ name: "screenshots", testMatch: "screenshots.ts", use: { ...english, ...desktop, deviceScaleFactor: 2 } }]
      : []),
    // By scripts/bench.
    ...(process.env.PATCHBAY_LIGHTHOUSE ? [{ name: "lighthouse", testMatch: "lighthouse.ts" }] : []),
  ],
});
