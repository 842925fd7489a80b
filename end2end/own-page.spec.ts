// The advertiser's own page, by a link: a light, a sentence, the week, the way to Events Manager. No ids, no codes.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import { textIn } from "./support/text.ts";
import { Walk } from "./support/walk.ts";

for (const language of ["en", "ja"] as const) {
  test(`an advertiser sees how it goes (${language})`, async ({ page, walk, text, browser, demo }) => {
    test.setTimeout(120_000);
    const theirText = textIn(language);
    await walk.signIn();
    const advertiser = await walk.findAdvertiser("花の木フローリスト");
    await walk.open(`/advertisers/${advertiser}/links`);
    await page.getByLabel(text("links.kind"), { exact: true }).selectOption("status");
    await page.getByLabel(text("links.language"), { exact: true }).selectOption(language);
    await walk.button("links.create").click();
    const address = await page.getByTestId("link").innerText();

    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const theirs = await context.newPage();
    const they = new Walk(theirs, theirText, demo);
    await theirs.goto(address);
    await expect(theirs.locator("html")).toHaveAttribute("lang", language);
    await they.button("visitor.see").click();
    await expect(theirs).toHaveURL(/\/status$/);
    await they.expectHeading("花の木フローリスト");
    await expect(theirs.getByText(theirText("own.light_healthy")).first()).toBeVisible();
    await expect(theirs.getByRole("heading", { name: theirText("own.see") })).toBeVisible();
    await expectNoAxeViolations(theirs);
    const words = await theirs.locator("main").innerText();
    expect(words, "no ids and no codes").not.toMatch(/\d{10,}|[a-z]{3}_[0-9a-f]{8}|\bcode\b/i);
    const wide = await theirs.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide, "nothing is wider than a phone").toBe(false);
    await context.close();
  });
}
