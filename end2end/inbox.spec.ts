// What Meta's webhooks brought: found by an identifier that no address holds, said why it names somebody or not, and read
// again, by itself once its asset is connected.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import { newAdvertiser } from "./support/ways.ts";

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a message that found nobody is found, and names somebody once its Page is connected", async ({
      page,
      walk,
      text,
      sandbox,
      newcomer,
    }) => {
      await walk.signIn();
      await sandbox.subscribe(newcomer.page);
      const { mid, sender_id } = await sandbox.someoneWrites(newcomer.page);
      const why = (outcome: string) => page.getByText(text(`message_outcome.${outcome}`), { exact: true });
      const seek = async (what: string) => {
        await walk.open("/inbox");
        await walk.expectHeading(text("inbox.title"));
        await page.getByLabel(text("inbox.sought")).fill(what);
        await walk.button("inbox.search").click();
        expect(page.url(), "an identifier is in no address").not.toContain(what);
      };

      await seek("4444444444444444");
      await expect(page.getByText(text("inbox.not_found"))).toBeVisible();
      await expectNoAxeViolations(page);
      // A webhook is answered first, and read after that.
      await expect(async () => {
        await seek(mid);
        await expect(page).toHaveURL(/\/inbox\/whm_/, { timeout: 1_000 });
      }).toPass();
      await walk.expectHeading(text("inbox.message"));
      const message = page.url();
      await expect(page.getByText(text("inbox.no"), { exact: true })).toBeVisible();
      await expect(why("unrouted")).toBeVisible();
      await expect(page.getByText(newcomer.page)).toBeVisible();
      await expect(page.getByText(text("inbox.unrouted_title"))).toBeVisible();
      await expect(page.getByText(text("inbox.unrouted_here", { count: 1 }))).toBeVisible();
      await expect(walk.button("inbox.replay_all")).toHaveCount(0);
      await expectNoAxeViolations(page);

      // In vain while nobody holds the Page.
      await walk.button("inbox.replay").click();
      await expect(page.getByRole("status").getByText(text("inbox.replayed_none"))).toBeVisible();

      const advertiser = await newAdvertiser(walk, "Inbox");
      await walk.connectChannel("messenger");
      await walk.connect(newcomer.key);
      // What came before is read by itself within seconds.
      await expect(async () => {
        await page.goto(message);
        await expect(page.getByText(text("inbox.yes"), { exact: true })).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await expect(why("contact")).toBeVisible();
      await expect(page.getByText(text("inbox.unrouted_title"))).toHaveCount(0);
      await expect(page.getByText(sender_id), "an identifier is shown by its end alone").toHaveCount(0);
      await expectNoAxeViolations(page);

      await walk.button("inbox.replay").click();
      await expect(page.getByRole("status").getByText(text("inbox.replayed_none"))).toBeVisible();

      await sandbox.someoneWrites(newcomer.page);
      const rows = page.getByRole("table", { name: text("inbox.title") }).getByRole("row");
      await expect(async () => {
        await seek(sender_id);
        await expect(page).toHaveURL(/[?&]contact=con_/);
        await expect(rows).toHaveCount(3, { timeout: 1_000 });
      }).toPass();
      await expect(rows.nth(1)).toContainText(text("message_outcome.contact"));
      await expectNoAxeViolations(page);
      const outcome = page.locator("select[name=outcome]");
      await outcome.selectOption({ label: text("message_outcome.unrouted") });
      await walk.button("words.filter").click();
      await expect(page).toHaveURL(/contact=con_.*outcome=unrouted|outcome=unrouted.*contact=con_/);
      await expect(page.getByText(text("inbox.filtered_title"))).toBeVisible();
      await expectNoAxeViolations(page);
      await walk.link("words.clear_filters").click();
      await expect(page).not.toHaveURL(/outcome=/);

      await seek(mid);
      await walk.link("inbox.write_test").click();
      await expect(page).toHaveURL(new RegExp(`/studio/${advertiser}`));
    });
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a message is found and filtered by forms alone", async ({ page, walk, text, sandbox, newcomer }) => {
    await walk.signIn();
    await sandbox.subscribe(newcomer.page);
    const { mid } = await sandbox.someoneWrites(newcomer.page);
    await expect(async () => {
      await walk.open("/inbox");
      await page.getByLabel(text("inbox.sought")).fill(mid);
      await walk.button("inbox.search").click();
      await expect(page).toHaveURL(/\/inbox\/whm_/, { timeout: 1_000 });
    }).toPass();
    await walk.expectHeading(text("inbox.message"));
    await walk.button("inbox.replay").click();
    await expect(page.getByText(text("inbox.replayed_none"))).toBeVisible();
    await walk.open("/inbox");
    await page.locator("select[name=outcome]").selectOption({ label: text("message_outcome.unrouted") });
    await page.locator("select[name=channel]").selectOption({ label: text("channel.messenger") });
    await walk.button("words.filter").click();
    await expect(page).toHaveURL(/outcome=unrouted/);
    const rows = page.getByRole("table", { name: text("inbox.title") }).getByRole("row");
    const unrouted = rows.filter({ hasText: text("message_outcome.unrouted") });
    expect(await unrouted.count()).toBeGreaterThan(0);
    await expect(rows).toHaveCount((await unrouted.count()) + 1);
  });
});
