// The server is killed while it sends: nothing is lost, nothing is sent twice, and what was in flight is settled by a person.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import { Sandbox } from "./support/sandbox.ts";
import { Walk } from "./support/walk.ts";

test.describe.configure({ timeout: 420_000 }); // a demo of its own is started twice

test("what was in flight when the server died is unconfirmed, and what waited is sent", async ({ page, text, ownDemo }) => {
  const walk = new Walk(page, text, ownDemo.ready);
  const sandbox = new Sandbox(ownDemo.ready.sandbox);
  await walk.signIn();

  // Three forms are filled in before the first is sent: an answer is awaited for ten seconds only.
  const bakery = await walk.findAdvertiser("Crumb & Co.");
  const school = await walk.findAdvertiser("Lingua Nord");
  const prepare = async (advertiser: string, eventId: string) => {
    const tab = new Walk(await page.context().newPage(), text, ownDemo.ready);
    const form = { eventId, value: "12.50", currency: "GBP" };
    await tab.open(`/studio/${advertiser}`);
    await tab.preparePurchase(form);
    return async (state: string) => {
      const event = await tab.send(form);
      await tab.expectState(state, tab.answer);
      await tab.page.close();
      return event;
    };
  };
  const first = await prepare(bakery, "in-flight-1");
  const second = await prepare(bakery, "waiting");
  const third = await prepare(school, "in-flight-2");

  // Two requests are out that Meta never answers, and an event waits behind one of them.
  await page.goto("about:blank"); // a page that looks on would complain that the server is gone
  await sandbox.break({ kind: "hang", edge: "events" });
  const resent = await first("sending");
  const waiting = await second("queued");
  const accepted = await third("sending");

  await ownDemo.kill();
  await ownDemo.restart();
  await sandbox.repair();

  // A lease lasts 15 seconds, and lost ones are looked for every five.
  for (const event of [resent, accepted]) {
    await walk.open(`/events/${event}`);
    await walk.expectState("unconfirmed", undefined, 30_000);
    await expect(page.getByText(text("doubt.interrupted")).first()).toBeVisible();
  }
  await expectNoAxeViolations(page);
  await walk.open(`/events/${waiting}`);
  await walk.expectState("delivered");
  expect(await countedAs("in-flight-1", "in-flight-2", "waiting")).toEqual([0, 0, 1]);

  await test.step("Resend sends it, once", async () => {
    await walk.open(`/events/${resent}`);
    await settle("words.resend", "event_page.resend_what");
    await walk.expectState("delivered");
    expect(await countedAs("in-flight-1")).toEqual([1]);
  });

  await test.step("Accept as delivered sends nothing", async () => {
    await walk.open(`/events/${accepted}`);
    await settle("words.accept", "event_page.accept_what");
    await walk.expectState("delivered");
    expect(await countedAs("in-flight-2")).toEqual([0]);
  });

  await test.step("what was settled stays settled", async () => {
    await expect(walk.button("words.resend")).toBeHidden();
    expect(await countedAs("in-flight-1", "in-flight-2", "waiting")).toEqual([1, 0, 1]);
  });

  async function countedAs(...eventIds: string[]): Promise<number[]> {
    return Promise.all(eventIds.map(async (id) => (await sandbox.counted(id)).length));
  }

  /** Opens the question, reads what will happen, and does it. */
  async function settle(act: string, what: string): Promise<void> {
    const question = page.getByRole("group").filter({ hasText: text(what) });
    await question.locator("summary").click();
    await expect(page.getByText(text(what))).toBeVisible();
    await expectNoAxeViolations(page);
    await question.getByRole("button", { name: text(act), exact: true }).click();
  }
});
