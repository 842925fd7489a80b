// Whether the partner's app is ready: what Meta tells, what is ticked off by hand, and the calls that Meta counts.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a requirement that no API tells is ticked off, and the tick taken back", async ({ page, walk, text }) => {
      await walk.signIn();
      await walk.open("/");
      await walk.railLink("words.app_readiness").click();
      await walk.expectHeading(text("words.app_readiness"));
      const business = page.getByRole("listitem").filter({ hasText: text("requirement.business_verified_why") });
      await expect(business.getByText(text("readiness.missing"), { exact: true })).toBeVisible();
      await expect(business.getByRole("link")).toHaveAttribute("href", /^https:\/\/developers\.facebook\.com\/apps\/\d+\//);
      await expectNoAxeViolations(page);

      await business.getByRole("button", { name: text("readiness.tick"), exact: true }).click();
      await expect(business.getByText(text("readiness.met"), { exact: true })).toBeVisible();
      await expect(business.getByText("Aiko", { exact: false })).toBeVisible();
      await expectNoAxeViolations(page);
      await business.getByRole("button", { name: text("readiness.untick"), exact: true }).click();
      await expect(business.getByText(text("readiness.missing"), { exact: true })).toBeVisible();
    });
  });
}

test("the app's own calls are counted against both bars", async ({ page, walk, text }) => {
  await walk.signIn();
  await walk.open("/readiness");
  await expect(page.getByRole("heading", { name: text("readiness.bar_meta") })).toBeVisible();
  await expect(page.getByRole("heading", { name: text("readiness.bar_guide") })).toBeVisible();
  await page.getByText(text("readiness.as_table")).click();
  await expect(page.getByRole("table", { name: text("readiness.calls") }).getByRole("row")).toHaveCount(16);
});
