// What Meta may refuse after somebody has granted access: each has a page that says what happened and whose turn it is,
// and leads on to a connection once it is mended.
import { expect, test } from "./support/connecting.ts";
import type { Fault } from "./support/sandbox.ts";
import type { Channel } from "./support/walk.ts";

test.beforeEach(async ({ walk }) => {
  test.setTimeout(120_000);
  await walk.signIn();
});

test.afterEach(async ({ sandbox }) => {
  await sandbox.repair();
});

const AT_THE_LOGIN: [reason: string, fault: Fault, button: string][] = [
  ["code_used", { kind: "error", edge: "access_token", code: 100, subcode: 36009 }, "connect_attempt.log_in_again"],
  ["code_expired", { kind: "error", edge: "access_token", code: 100, subcode: 36007 }, "connect_attempt.log_in_again"],
  ["app_misconfigured", { kind: "error", edge: "access_token", code: 101 }, "connect_attempt.start_again"],
  ["meta_refused", { kind: "error", edge: "access_token", code: 190, subcode: 467 }, "connect_attempt.log_in_again"],
];

for (const [reason, fault, button] of AT_THE_LOGIN) {
  test(`a login that ends with ${reason} begins again`, async ({ walk, sandbox, newcomer, prepared, expectStopped }) => {
    await prepared();
    await walk.continueToMeta();
    await sandbox.break(fault);
    await walk.dialog.grant(newcomer.key);
    await expectStopped(reason);
    await sandbox.repair();
    await walk.button(button).click();
    await walk.dialog.grant(newcomer.key);
    expect((await walk.choose()).id).toBe(newcomer.page);
  });
}

test("a token of another app is the partner's business", async ({ page, walk, text, sandbox, newcomer, prepared, expectStopped }) => {
  await prepared();
  await walk.continueToMeta();
  await sandbox.break({ kind: "other_app", person: newcomer.key });
  await walk.dialog.grant(newcomer.key);
  await expectStopped("wrong_app");
  await expect(page.getByText(text("actor.partner"), { exact: true })).toBeVisible();
});

const AT_THE_SET_UP: [channel: Channel, reason: string, fault: Fault, own: boolean][] = [
  ["messenger", "dataset_failed", { kind: "error", edge: "dataset", code: 100, subcode: 33 }, false],
  ["whatsapp", "dataset_failed", { kind: "error", edge: "dataset", code: 100, subcode: 33 }, true],
  ["instagram", "instagram_across_portfolios", { kind: "error", edge: "dataset", code: 100, subcode: 2804133 }, false],
  ["messenger", "subscribe_failed", { kind: "error", edge: "subscribed_apps", code: 100 }, false],
  ["whatsapp", "subscribe_failed", { kind: "error", edge: "subscribed_apps", code: 100 }, true],
];

for (const [channel, reason, fault, own] of AT_THE_SET_UP) {
  test(`${reason} on ${channel} keeps what was done, and goes on`, async ({ walk, text, sandbox, newcomer, prepared, expectStopped }) => {
    await prepared(channel);
    await walk.continueToMeta(channel);
    await walk.dialog.grant(newcomer.key);
    await walk.expectHeading(text("connect_attempt.choose_title"));
    await sandbox.break(fault);
    await walk.button("connect_attempt.connect_chosen").click();
    await expectStopped(reason, own ? channel : undefined);
    await sandbox.repair();
    await walk.button("words.retry").click();
    await walk.expectHeading(text("connect_attempt.done_title", { what: walk.counted(channel, 1) }));
  });
}

test("an asset that somebody else takes in the meantime is told with its holder, and another one is chosen", async ({
  page,
  walk,
  text,
  newcomer,
  prepared,
  expectStopped,
}) => {
  const first = await prepared();
  await walk.continueToMeta();
  await walk.dialog.grant(newcomer.key);
  await walk.expectHeading(text("connect_attempt.choose_title"));
  const choice = page.url();
  const second = await prepared();
  await walk.connect(newcomer.key);
  await page.goto(choice);
  // The page now says that it is held; it was free when this one was opened.
  await expect(page.getByText(text("connect_attempt.held_elsewhere"))).toBeVisible();
  await page.getByRole("checkbox").evaluate((box: HTMLInputElement) => {
    box.disabled = false;
    box.checked = true;
    box.form!.requestSubmit();
  });
  await expectStopped("held_elsewhere");
  await expect(page.locator(`main a[href="/advertisers/${second}"]`)).toBeVisible();
  await walk.button("connect_attempt.choose_again").click();
  await walk.expectHeading(text("connect_attempt.choose_title"));
  expect(page.url()).toContain(first);
});
