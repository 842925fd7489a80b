// `test` for every spec: it knows the demo, and fails when a page complains although everything looked right.
import { test as base } from "@playwright/test";
import { Demo, type Ready } from "./demo.ts";
import { type Newcomer, Sandbox } from "./sandbox.ts";
import { type Text, textIn } from "./text.ts";
import { Walk } from "./walk.ts";

export { expect } from "@playwright/test";
export { expectNoAxeViolations } from "./axe.ts";

interface TestFixtures {
  /** Where the shared demo is and who may sign in. */
  demo: Ready;
  /** A demo for this test alone, for what would disturb others: killing it, an empty world. */
  ownDemo: Demo;
  /** The product's sentences in the project's language. */
  text: Text;
  /** What people do in the console of the shared demo. */
  walk: Walk;
  /** The shared demo's simulated Meta. */
  sandbox: Sandbox;
  /** Somebody at Meta who is this test's own. */
  newcomer: Newcomer;
  /** Complaints that the test provokes on purpose, such as the console's line about a refused request. */
  expectedComplaints: RegExp[];
  quietPages: void;
}

export const test = base.extend<TestFixtures>({
  demo: async ({}, use) => {
    await use(JSON.parse(process.env.PATCHBAY_DEMO!) as Ready);
  },

  baseURL: async ({ demo }, use) => {
    await use(demo.patchbay);
  },

  ownDemo: async ({}, use) => {
    const demo = await Demo.start();
    await use(demo);
    await demo.stop();
  },

  text: async ({ locale }, use) => {
    await use(textIn(locale ?? "en"));
  },

  walk: async ({ page, text, demo }, use) => {
    await use(new Walk(page, text, demo));
  },

  sandbox: async ({ demo }, use) => {
    await use(new Sandbox(demo.sandbox));
  },

  newcomer: async ({ sandbox }, use) => {
    await use(await sandbox.newcomer());
  },

  expectedComplaints: [[], { option: true }],

  // Errors on the console, uncaught exceptions, and whatever the content security policy blocked (which Chromium
  // reports on the console as an error) in any page of the test's context, the simulated Meta's dialog aside.
  quietPages: [
    async ({ context, expectedComplaints }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        const { url } = message.location();
        const isMeta = url.startsWith("http://localhost:"); // Patchbay is at 127.0.0.1
        if (message.type() === "error" && !isMeta) complaints.push(`console: ${message.text()} (${url})`);
      });
      context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().stack ?? error.error()}`));
      await use();
      base.expect(
        complaints.filter((complaint) => !expectedComplaints.some((expected) => expected.test(complaint))),
        "complaints of the browser",
      ).toEqual([]);
    },
    { auto: true },
  ],
});
