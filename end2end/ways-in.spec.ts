// The ways in that need no window of Meta's, on every channel: by redirect, and by a pasted token of either kind. Each
// ends with a dataset and a test event that Meta has counted. All of them are forms, so they are walked without
// JavaScript; the windows are in `ways-in-popup.spec.ts`.
import { expect, test } from "./support/fixtures.ts";
import { expectACountedEvent, newAdvertiser } from "./support/ways.ts";

test.use({ javaScriptEnabled: false });
test.setTimeout(120_000);

test("Messenger by redirect", async ({ page, walk, sandbox, newcomer }) => {
  const advertiser = await newAdvertiser(walk, "Messenger by redirect");
  await walk.connectChannel("messenger");
  const { id } = await walk.connect(newcomer.key, "messenger");
  await expectACountedEvent({ page, walk, sandbox }, advertiser, "messenger", id);
});

test("Instagram by redirect, and told that purchases are not optimised for there", async ({ page, walk, sandbox, newcomer, text }) => {
  const advertiser = await newAdvertiser(walk, "Instagram by redirect");
  await walk.connectChannel("instagram");
  await expect(page.getByText(text("connect.purchase_note"))).toBeVisible();
  const { id } = await walk.connect(newcomer.key, "instagram");
  await expectACountedEvent({ page, walk, sandbox }, advertiser, "instagram", id);
});

test("WhatsApp by redirect, which needs no window", async ({ page, walk, sandbox, newcomer }) => {
  const advertiser = await newAdvertiser(walk, "WhatsApp by redirect");
  await walk.connectChannel("whatsapp");
  await walk.button("signup.instead").click();
  await walk.dialog.grant(newcomer.key);
  const { id } = await walk.choose("whatsapp");
  await expectACountedEvent({ page, walk, sandbox }, advertiser, "whatsapp", id);
});

test("a pasted token of a system user is looked at, kept, and connects WhatsApp", async ({ page, walk, sandbox, newcomer, text }) => {
  const advertiser = await newAdvertiser(walk, "Pasted token");
  const token = await sandbox.token({ person: newcomer.key, kind: "system_user" });
  await walk.connectChannel("whatsapp");
  await walk.link("pasted.offer_link").click();
  await page.getByLabel(text("pasted.token"), { exact: true }).fill(token);
  await walk.button("pasted.check").click();
  await walk.expectHeading(text("pasted.found_title"));
  await expect(page.getByText(text("pasted.kind_system_user"))).toBeVisible();
  await expect(page.getByText(text("pasted.app_ours"))).toBeVisible();
  expect(await page.content()).not.toContain(token);
  await walk.button("pasted.keep").click();
  const { id } = await walk.choose("whatsapp");
  await expectACountedEvent({ page, walk, sandbox }, advertiser, "whatsapp", id);
});

test("a pasted token of Events Manager is called limited, and sends to the dataset that is named", async ({
  page,
  walk,
  sandbox,
  newcomer,
  text,
}) => {
  const advertiser = await newAdvertiser(walk, "Limited token");
  const dataset = await sandbox.dataset(newcomer.key, newcomer.page);
  const token = await sandbox.token({ person: newcomer.key, kind: "events_manager", dataset });
  await walk.connectChannel("messenger");
  await walk.link("pasted.offer_link").click();
  await page.getByLabel(text("pasted.token"), { exact: true }).fill(token);
  await walk.button("pasted.check").click();
  await walk.expectHeading(text("pasted.found_title"));
  await expect(page.getByText(text("pasted.limited_title"))).toBeVisible();
  await walk.button("pasted.keep").click();
  await walk.expectHeading(text("pasted.name_title"));
  await page.getByLabel(text("pasted.asset_page"), { exact: true }).fill(newcomer.page);
  await page.getByLabel(text("pasted.asset_name"), { exact: true }).fill("Vale Tailors");
  await page.getByLabel(text("pasted.dataset"), { exact: true }).fill(dataset);
  await walk.button("pasted.connect").click();
  await walk.expectHeading(text("connect_attempt.done_title", { what: walk.counted("messenger", 1) }));
  // Its messages come by an older subscription: the token itself can subscribe to nothing.
  await sandbox.subscribe(newcomer.page);
  await expectACountedEvent({ page, walk, sandbox }, advertiser, "messenger", newcomer.page);
});
