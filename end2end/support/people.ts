// `test` for what people may do: it brings in colleagues, each with a browser of their own.
import type { Page } from "@playwright/test";
import { test as base } from "./fixtures.ts";
import { Walk } from "./walk.ts";

export { expect, expectNoAxeViolations } from "./fixtures.ts";

export const PASSWORD = "a-long-enough-password";

/** Somebody with a browser of their own. */
export interface Visitor {
  page: Page;
  walk: Walk;
}

/** An invitation was accepted by somebody who is signed in now. */
export interface Colleague extends Visitor {
  name: string;
  email: string;
}

export const test = base.extend<{
  /** Another browser, signed in nowhere. */
  visitor: () => Promise<Visitor>;
  /** Invites somebody by the form that is open, who accepts. */
  invited: (role: string) => Promise<Colleague>;
}>({
  visitor: async ({ browser, demo, text, locale, timezoneId }, use) => {
    const opened: Page[] = [];
    await use(async () => {
      const context = await browser.newContext({ locale, timezoneId });
      const page = await context.newPage();
      opened.push(page);
      return { page, walk: new Walk(page, text, demo) };
    });
    for (const page of opened) await page.context().close();
  },

  invited: async ({ page, walk, text, visitor }, use) => {
    await use(async (role) => {
      const mark = crypto.randomUUID().slice(0, 8);
      const [name, email] = [`Kana ${mark}`, `kana-${mark}@kaede.example`];
      await page.getByLabel(text("words.email"), { exact: true }).fill(email);
      await page.getByLabel(text("people.role"), { exact: true }).selectOption(role);
      await walk.button("people.invite").click();
      const link = await page.locator("[data-invitation-link]").innerText();

      const colleague = await visitor();
      await colleague.page.goto(link);
      await colleague.walk.expectHeading(text("invitation.title"));
      await colleague.page.getByLabel(text("invitation.name"), { exact: true }).fill(name);
      await colleague.page.getByLabel(text("invitation.password"), { exact: true }).fill(PASSWORD);
      return { ...colleague, name, email };
    });
  },
});
