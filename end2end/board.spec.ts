// The onboarding board and the list of advertisers: each advertiser by where it stands, filtered by what the URL says.
import { readFile } from "node:fs/promises";
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import { textIn } from "./support/text.ts";

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("an advertiser is found at its step, with its one next action", async ({ page, walk, text }) => {
      await walk.signIn();
      await walk.open("/advertisers/new");
      const name = `Board ${Date.now().toString(36)}`;
      const advertiser = await walk.createAdvertiser(name);
      await walk.open("/advertisers/board");
      await walk.expectHeading(text("board.title"));
      for (const step of ["stopped", "opened", "link_sent", "nothing", "connected", "done"]) {
        await expect(page.getByRole("heading", { level: 2, name: text(`onboarding.${step}`) })).toBeVisible();
      }
      await expectNoAxeViolations(page);

      // All who have not begun: the newest comes last, so it is searched.
      await page.getByLabel(text("advertisers.search")).fill(name);
      await page.locator("select[name=step]").selectOption("nothing");
      await walk.button("words.filter").click();
      await expect(page).toHaveURL(/step=nothing/);
      const card = page.getByRole("listitem").filter({ hasText: name }).last();
      await expect(card.getByRole("link", { name, exact: true })).toBeVisible();
      await expectNoAxeViolations(page);

      await card.getByRole("link", { name: text("board.of", { action: text("board.send_link"), name }) }).click();
      await expect(page).toHaveURL(new RegExp(`/advertisers/${advertiser}/links$`));
      await page.goBack();
      await expect(page).toHaveURL(/step=nothing/);

      // It is too young for this filter; the chip takes the filter away again.
      await page.getByLabel(text("board.age")).selectOption("7");
      await walk.button("words.filter").click();
      await expect(page.getByText(text("board.none_match"))).toBeVisible();
      const chip = text("events.chip", { filter: text("board.age"), value: text("board.age_days", { count: 7 }) });
      await page.getByRole("link", { name: text("events.drop", { filter: chip }) }).click();
      await expect(page.getByRole("link", { name, exact: true })).toBeVisible();

      // The list knows the same filters.
      await page.getByRole("link", { name: text("advertisers.in_use"), exact: true }).click();
      await walk.expectHeading(text("words.advertisers"));
      await expect(page.getByRole("rowheader").getByRole("link")).toHaveText([name]);
      await expectNoAxeViolations(page);
    });
  });
}

test("the list goes to a file that a spreadsheet opens", async ({ page, walk }) => {
  await walk.signIn();
  await walk.open("/advertisers?search=Crumb");
  const [download] = await Promise.all([page.waitForEvent("download"), walk.link("board.export").click()]);
  const table = await readFile(await download.path(), "utf8");
  expect(table.startsWith("\uFEFFname,reference,language")).toBe(true);
  expect(table).toContain("Crumb & Co.");
  expect(table.trimEnd().split("\r\n")).toHaveLength(2);
});

test("where nothing can be mailed nobody is reminded, and a card leads to its link", async ({ page, walk, text }) => {
  await walk.signIn();
  await walk.open("/advertisers/new");
  const name = `Linked ${Date.now().toString(36)}`;
  const advertiser = await walk.createAdvertiser(name);
  await walk.open(`/advertisers/${advertiser}/links`);
  await walk.button("links.create").click();
  await expect(page.getByTestId("link")).toBeVisible();
  await walk.open(`/advertisers/board?step=link_sent&search=${encodeURIComponent(name)}`);
  const card = page.getByRole("listitem").filter({ hasText: name }).last();
  await card.getByRole("link", { name: text("board.of", { action: text("board.see_link"), name }) }).click();
  await expect(page).toHaveURL(new RegExp(`/advertisers/${advertiser}/links$`));
  await page.goBack();
  await expect(page.getByText(text("board.remind_what"))).toHaveCount(0);
});

test("both languages name every step", () => {
  for (const language of ["en", "ja"]) {
    const text = textIn(language);
    const names = ["nothing", "link_sent", "opened", "stopped", "connected", "done"].map((step) => text(`onboarding.${step}`));
    expect(new Set(names).size).toBe(names.length);
  }
});
