// From nothing to a delivered event, through a revoked token and back: every page on the way, in every language and theme.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import type { Text } from "./support/text.ts";
import type { Walk } from "./support/walk.ts";

// Chromium says on its console that the page does not exist.
test.use({ expectedComplaints: [[/404.*no\/such\/page/], { scope: "test" }] });

test("an advertiser is connected, sends, loses its token, reconnects, and nothing is lost or sent twice", async ({
  page,
  walk,
  text,
  sandbox,
  newcomer,
}, { project }) => {
  test.setTimeout(300_000);
  const run = Date.now().toString(36);
  const name = `Walk-through ${project.name} ${run}`;
  const events = { first: `${run}-${project.name}-1`, parked: `${run}-${project.name}-2` };
  const noViolations = () => expectNoAxeViolations(page);
  let advertiser = "";

  await test.step("signs in", async () => {
    await walk.signInByForm();
    await noViolations();
    await walk.open("/advertisers?search=nobody+is+called+so");
    await expect(page.getByText(text("advertisers.no_match_title"))).toBeVisible();
    await noViolations();
    await walk.open("/advertisers?archived=1");
    await noViolations();
    await walk.open("/no/such/page");
    await walk.expectHeading(text("error.not_found_title"));
    await noViolations();
    await walk.railLink("words.advertisers").click();
    await walk.expectHeading(text("words.advertisers"));
  });

  await test.step("creates an advertiser", async () => {
    await walk.link("advertisers.add").click();
    await walk.expectHeading(text("advertisers.new_title"));
    await noViolations();
    advertiser = await walk.createAdvertiser(name);
    await noViolations();
    await walk.link("words.edit").click();
    await walk.expectHeading(text("advertisers.edit_title"));
    await noViolations();
    await walk.link("words.cancel").click();
    await walk.expectHeading(name);
    await walk.open(`/studio/${advertiser}`);
    await expect(page.getByText(text("studio.unconnected_title"))).toBeVisible();
    await noViolations();
    await walk.open(`/events?advertiser=${advertiser}`);
    await expect(page.getByText(text("events.filtered_title"))).toBeVisible();
    await noViolations();
  });

  const connected = await test.step("connects a Page through the dialog", async () => {
    await walk.open(`/advertisers/${advertiser}`);
    await walk.connectChannel("messenger");
    await walk.expectHeading(text("connect.title", { channel: text("channel.messenger") }));
    await noViolations();
    await walk.continueToMeta();
    await walk.dialog.grant(newcomer.key);
    await walk.expectHeading(text("connect_attempt.choose_title"));
    await noViolations();
    const chosen = await walk.choose();
    await expect(page.getByText(text("connect_attempt.subscribed"))).toBeVisible();
    await expect(page.getByText(text("connect_attempt.visible"))).toBeVisible();
    await noViolations();
    return chosen;
  });

  await test.step("sends Purchase to somebody who wrote, and sees it delivered", async () => {
    await walk.link("connect_attempt.send_test").click();
    await expect(page.getByText(text("studio.nobody_title"))).toBeVisible();
    await noViolations();
    await sandbox.someoneWrites(connected.id);
    await walk.waitForTheMessage();
    await noViolations();
    const event = await walk.sendPurchase({ eventId: events.first, testCode: "TEST40312" });
    await walk.expectState("delivered", walk.answer);
    await noViolations();
    await expectOnItsPage(walk, text, event, "delivered");
    await noViolations();
  });

  const parked = await test.step("loses its token at Meta, sends, and sees parked with cause and remedy", async () => {
    await sandbox.revokeTokens(newcomer.key);
    await walk.open(`/studio/${advertiser}`);
    const event = await walk.sendPurchase({ eventId: events.parked, testCode: "TEST40312" });
    await walk.expectState("parked", walk.answer);
    await expect(walk.answer).toContainText(text("cause.app_removed_what"));
    await expect(walk.answer.getByRole("link", { name: text("words.reconnect") })).toBeVisible();
    await noViolations();
    await expectOnItsPage(walk, text, event, "parked");
    await expect(page.getByText(text("cause.app_removed_what")).first()).toBeVisible();
    await expect(page.getByText(text("cause.app_removed_next")).first()).toBeVisible();
    await noViolations();
    await walk.open(`/advertisers/${advertiser}`);
    await expect(page.getByText(text("connection.parked", { count: 1 }))).toBeVisible();
    await noViolations();
    await walk.open(`/studio/${advertiser}`);
    await expect(page.getByText(text("studio.reconnect_title"))).toBeVisible();
    await noViolations();
    return event;
  });

  await test.step("reconnects, and the event that waited is delivered", async () => {
    await walk.open(`/events/${parked}`);
    await walk.link("words.reconnect").click();
    const again = await walk.connect(newcomer.key);
    expect(again, "the Page that was connected is chosen already").toEqual(connected);
    await expect(page.getByText(text("connect_attempt.released", { count: 1 }))).toBeVisible();
    await noViolations();
    await expectOnItsPage(walk, text, parked, "delivered");
    await noViolations();
    await walk.open(`/advertisers/${advertiser}`);
    await expect(page.getByText(text("health.healthy_sentence")).first()).toBeVisible();
    await noViolations();
  });

  await test.step("finds both in the delivery history", async () => {
    await walk.open(`/events?advertiser=${advertiser}&state=delivered`);
    await expect(page.getByRole("rowheader").getByRole("link", { name: "Purchase" })).toHaveCount(2);
    await noViolations();
    for (const main of ["words.events", "words.test_studio"]) {
      await walk.railLink(main).click();
      await walk.expectHeading(text(main));
      await noViolations();
    }
  });

  for (const eventId of Object.values(events)) {
    const counted = await sandbox.counted(eventId);
    expect(counted.map((one) => one.event_name), `what Meta counted as ${eventId}`).toEqual(["Purchase"]);
    expect(counted[0]!.event.custom_data).toMatchObject({ value: 4800, currency: "JPY" });
  }
});

async function expectOnItsPage(walk: Walk, text: Text, event: string, state: string): Promise<void> {
  await walk.open(`/events/${event}`);
  await walk.expectHeading(text("words.event"));
  await walk.expectState(state);
  await expect(walk.page.getByText(text("event_page.step_accepted"))).toBeVisible();
}
