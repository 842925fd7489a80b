// API keys: made and shown once, used, rotated with an overlap, revoked.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a key is made, used, rotated and revoked", async ({ page, request, demo, walk, text }) => {
      await walk.signIn();
      await walk.open("/advertisers/new");
      const advertiser = await walk.createAdvertiser(`Keys ${Date.now().toString(36)}`);
      await walk.open(`/advertisers/${advertiser}/keys`);
      await walk.expectHeading(text("keys.title"));
      await expect(page.getByText(text("keys.none_title"))).toBeVisible();
      await expectNoAxeViolations(page);

      await page.getByLabel(text("words.name"), { exact: true }).fill("Shop");
      await page.getByRole("checkbox", { name: "connections:read" }).check();
      await walk.button("keys.create").click();
      const told = page.getByTestId("key");
      await expect(told).toHaveText(/^pbk_/);
      const key = (await told.textContent())!;
      await expectNoAxeViolations(page);
      const status = async (key: string) => {
        const answer = await request.get(`${demo.patchbay}/api/v1/connections`, {
          headers: { Authorization: `Bearer ${key}` },
        });
        return answer.status();
      };
      expect(await status(key)).toBe(200);

      await page.reload();
      await expect(page.getByRole("heading", { name: /Shop/ })).toBeVisible();
      expect(await page.content()).not.toContain(key);

      const cards = (standing: string) =>
        page.getByTestId("key-card").filter({ has: page.getByText(text(`keys.${standing}`), { exact: true }) });
      const card = cards("works");
      await card.getByText(text("keys.rotate"), { exact: true }).first().click();
      await card.getByRole("button", { name: text("keys.rotate") }).click();
      await expect(told).toHaveText(/^pbk_/);
      const newer = (await told.textContent())!;
      expect(newer).not.toBe(key);
      expect([await status(key), await status(newer)]).toEqual([200, 200]);

      const old = cards("replaced");
      await old.getByText(text("keys.revoke"), { exact: true }).first().click();
      await expectNoAxeViolations(page);
      await old.getByRole("button", { name: text("keys.revoke") }).click();
      await expect(cards("revoked")).toHaveCount(1);
      expect([await status(key), await status(newer)]).toEqual([401, 200]);
    });
  });
}
