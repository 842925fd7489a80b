// What holds for the whole deployment, and the audit that tells of every change of it.
import { readFile } from "node:fs/promises";
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

// Chromium says on its console that a form was refused.
test.use({ expectedComplaints: [[/status of 422/], { scope: "test" }] });

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a setting is saved, refused where it makes no sense, and told in the audit", async ({ page, walk, text }) => {
      await walk.signIn();
      await walk.open("/settings");
      await walk.expectHeading(text("words.settings"));
      await expectNoAxeViolations(page);
      const emails = page.getByLabel(text("settings.emails"));
      const save = page.getByRole("button", { name: `${text("words.save")}: ${text("settings.notify")}` });
      await emails.fill("nobody");
      await save.click();
      await expect(emails).toHaveAttribute("aria-invalid", "true");
      await expectNoAxeViolations(page);
      const address = `watch-${locale.slice(0, 2)}@kaede.example`;
      await emails.fill(address);
      await save.click();
      await expect(page.getByText(text("settings.saved"), { exact: true })).toBeVisible();
      await page.reload();
      await expect(emails).toHaveValue(address);
      await emails.fill("");
      await save.click();
      await expect(page.getByText(text("settings.saved"), { exact: true })).toBeVisible();

      await walk.open("/audit");
      await walk.expectHeading(text("words.audit"));
      await expectNoAxeViolations(page);
      const kind = page.locator("select[name=group]");
      await kind.selectOption({ label: text("audit.group_partner") });
      await walk.button("words.filter").click();
      await expect(page).toHaveURL(/group=/);
      const rows = page.getByRole("table", { name: text("words.audit") }).getByRole("row");
      await expect(rows.nth(1)).toContainText("Aiko");
      await expect(page.getByText(address), "an address is a person's").toHaveCount(0);
      const [download] = await Promise.all([page.waitForEvent("download"), walk.link("audit_page.export").click()]);
      const table = await readFile(await download.path(), "utf8");
      expect(table.startsWith("\uFEFF")).toBe(true);
      expect(table.trimEnd().split("\r\n").length).toBeGreaterThan(2);
      expect(table).not.toContain(address);

      await page.locator("input[name=from]").fill("2020-01-01");
      await page.locator("input[name=until]").fill("2020-01-02");
      await walk.button("words.filter").click();
      await expect(page.getByText(text("audit_page.filtered_title"))).toBeVisible();
      await expectNoAxeViolations(page);
      await walk.link("words.clear_filters").click();
      await expect(page).not.toHaveURL(/group=/);
    });
  });
}
