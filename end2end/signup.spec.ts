// WhatsApp through Meta's signup window: code and message in either order, every way it may end, and the way round it.
import type { Page } from "@playwright/test";
import { expect, expectNoAxeViolations, test as base } from "./support/fixtures.ts";
import { Signup } from "./support/signup.ts";

const test = base.extend<{ begin: () => Promise<void>; openWindow: () => Promise<Signup>; expectStopped: (reason: string) => Promise<void> }>({
  /** To the page of Meta's window, for an advertiser of the test's own. */
  begin: async ({ walk, text }, use) => {
    await walk.signIn();
    await use(async () => {
      await walk.open("/advertisers/new");
      const id = await walk.createAdvertiser(`Signup ${crypto.randomUUID().slice(0, 8)}`);
      await walk.open(`/advertisers/${id}/connect?channel=whatsapp`);
      await walk.button("connect.go").click();
      await walk.expectHeading(text("signup.title"));
    });
  },

  openWindow: async ({ page, walk }, use) => {
    await use(async () => {
      await expect(walk.button("signup.open")).toBeEnabled();
      const popup = page.waitForEvent("popup");
      await walk.button("signup.open").click();
      return new Signup(await popup);
    });
  },

  expectStopped: async ({ walk, text }, use) => {
    await use(async (reason) => walk.expectHeading(text(`connect_failure.${reason}_title`)));
  },
});

for (const lateMessage of [false, true]) {
  test(`the ${lateMessage ? "code" : "message"} comes first, and the account is connected`, async ({ page, walk, begin, openWindow, newcomer, text }) => {
    await begin();
    await expectNoAxeViolations(page);
    const popup = await openWindow();
    await popup.toTheLastScreen(newcomer.key);
    await popup.finish({ lateMessage });
    await walk.choose("whatsapp");
    await expect(page.getByText(text("words.dataset"), { exact: true }).first()).toBeVisible();
    await expectNoAxeViolations(page);
  });
}

test("a name of success that nobody knows is one", async ({ walk, begin, openWindow, newcomer, text }) => {
  await begin();
  const popup = await openWindow();
  await popup.toTheLastScreen(newcomer.key);
  await popup.finish({ event: "FINISH_X" });
  await walk.expectHeading(text("connect_attempt.choose_title"));
});

test("a window that is left says where, and opens again", async ({ page, walk, begin, openWindow, expectStopped, text }) => {
  await begin();
  const popup = await openWindow();
  await popup.cancel();
  await expectStopped("signup_left");
  await expect(page.getByText(text("signup_step.business"))).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.button("signup.again").click();
  await walk.expectHeading(text("signup.title"));
});

test("a window that is closed without a word", async ({ begin, openWindow, expectStopped }) => {
  await begin();
  const popup = await openWindow();
  await popup.close();
  await expectStopped("signup_left");
});

test("an error that Meta shows is explained", async ({ page, begin, openWindow, expectStopped, text }) => {
  await begin();
  const popup = await openWindow();
  await popup.report("1784028");
  await expectStopped("signup_failed");
  await expect(page.getByText(text("signup_trouble.advertising_prohibited"))).toBeVisible();
});

test("without a code the full-page login goes on with the attempt", async ({ walk, begin, openWindow, expectStopped, newcomer, text }) => {
  await begin();
  const popup = await openWindow();
  await popup.toTheLastScreen(newcomer.key);
  await popup.finish({ noCode: true });
  await expectStopped("no_code");
  await walk.button("signup.instead").click();
  await walk.dialog.grant(newcomer.key);
  await walk.expectHeading(text("connect_attempt.choose_title"));
});

test("a browser that lets no window open is told from one that was closed", async ({ page, walk, begin, expectStopped }) => {
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await begin();
  await walk.button("signup.open").click();
  await expectStopped("popup_blocked");
  await expect(walk.button("signup.instead")).toBeVisible();
});

test("where Meta's script is blocked the login is offered", async ({ page, walk, begin, expectStopped }) => {
  await page.route("**/en_US/sdk.js", (route) => route.abort());
  await begin().catch(() => undefined); // It may have gone on before the heading was seen.
  await expectStopped("sdk_not_loaded");
  await expect(walk.button("signup.instead")).toBeVisible();
});

test("only the window's page may load Meta's script", async ({ page, begin, demo }) => {
  await begin();
  const policy = async (target: Page) => (await target.reload())!.headers()["content-security-policy"]!;
  expect(await policy(page)).toMatch(new RegExp(`script-src [^;]*${demo.sandbox}`));
  await page.goto(`${demo.patchbay}/advertisers`);
  expect(await policy(page)).not.toMatch(new RegExp(`script-src [^;]*${demo.sandbox}`));
});

test.describe("in Japanese", () => {
  test.use({ locale: "ja-JP", timezoneId: "Asia/Tokyo" });

  test("the window leads to the choice", async ({ page, walk, begin, openWindow, newcomer, text }) => {
    await begin();
    await expectNoAxeViolations(page);
    const popup = await openWindow();
    await popup.toTheLastScreen(newcomer.key);
    await popup.finish();
    await walk.expectHeading(text("connect_attempt.choose_title"));
  });
});
