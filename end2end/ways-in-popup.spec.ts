// Embedded Signup through Meta's own window: in both orders of its answers, and going on by redirect where the window gives
// no code or is blocked. Each ends with a dataset and a test event that Meta has counted. How the window can end otherwise
// is in `signup.spec.ts`.
import { expect, expectNoAxeViolations, test as base } from "./support/fixtures.ts";
import { type Ending, Signup } from "./support/signup.ts";
import { expectACountedEvent, newAdvertiser } from "./support/ways.ts";

const test = base.extend<{
  /** An advertiser of this test's own, at the page that opens the window. Answers its id. */
  atTheWindow: () => Promise<string>;
  /** Goes through the window, with everything that the newcomer has. */
  signUp: (ending: Ending) => Promise<void>;
}>({
  atTheWindow: async ({ walk, text }, use, { title }) => {
    await use(async () => {
      const advertiser = await newAdvertiser(walk, title.slice(0, 60));
      await walk.open(`/advertisers/${advertiser}/connect?channel=whatsapp`);
      await walk.button("connect.go").click();
      await walk.expectHeading(text("signup.title"));
      await expect(walk.button("signup.open")).toBeEnabled();
      return advertiser;
    });
  },

  signUp: async ({ page, walk, newcomer }, use) => {
    await use(async (ending) => {
      const opened = page.waitForEvent("popup");
      await walk.button("signup.open").click();
      const popup = new Signup(await opened);
      await popup.toTheLastScreen(newcomer.key);
      await popup.finish(ending);
    });
  },
});

test.beforeEach(() => test.setTimeout(120_000));

test("WhatsApp by the window, which tells of the account before the code comes", async ({
  page,
  walk,
  text,
  sandbox,
  newcomer,
  atTheWindow,
  signUp,
}) => {
  const advertiser = await atTheWindow();
  await signUp({});
  expect((await walk.choose("whatsapp")).id).toBe(newcomer.waba);
  await expect(page.getByText(text("connect_attempt.also_title"))).toBeVisible();
  await expectNoAxeViolations(page);
  const done = page.url();

  // The same login reaches a Page and an Instagram account: neither needs another.
  for (const channel of ["messenger", "instagram"] as const) {
    await page.goto(done);
    const label = text("connect_attempt.also_set_up", { what: walk.counted(channel, 1) });
    await page.getByRole("button", { name: label, exact: true }).click();
    const { id } = await walk.choose(channel);
    expect(id).toBe(channel === "messenger" ? newcomer.page : newcomer.instagram);
  }
  await expectACountedEvent({ page, walk, sandbox, javaScriptEnabled: true }, advertiser, "whatsapp", newcomer.waba);
});

test("WhatsApp by the window, where the code comes before the message", async ({
  page,
  walk,
  sandbox,
  newcomer,
  atTheWindow,
  signUp,
}) => {
  const advertiser = await atTheWindow();
  await signUp({ event: "FINISH_X", lateMessage: true });
  expect((await walk.choose("whatsapp")).id).toBe(newcomer.waba);
  await expectACountedEvent({ page, walk, sandbox, javaScriptEnabled: true }, advertiser, "whatsapp", newcomer.waba);
});

test("WhatsApp without a code from the window, then by redirect", async ({
  page,
  walk,
  text,
  sandbox,
  newcomer,
  atTheWindow,
  signUp,
}) => {
  const advertiser = await atTheWindow();
  await signUp({ noCode: true });
  await walk.expectHeading(text("connect_failure.no_code_title"));
  await expectNoAxeViolations(page);
  await walk.button("signup.instead").click();
  await walk.dialog.grant(newcomer.key);
  const { id } = await walk.choose("whatsapp");
  await expectACountedEvent({ page, walk, sandbox, javaScriptEnabled: true }, advertiser, "whatsapp", id);
});

test("WhatsApp with the window blocked, then by redirect", async ({
  page,
  walk,
  text,
  sandbox,
  newcomer,
  atTheWindow,
}) => {
  await page.addInitScript(() => {
    window.open = () => null;
  });
  const advertiser = await atTheWindow();
  await walk.button("signup.open").click();
  await walk.expectHeading(text("connect_failure.popup_blocked_title"));
  await expectNoAxeViolations(page);
  await walk.button("signup.instead").click();
  await walk.dialog.grant(newcomer.key);
  const { id } = await walk.choose("whatsapp");
  await expectACountedEvent({ page, walk, sandbox, javaScriptEnabled: true }, advertiser, "whatsapp", id);
});
