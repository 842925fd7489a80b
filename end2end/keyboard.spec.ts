// Everything by keyboard: no pointer is used here.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";

test("somebody signs in, opens an advertiser and an event, without a pointer", async ({ page, demo, walk, text }) => {
  await walk.open("/advertisers");
  await tabTo(page, page.getByLabel(text("words.email"), { exact: true }));
  await page.keyboard.type(demo.email);
  await tabTo(page, page.getByLabel(text("words.password"), { exact: true }));
  await page.keyboard.type(demo.password);
  await page.keyboard.press("Enter");
  await walk.expectHeading(text("words.advertisers"));

  await test.step("the first stop of a page is the way past its frame", async () => {
    await page.reload();
    await page.keyboard.press("Tab");
    const skip = walk.link("frame.skip");
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("#main")).toBeFocused();
    await tabTo(page, walk.link("advertisers.add"), 3);
  });

  await test.step("/ takes the focus to the search, and is not typed", async () => {
    const search = page.getByRole("searchbox", { name: text("frame.search") });
    await expect(async () => {
      await page.keyboard.press("/"); // does nothing until the page has come alive
      await expect(search).toBeFocused({ timeout: 500 });
    }).toPass();
    await expect(search).toHaveValue("");
    await page.keyboard.type("crumb / co");
    await expect(search, "while typing it is a character").toHaveValue("crumb / co");
    await search.fill("crumb");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/search=crumb/);
    const found = page.getByRole("rowheader").getByRole("link", { name: "Crumb & Co." });
    await expect(found).toBeVisible();
    await tabTo(page, found);
    await page.keyboard.press("Enter");
    await walk.expectHeading("Crumb & Co.");
  });

  await test.step("a new page takes the focus to its heading", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  });

  await test.step("arrow keys move between events, Enter opens one", async () => {
    await tabTo(page, page.locator("#main").getByRole("link", { name: text("words.events"), exact: true }), 10);
    await page.keyboard.press("Enter");
    await walk.expectHeading(text("words.events"));
    const events = page.getByRole("rowheader").getByRole("link");
    await tabTo(page, events.first(), 40);
    await page.keyboard.press("ArrowDown");
    await expect(events.nth(1)).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await expect(events.nth(1)).toBeFocused();
    const href = await events.nth(1).getAttribute("href");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`${href}$`));
    await expect(page.getByText(text("event_page.step_accepted"))).toBeVisible();
  });

  await test.step("the account's menu opens, closes with Escape, and leads out", async () => {
    const account = page.getByRole("banner").locator("summary");
    await tabTo(page, account);
    await page.keyboard.press("Enter");
    await expect(walk.button("words.sign_out")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(walk.button("words.sign_out")).toBeHidden();
    await page.keyboard.press("Enter");
    await tabTo(page, walk.button("words.sign_out"), 10);
    await page.keyboard.press("Enter");
    await walk.expectHeading(text("sign_in.title"));
  });
});

test("the focus is always to be seen", async ({ page, walk, text }) => {
  await walk.signIn();
  await walk.open("/");
  await walk.expectHeading(text("overview_page.title"));
  const seen = new Set<string>();
  for (let stop = 0; stop < 15; stop++) {
    await page.keyboard.press("Tab");
    const { name, isMarked } = await page.evaluate(() => {
      const focused = document.activeElement!;
      const marked = [focused, focused.parentElement!].some((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
      });
      return { name: focused.outerHTML.slice(0, 120), isMarked: marked };
    });
    expect(isMarked, `an outline around ${name}`).toBe(true);
    seen.add(name);
  }
  expect(seen.size, "no trap").toBeGreaterThan(10);
});

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator, most = 40): Promise<void> {
  for (let stop = 0; stop < most; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target, `within ${most} stops`).toBeFocused();
}
