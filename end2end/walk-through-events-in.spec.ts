// The pages of what comes in, webhooks, files and programs, in every language and theme.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

test("what comes in is seen, handed on, taken from a file and described", async ({ page, walk, text, sandbox, newcomer }) => {
  await walk.signIn();
  await sandbox.subscribe(newcomer.page);
  await sandbox.someoneWrites(newcomer.page);

  await test.step("the inbox, and a message that found nobody", async () => {
    const messages = page.getByRole("rowheader").getByRole("link");
    // A webhook is answered first, and read after that.
    await expect(async () => {
      await walk.open("/inbox?outcome=unrouted");
      await expect(messages.first()).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await walk.expectHeading(text("inbox.title"));
    await expectNoAxeViolations(page);
    await messages.first().click();
    await walk.expectHeading(text("inbox.message"));
    await expect(page.getByText(text("message_outcome.unrouted"), { exact: true })).toBeVisible();
    await expectNoAxeViolations(page);
  });

  await test.step("a file with a row that cannot be sent", async () => {
    await walk.open("/events/upload");
    await walk.expectHeading(text("upload.title"));
    await expectNoAxeViolations(page);
    const buffer = Buffer.from("connection,event_name,event_time,person\r\ncxn_0,Purchase,now,1\r\n");
    await page.getByLabel(text("upload.file")).setInputFiles({ name: "events.csv", mimeType: "text/csv", buffer });
    await walk.button("import_page.check").click();
    await expect(page.getByText(text("upload.faulty_title", { count: 1 }))).toBeVisible();
    await expectNoAxeViolations(page);
  });

  for (const [path, heading] of [
    ["/settings/relay", text("relay.title")],
    ["/keys", text("keys.title")],
    ["/developers", text("developers.title")],
  ] as const) {
    await test.step(path, async () => {
      await walk.open(path);
      await walk.expectHeading(heading);
      await expectNoAxeViolations(page);
    });
  }
});
