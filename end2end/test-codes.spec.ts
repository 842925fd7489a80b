// Test codes of a dataset: added, offered in the studio, ended, and renewed by sending.
import { expect, expectNoAxeViolations, test } from "./support/connecting.ts";

for (const [locale, javaScriptEnabled] of [
  ["en-GB", true],
  ["ja-JP", true],
  ["en-GB", false],
] as const) {
  test.describe(`${locale}, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    test.use({ locale, javaScriptEnabled, expectedComplaints: [/422/] });

    test("a code is added, offered in the studio, ended, and renewed by sending", async ({
      page,
      walk,
      text,
      sandbox,
      newcomer,
      prepared,
    }) => {
      test.setTimeout(120_000);
      // axe is a script.
      const look = async () => javaScriptEnabled && expectNoAxeViolations(page);
      const advertiser = await prepared();
      await walk.connect(newcomer.key);
      await sandbox.someoneComesFromAnAd("messenger", newcomer.page);
      const toTheCodes = async () => {
        await walk.open(`/advertisers/${advertiser}`);
        await walk.link("connection.link_existing").click();
      };
      await toTheCodes();
      const section = page.getByRole("region", { name: text("test_codes.title") });
      const code = section.getByLabel(text("words.test_code"), { exact: true });
      await expect(section.getByText(text("test_codes.none"))).toBeVisible();

      await code.fill("no code");
      await walk.button("test_codes.add").click();
      await expect(section.getByText(text("why.not_a_test_code"))).toBeVisible();
      await look();
      await code.fill("TEST31");
      await walk.button("test_codes.add").click();
      const line = section.getByRole("listitem").filter({ hasText: "TEST31" });
      const holds = text("test_codes.until", { time: "" }).trim();
      await expect(line.getByText(holds)).toBeVisible();
      await expect(line.getByText(text("test_codes.added_by", { name: "" }).trim())).toBeVisible();
      await look();

      const toTheStudio = async () => {
        await walk.open(`/studio/${advertiser}`);
        await walk.waitForTheMessage();
        if (javaScriptEnabled) await expect(walk.button("studio.send_live")).toBeVisible();
      };
      await toTheStudio();
      await expect(page.locator("#test-codes option")).toHaveAttribute("value", "TEST31");
      const typed = page.getByRole("combobox", { name: text("field.test_event_code") });
      const said = (key: string) =>
        page.getByText(new RegExp(text(key, { time: ".+", until: ".+" }).replaceAll("(", "\\(").replaceAll(")", "\\)")));
      if (javaScriptEnabled) {
        await typed.fill("TEST31");
        await expect(said("studio.test_code_holds")).toBeVisible();
        await look();
      }

      await toTheCodes();
      await line.locator("summary").click();
      await expect(line.getByText(text("test_codes.end_question", { code: "TEST31" }))).toBeVisible();
      await look();
      await line.getByRole("button", { name: text("test_codes.end"), exact: true }).click();
      await expect(line.locator("summary")).toHaveCount(0);
      await expect(line.getByText(holds)).toHaveCount(0);

      await toTheStudio();
      await expect(page.locator("#test-codes option")).toHaveCount(0);
      if (javaScriptEnabled) {
        await typed.fill("TEST31");
        await expect(said("studio.test_code_ended")).toBeVisible();
      }
      const form = { eventId: `codes-${Date.now().toString(36)}`, testCode: "TEST31" };
      await walk.fillInPurchase(form);
      await walk.send(form);
      await toTheCodes();
      await expect(line.getByText(holds), "sending renewed it").toBeVisible();
      await line.getByRole("button", { name: text("test_codes.renew_of", { code: "TEST31" }) }).click();
      await expect(line.getByText(holds)).toBeVisible();
    });
  });
}
