// Every page on a screen of 390 px: nothing sticks out, the main pages are at the thumb, no axe violations.
import type { Page } from "@playwright/test";
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

// Chromium says on its console that the page does not exist.
test.use({ expectedComplaints: [[/404.*no\/such\/page/], { scope: "test" }] });

test("every page fits a phone", async ({ page, walk, text, sandbox }) => {
  test.setTimeout(180_000);
  await walk.open("/sign-in");
  await expectFits(page);
  await walk.signIn();
  const bakery = await walk.findAdvertiser("Crumb & Co.");
  const inn = await walk.findAdvertiser("湯宿 月の音"); // its dataset was unlinked, so its events wait

  const pages: [path: string, heading: string][] = [
    ["/advertisers", text("words.advertisers")],
    ["/advertisers?search=nobody+is+called+so", text("words.advertisers")],
    ["/advertisers/new", text("advertisers.new_title")],
    ["/advertisers/board", text("board.title")],
    ["/advertisers/board?step=done", text("board.title")],
    ["/advertisers/import", text("import_page.title")],
    ["/readiness", text("words.app_readiness")],
    [`/advertisers/${bakery}`, "Crumb & Co."],
    [`/advertisers/${inn}`, "湯宿 月の音"],
    [`/advertisers/${bakery}/edit`, text("advertisers.edit_title")],
    [`/advertisers/${bakery}/connect`, text("connect.title", { channel: text("channel.messenger") })],
    ["/connect/unknown", text("connect_failure.state_unknown_title")],
    ["/studio", text("words.test_studio")],
    [`/studio/${bakery}`, text("words.test_studio")],
    [`/studio/${inn}`, text("words.test_studio")],
    ["/events", text("words.events")],
    [`/events?advertiser=${inn}&state=parked&window=custom&from=2026-01-01`, text("words.events")],
    ["/inbox", text("inbox.title")],
    ["/inbox?outcome=unrouted&from=2026-01-01&until=2026-01-02", text("inbox.title")],
    ["/events/upload", text("upload.title")],
    ["/settings", text("words.settings")],
    ["/settings/relay", text("relay.title")],
    ["/keys", text("keys.title")],
    ["/developers", text("developers.title")],
    ["/team", text("words.team")],
    ["/audit", text("words.audit")],
    ["/account", text("account.title")],
    ["/doctor", text("doctor.title")],
    [`/advertisers/${bakery}/links`, text("links.title")],
    [`/advertisers/${bakery}/keys`, text("keys.title")],
    ["/no/such/page", text("error.not_found_title")],
  ];
  for (const [path, heading] of pages) {
    await test.step(path.replace(/adv_\w+/g, "…"), async () => {
      await walk.open(path);
      await walk.expectHeading(heading);
      await expectFits(page);
    });
  }

  for (const [advertiser, state] of [
    [bakery, "delivered"],
    [inn, "parked"],
  ]) {
    await test.step(`an event that is ${state}`, async () => {
      await walk.open(`/events?advertiser=${advertiser}&state=${state}`);
      await page.getByRole("rowheader").getByRole("link").first().tap();
      await expect(page.getByText(text("event_page.step_accepted"))).toBeVisible();
      await expectFits(page);
    });
  }

  await test.step("an event of which nobody knows whether it counted", async () => {
    await sandbox.break({ kind: "reset_after_accept", edge: "events", times: 1 });
    await walk.open(`/studio/${bakery}`);
    await walk.sendPurchase({ eventId: `phone-${Date.now().toString(36)}` });
    await walk.expectState("unconfirmed", walk.answer);
    await expectFits(page);
    await walk.link("studio.open_event").tap();
    await expect(page.getByText(text("event_page.resolve_lead"))).toBeVisible();
    await expectFits(page);
  });
});

test("connecting fits a phone", async ({ page, walk, text }) => {
  test.setTimeout(120_000);
  await walk.signIn();
  await walk.open(`/advertisers/${await walk.findAdvertiser("かもめ弁当")}/connect`);
  await walk.continueToMeta();
  await walk.dialog.cancel("mei");
  await walk.expectHeading(text("connect_failure.declined_title"));
  await expectFits(page);
  await walk.button("connect_attempt.start_again").tap();
  await walk.dialog.grant("mei");
  await walk.expectHeading(text("connect_attempt.choose_title"));
  await expectFits(page);
  await walk.choose();
  await expectFits(page);
});

test("the bar at the bottom leads to the main pages", async ({ page, walk, text }) => {
  await walk.signIn();
  await walk.open("/");
  const bar = page.getByRole("navigation", { name: text("frame.main_pages") });
  for (const main of ["words.test_studio", "words.events", "words.advertisers"]) {
    const box = (await bar.boundingBox())!;
    expect(Math.round(box.y + box.height), "the bar's lower edge").toBe(page.viewportSize()!.height);
    await walk.railLink(main).tap();
    await walk.expectHeading(text(main));
    await expect(walk.railLink(main)).toHaveAttribute("aria-current", "page");
  }
});

async function expectFits(page: Page): Promise<void> {
  const { wide, what } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const sticksOut = (element: Element) => element.getBoundingClientRect().right > width + 1;
    const inScroller = (element: Element): boolean =>
      !!element.parentElement &&
      (["auto", "scroll", "hidden"].includes(getComputedStyle(element.parentElement).overflowX) ||
        inScroller(element.parentElement));
    const elements = [...document.body.querySelectorAll("*")];
    return {
      wide: document.documentElement.scrollWidth > width,
      what: elements.filter((element) => sticksOut(element) && !inScroller(element)).map((element) => element.outerHTML.slice(0, 160)),
    };
  });
  expect({ wide, what: what.slice(0, 5) }, `what sticks out of ${page.url()}`).toEqual({ wide: false, what: [] });
  await expectNoAxeViolations(page);
}
