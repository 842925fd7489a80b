// Connecting with a pasted token: of the partner's app, and a limited one of another app.
import { expect, expectNoAxeViolations, test as base } from "./support/fixtures.ts";
import type { Channel } from "./support/walk.ts";

const test = base.extend<{ paste: (channel: Channel, token: string) => Promise<void> }>({
  /** Pastes a token for an advertiser of the test's own. */
  paste: async ({ page, walk, text }, use) => {
    await walk.signIn();
    await use(async (channel, token) => {
      await walk.open("/advertisers/new");
      const id = await walk.createAdvertiser(`Pasted ${crypto.randomUUID().slice(0, 8)}`);
      await walk.open(`/advertisers/${id}/connect/token?channel=${channel}`);
      await walk.expectHeading(text("pasted.title"));
      await page.getByLabel(text("pasted.token"), { exact: true }).fill(token);
      await walk.button("pasted.check").click();
    });
  },
});

for (const channel of ["messenger", "instagram", "whatsapp"] as const) {
  test(`a system user's token connects ${channel}`, async ({ page, walk, paste, sandbox, newcomer, text }) => {
    const token = await sandbox.token({ person: newcomer.key, kind: "system_user" });
    await paste(channel, token);
    await walk.expectHeading(text("pasted.found_title"));
    await expect(page.getByText(text("pasted.kind_system_user"))).toBeVisible();
    await expect(page.getByText(text("pasted.app_ours"))).toBeVisible();
    await expectNoAxeViolations(page);
    expect(await page.content()).not.toContain(token);
    expect(page.url()).not.toContain(token);
    await walk.button("pasted.keep").click();
    await walk.choose(channel);
  });
}

test("a limited token is told apart, and what it is for is named by hand", async ({ page, walk, paste, sandbox, newcomer, text }) => {
  const dataset = await sandbox.dataset(newcomer.key, newcomer.page);
  const token = await sandbox.token({ person: newcomer.key, kind: "events_manager", dataset });
  await paste("messenger", token);
  await walk.expectHeading(text("pasted.found_title"));
  await expect(page.getByText(text("pasted.limited_title"))).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.button("pasted.keep").click();
  await walk.expectHeading(text("pasted.name_title"));
  await expectNoAxeViolations(page);
  await page.getByLabel(text("pasted.asset_page"), { exact: true }).fill(newcomer.page);
  await page.getByLabel(text("pasted.asset_name"), { exact: true }).fill("Vale Tailors");
  await page.getByLabel(text("pasted.dataset"), { exact: true }).fill(dataset);
  await walk.button("pasted.connect").click();
  await walk.expectHeading(text("connect_attempt.done_title", { what: walk.counted("messenger", 1) }));
});

test("a token can be forgotten, and one that is none is refused", async ({ walk, paste, sandbox, newcomer, text }) => {
  await paste("messenger", await sandbox.token({ person: newcomer.key, kind: "user" }));
  await walk.expectHeading(text("pasted.found_title"));
  await walk.button("pasted.discard").click();
  await walk.expectHeading(text("connect_failure.token_discarded_title"));
  await walk.link("pasted.another").click();
  await walk.expectHeading(text("pasted.title"));

  await paste("messenger", "EAAB-none");
  await walk.expectHeading(text("connect_failure.meta_refused_title"));
});
