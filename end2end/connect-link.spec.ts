// Connecting by a link: somebody without an account, in Japanese, from the mail's link to thanks; and links that end.
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import { expect, expectNoAxeViolations, test as base } from "./support/fixtures.ts";
import { Signup } from "./support/signup.ts";
import { textIn } from "./support/text.ts";
import { type Channel, Walk } from "./support/walk.ts";
import { expectACountedEvent } from "./support/ways.ts";

const ja = textIn("ja");

interface Visitor {
  page: Page;
  walk: Walk;
}

const test = base.extend<{
  /** A new advertiser, and its page of links opened by the staff. Answers its id. */
  advertiserWithLinks: (name: string) => Promise<string>;
  /** Writes a link by the form that is open, for these channels besides Messenger; answers its address. */
  writeLink: (...channels: Channel[]) => Promise<string>;
  /** Somebody with a browser of their own, Japanese and signed in nowhere, who opens an address. */
  visitor: (address: string) => Promise<Visitor>;
}>({
  advertiserWithLinks: async ({ walk }, use) => {
    await use(async (name) => {
      await walk.open("/advertisers/new");
      const id = await walk.createAdvertiser(name);
      await walk.open(`/advertisers/${id}/links`);
      return id;
    });
  },

  writeLink: async ({ page, walk, text }, use) => {
    await use(async (...channels) => {
      for (const channel of channels) await page.getByLabel(text(`channel.${channel}`), { exact: true }).check();
      await page.getByLabel(text("links.language"), { exact: true }).selectOption("ja");
      await walk.button("links.create").click();
      return page.getByTestId("link").innerText();
    });
  },

  visitor: async ({ browser, demo }, use) => {
    const open = async (browser: Browser, address: string): Promise<Visitor> => {
      const context = await browser.newContext({ locale: "en-GB", timezoneId: "Asia/Tokyo" });
      const page = await context.newPage();
      await page.goto(address);
      return { page, walk: new Walk(page, ja, demo) };
    };
    const opened: Visitor[] = [];
    await use(async (address) => {
      const visitor = await open(browser, address);
      opened.push(visitor);
      return visitor;
    });
    for (const { page } of opened) await page.context().close();
  },
});

test.beforeEach(async ({ walk }) => {
  test.setTimeout(180_000);
  await walk.signIn();
});

test("who has no account connects by a link in Japanese, and the staff confirm", async ({
  page,
  walk,
  text,
  advertiserWithLinks,
  writeLink,
  visitor,
  newcomer,
}) => {
  const advertiser = await advertiserWithLinks(`Link ${Date.now()}`);
  await expectNoAxeViolations(page);
  const address = await writeLink();
  await expectNoAxeViolations(page);
  const secret = address.split("/").pop()!;

  const { page: theirs, walk: they } = await visitor(address);
  await expect(theirs.locator("html"), "the link's language, not the browser's").toHaveAttribute("lang", "ja");
  await expectNoAxeViolations(theirs);
  await page.reload();
  await expect(page.getByTestId("link-card").getByText(text("links.not_yet")), "looking has no effect").toBeVisible();

  const requested: string[] = [];
  theirs.on("request", (request) => requested.push(request.url()));
  await they.button("visitor.start").click();
  await expect(theirs).toHaveURL(/\/welcome$/);
  await expectNoAxeViolations(theirs);
  await they.button("visitor.connect").click();
  await they.dialog.grant(newcomer.key);
  await expect(theirs).toHaveURL(/\/welcome\/adv_\w+\/cat_\w+$/);
  const connected = await they.choose();
  await expectNoAxeViolations(theirs);
  await they.link("visitor.back").click();
  await they.expectHeading(ja("visitor.thanks_title"));
  await expect(theirs.getByText(ja("own.see"))).toBeVisible();
  await expectNoAxeViolations(theirs);
  const later = requested.filter((url) => url.includes(secret) && !url.endsWith("/start"));
  expect(later, "the secret stays in the link").toEqual([]);
  if (process.env.PATCHBAY_TEST_LOG) {
    expect((await readFile(process.env.PATCHBAY_TEST_LOG, "utf8")).includes(secret), "in the log").toBe(false);
  }

  await walk.open(`/advertisers/${advertiser}/links`);
  const card = page.getByTestId("link-card");
  await expect(card.getByText(text("links.done"))).toBeVisible();
  await expect(card.getByText(text("links.connected", { names: connected.name }))).toBeVisible();
  await walk.open(`/advertisers/${advertiser}`);
  await expect(page.getByText(text("connection.unconfirmed", { name: connected.name }))).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.button("connection.confirm").click();
  await expect(page.getByText(text("connection.unconfirmed", { name: connected.name }))).toBeHidden();

  await theirs.goto(address);
  await they.expectHeading(ja("visitor.done_title"));
});

test("one link connects every channel, and a test event reaches Meta by each", async ({
  page,
  walk,
  sandbox,
  newcomer,
  advertiserWithLinks,
  writeLink,
  visitor,
}) => {
  const advertiser = await advertiserWithLinks(`Every channel ${Date.now()}`);
  const { page: theirs, walk: they } = await visitor(await writeLink("instagram", "whatsapp"));
  await they.button("visitor.start").click();
  const channels = ["messenger", "instagram", "whatsapp"] as const;
  for (const channel of channels) {
    // WhatsApp begins with Meta's window, and has the full page beside it.
    await they.button(channel === "whatsapp" ? "signup.instead" : "visitor.connect").first().click();
    await they.dialog.grant(newcomer.key);
    await they.choose(channel);
    await they.link("visitor.back").click();
  }
  await they.expectHeading(ja("visitor.thanks_title"));
  await expectNoAxeViolations(theirs);
  const assets = { messenger: newcomer.page, instagram: newcomer.instagram, whatsapp: newcomer.waba };
  for (const channel of channels) {
    await expectACountedEvent({ page, walk, sandbox, javaScriptEnabled: true }, advertiser, channel, assets[channel]);
  }
});

test("who comes by a link is offered Meta's window for WhatsApp", async ({ page, text, newcomer, advertiserWithLinks, visitor, walk }) => {
  await advertiserWithLinks(`Window ${Date.now()}`);
  await page.locator("input[name='channels[]'][value=messenger]").uncheck();
  await page.locator("input[name='channels[]'][value=whatsapp]").check();
  await page.getByLabel(text("links.language"), { exact: true }).selectOption("ja");
  await walk.button("links.create").click();
  const { page: theirs, walk: they } = await visitor(await page.getByTestId("link").innerText());
  await they.button("visitor.start").click();
  await expect(they.button("signup.instead")).toBeVisible();
  await they.button("visitor.connect").click();
  await expect(theirs).toHaveURL(/\/welcome\/adv_\w+\/cat_\w+\/signup$/);
  await they.expectHeading(ja("signup.title"));
  await expect(they.button("signup.open")).toBeEnabled();
  await expectNoAxeViolations(theirs);
  const popup = theirs.waitForEvent("popup");
  await they.button("signup.open").click();
  const signup = new Signup(await popup);
  await signup.toTheLastScreen(newcomer.key);
  await signup.finish();
  await expect(theirs).toHaveURL(/\/welcome\/adv_\w+\/cat_\w+$/);
  await they.expectHeading(ja("connect_attempt.choose_title"));
});

test("a withdrawn link says so, and its holder asks for a new one", async ({
  page,
  text,
  advertiserWithLinks,
  writeLink,
  visitor,
}) => {
  await advertiserWithLinks(`Withdrawn ${Date.now()}`);
  const address = await writeLink();
  const { page: theirs, walk: they } = await visitor(address);
  await they.button("visitor.start").click();
  await expect(theirs).toHaveURL(/\/welcome$/);

  const card = page.getByTestId("link-card");
  await card.locator("summary").click();
  await card.getByRole("button", { name: text("links.revoke"), exact: true }).click();
  await expect(card.getByText(text("links.revoked"), { exact: true })).toBeVisible();

  await theirs.goto(address);
  await they.expectHeading(ja("visitor.revoked_title"));
  await expectNoAxeViolations(theirs);
  await they.button("visitor.ask").click();
  await expect(they.button("visitor.ask")).toBeHidden();
});

test("a link that was written anew replaces the old one", async ({
  page,
  text,
  advertiserWithLinks,
  writeLink,
  visitor,
}) => {
  await advertiserWithLinks(`Anew ${Date.now()}`);
  const old = await writeLink();
  await page.getByTestId("link-card").getByRole("button", { name: text("links.copy_anew") }).click();
  const fresh = page.getByTestId("link").last();
  await expect(fresh).not.toHaveText(old);
  const { walk: they } = await visitor(await fresh.innerText());
  await they.expectHeading(ja("visitor.title", { partner: "カエデメッセージング" }));
});

test("a Page that another advertiser holds is told to both sides", async ({
  page,
  text,
  advertiserWithLinks,
  writeLink,
  visitor,
}) => {
  await advertiserWithLinks(`Held ${Date.now()}`);
  const { page: theirs, walk: they } = await visitor(await writeLink());
  await they.button("visitor.start").click();
  await they.button("visitor.connect").click();
  await they.dialog.grant("hana");
  await expect(theirs.getByText(ja("connect_attempt.none_free_title"))).toBeVisible();
  await expect(theirs.getByText("KD-1001"), "who holds it is nobody's business").toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId("link-card").getByText(text("links.held"))).toBeVisible();
});
