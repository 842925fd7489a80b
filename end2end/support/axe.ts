// Accessibility, as far as a program can judge it.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** The page as it stands breaks none of axe's rules, best practices included. */
export async function expectNoAxeViolations(page: Page): Promise<void> {
  // A button that is still fading in has not its colours yet.
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity),
  );
  await expect(page).toHaveTitle(/./); // while a page comes alive it has none for a moment
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    where: nodes.slice(0, 5).map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
  }));
  expect(found, `axe on ${page.url()}`).toEqual([]);
}
