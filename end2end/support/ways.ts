// What the specs of the ways in share: how each of them begins and ends.
import { expect, type Page } from "@playwright/test";
import type { Counted, Sandbox } from "./sandbox.ts";
import type { Channel, Walk } from "./walk.ts";

/** An advertiser of this test's own. Answers its id. */
export async function newAdvertiser(walk: Walk, name: string): Promise<string> {
  await walk.signIn();
  await walk.open("/advertisers/new");
  return walk.createAdvertiser(`${name} ${Date.now().toString(36)}`);
}

/** Somebody comes from an ad, and a test event about them is delivered and counted. Answers what Meta counted. */
export async function expectACountedEvent(
  { page, walk, sandbox, javaScriptEnabled }: { page: Page; walk: Walk; sandbox: Sandbox; javaScriptEnabled?: boolean },
  advertiser: string,
  channel: Channel,
  asset: string,
): Promise<Counted> {
  await sandbox.someoneComesFromAnAd(channel, asset);
  await walk.open(`/studio/${advertiser}`);
  await walk.chooseConnection(channel);
  await walk.waitForTheMessage();
  const eventId = `way-in-${Date.now().toString(36)}`;
  const form = { eventId, testCode: "TEST40312" };
  await (javaScriptEnabled ? walk.preparePurchase(form) : walk.fillInPurchase(form));
  const event = await walk.send(form);
  await expect(async () => {
    await walk.open(`/events/${event}`);
    await walk.expectState("delivered", page.locator("#main"), 1_000);
  }).toPass();

  const counted = await sandbox.counted(eventId);
  expect(counted.map((one) => one.event_name), `what Meta counted as ${eventId}`).toEqual(["Purchase"]);
  const [one] = counted as [Counted];
  expect(one.event.messaging_channel).toBe(channel);
  expect(Object.values(one.event.user_data ?? {})).toContain(asset);
  return one;
}
