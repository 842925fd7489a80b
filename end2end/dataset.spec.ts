// The dataset of a connection: somebody links another one in Events Manager, and Patchbay notices and follows when told.
import { expect, expectNoAxeViolations, test } from "./support/connecting.ts";
import { expectACountedEvent } from "./support/ways.ts";

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a dataset that existed before is linked by hand, found by Check now, and sent to", async ({
      page,
      walk,
      text,
      sandbox,
      newcomer,
      prepared,
    }) => {
      test.setTimeout(120_000);
      const advertiser = await prepared();
      await walk.connect(newcomer.key);
      await walk.open(`/advertisers/${advertiser}`);
      await walk.link("connection.link_existing").click();
      await expect(page.getByText(text("dataset_page.steps_lead"))).toBeVisible();
      await expect(page.getByText(text("dataset_page.app_agent", { agent: "kaede_messaging" }))).toBeVisible();
      await expectNoAxeViolations(page);

      await sandbox.link(newcomer.page, null);
      await walk.button("connection.check_now").click();
      await expect(page.getByText(text("connection.today_missing"))).toBeVisible();
      await expectNoAxeViolations(page);

      const existing = await sandbox.dataset(newcomer.key, newcomer.instagram);
      await sandbox.link(newcomer.page, existing);
      await walk.button("connection.check_now").click();
      await expect(page.getByText(text("connection.today_another", { dataset: existing }))).toBeVisible();
      await expect(page.getByText(text("dataset_page.adopt_what", { dataset: existing }))).toBeVisible();
      await expectNoAxeViolations(page);
      await walk.button("dataset_page.adopt").click();
      await expect(page.getByText(text("connection.today_same"))).toBeVisible();
      await expectNoAxeViolations(page);
      const counted = await expectACountedEvent(
        { page, walk, sandbox, javaScriptEnabled: true },
        advertiser,
        "messenger",
        newcomer.page,
      );
      expect(counted.dataset).toBe(existing);
    });
  });
}
