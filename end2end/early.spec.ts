// People who are quicker than their browser: what they choose, type and send before a page has come alive counts.
import type { Page } from "@playwright/test";
import { expect, test as base } from "./support/fixtures.ts";

const test = base.extend<{ asleep: () => Promise<() => Promise<void>> }>({
  /** From now on no page comes alive, until what is answered here is called. */
  asleep: async ({ page }, use) => {
    await use(async () => {
      let wake = () => {};
      const awake = new Promise<void>((resolve) => (wake = resolve));
      await page.route("**/*.wasm", async (route) => {
        await awake;
        await route.continue();
      });
      return async () => {
        wake();
        await comesAlive(page);
      };
    });
  },
});

// Chromium says on its console that a form was refused.
test.use({ expectedComplaints: [[/status of 422/], { scope: "test" }] });

/** The page's own links work without another document. */
async function comesAlive(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith(".wasm")));
  await page.waitForLoadState("networkidle");
}

test("what was chosen before the page came alive is known to it", async ({ page, walk, text, asleep }) => {
  await walk.signIn();
  await walk.open("/advertisers/new");
  const advertiser = await walk.createAdvertiser(`Quick ${Date.now().toString(36)}`);
  const wake = await asleep();
  await walk.open(`/advertisers/${advertiser}/links`);
  await page.getByLabel(text("links.kind"), { exact: true }).selectOption("status");
  const channels = page.getByRole("group", { name: text("links.channels") });
  await expect(channels).toBeVisible();
  await wake();
  await expect(channels, "such a link is for no channel").toBeHidden();
  await walk.button("links.create").click();
  await expect(page.getByTestId("link")).toContainText("/c/");
});

test("a form that was refused before the page came alive still comes alive", async ({ page, demo, walk, text, asleep }) => {
  const wake = await asleep();
  await walk.open("/events");
  await walk.fillInSignIn(demo.email, "not the password");
  await expect(page.getByText(text("error.wrong_password"))).toBeVisible();
  await wake();
  await expect(page.getByText(text("error.wrong_password"))).toBeVisible();
  await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
  await walk.fillInSignIn(demo.email, "not the password either");
  await expect(walk.button("words.sign_in")).toBeEnabled();
  expect(await page.evaluate(() => "isTheSamePage" in window), "the page has come alive").toBe(true);
  await walk.fillInSignIn(demo.email, demo.password);
  await walk.expectHeading(text("words.events"));
});
