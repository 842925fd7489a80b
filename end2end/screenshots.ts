// The README's pictures, written by scripts/screenshots into end2end/screenshots/.
import { test } from "./support/fixtures.ts";

const pageShown = process.env.PATCHBAY_SCREENSHOTS!;

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`${colorScheme}.png`, async ({ page, demo }) => {
      await page.goto(pageShown);
      await page.locator("input[name=email]").fill(demo.email);
      await page.locator("input[name=password]").fill(demo.password);
      await page.locator("input[name=password]").press("Enter");
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      await page.goto(pageShown);
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: `end2end/screenshots/${colorScheme}.png` });
    });
  });
}
