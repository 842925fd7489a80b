// Instagram and WhatsApp by redirect, what one login reaches besides, failures in their channel's words, and the page
// about a connection's dataset. (Messenger is the walk-through's.)
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

let made = 0;

test.beforeEach(async ({ walk }, info) => {
  test.setTimeout(120_000);
  await walk.signIn();
  await walk.open("/advertisers/new");
  made += 1;
  await walk.createAdvertiser(`Channels ${info.workerIndex}-${made}-${Date.now()}`);
});

test("an Instagram account is connected, and its limits are said plainly", async ({ page, walk, text, sandbox, newcomer }) => {
  await walk.connectChannel("instagram");
  await expect(page.getByText(text("connect.purchase_note"))).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.continueToMeta("instagram");
  await walk.dialog.grant(newcomer.key);
  await walk.expectHeading(text("connect_attempt.choose_title"));
  await expect.poll(() => new URL(page.url()).hash, "Meta's fragment is gone").toBe("");
  await expectNoAxeViolations(page);
  const { id, name } = await walk.choose("instagram");
  expect(id).toBe(newcomer.instagram);
  expect(name).toMatch(/^@vale\.tailors/);
  await expect(page.getByText(text("connect.purchase_note"))).toBeVisible();
  await expect(page.getByText(text("connect_attempt.subscribed"))).toBeVisible();
  await expectNoAxeViolations(page);
  const { datasets } = await sandbox.world();
  expect(datasets.some((dataset) => dataset.instagram_id === id)).toBe(true);
});

test("a WhatsApp Business Account is connected with its numbers, and its dataset looked after", async ({ page, walk, text, sandbox, newcomer }) => {
  await walk.connectChannel("whatsapp");
  await walk.continueToMeta("whatsapp");
  await walk.dialog.grant(newcomer.key);
  const { id, name } = await walk.choose("whatsapp");
  await expect(page.getByText(text("connect_attempt.phone_numbers"))).toBeVisible();
  const { datasets } = await sandbox.world();
  expect(datasets.some((dataset) => dataset.waba_id === id)).toBe(true);

  await page.getByRole("main").getByRole("link", { name: /Channels/ }).last().click();
  await expect(page.getByText(text("connection.today_same"))).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.link("connection.link_existing").click();
  await walk.expectHeading(text("dataset_page.title", { asset: name }));
  await expect(page.getByText(text("dataset_page.step_whatsapp"))).toBeVisible();
  await walk.button("connection.check_now").click();
  await expect(page.getByText(text("connection.today_same"))).toBeVisible();
  await expectNoAxeViolations(page);
});

test("without an Instagram account, and without a WhatsApp Business Account, the page says which is missing", async ({ page, walk, text }) => {
  await walk.connectChannel("instagram");
  await walk.continueToMeta("instagram");
  await walk.dialog.grant("shota");
  await walk.expectHeading(text("connect_failure.no_instagram_title"));
  await expect(page.getByText(text("connect_failure.no_instagram_next"))).toBeVisible();
  await expectNoAxeViolations(page);

  const advertiser = page.url().replace(/\/connect\/.*/, "");
  await page.goto(`${advertiser}/connect?channel=whatsapp`);
  await walk.continueToMeta("whatsapp");
  await walk.dialog.grant("shota");
  await walk.expectHeading(text("connect_failure.no_waba_title"));
  await expect(page.getByText(text("connect_failure.no_waba_next"))).toBeVisible();
  await expectNoAxeViolations(page);
});

test("a permission that was left out is named with its channel's need of it", async ({ page, walk, text, newcomer }) => {
  await walk.connectChannel("whatsapp");
  await walk.continueToMeta("whatsapp");
  await walk.dialog.grant(newcomer.key, ["whatsapp_business_manage_events"]);
  await walk.expectHeading(text("connect_failure.missing_scope_title"));
  await expect(page.getByText(text("scope.whatsapp_business_manage_events"))).toBeVisible();
  await expectNoAxeViolations(page);
});
