// What the specs of the ways in share: whom they connect, and how each of them ends.
import { expect, type Page } from "@playwright/test";
import type { Sandbox } from "./sandbox.ts";
import type { Channel, Walk } from "./walk.ts";

/** Runs a dozen clinics, each with a Page, an Instagram account and a WhatsApp Business Account: `clinic-01`... */
export const PERSON = "nozomi";
export const TEST_CODE = "TEST40312";

/** An advertiser of this test's own. Answers its id. */
export async function newAdvertiser(walk: Walk, name: string): Promise<string> {
  await walk.signIn();
  await walk.open("/advertisers/new");
  return walk.createAdvertiser(`${name} ${Date.now().toString(36)}`);
}

/** By what Meta's ledger says, the event was counted once, on this channel, for this asset. */
export async function expectCounted(sandbox: Sandbox, eventId: string, channel: Channel, asset: string): Promise<void> {
  const counted = await sandbox.counted(eventId);
  expect(counted.map((one) => one.event_name), `what Meta counted as ${eventId}`).toEqual(["Purchase"]);
  const { messaging_channel, user_data } = counted[0]!.event;
  expect(messaging_channel).toBe(channel);
  expect(Object.values(user_data ?? {})).toContain(asset);
}

/** From the last screen of connecting: somebody comes from an ad, and a test event about them is delivered. */
export async function endsWithACountedEvent(
  { page, walk, sandbox }: { page: Page; walk: Walk; sandbox: Sandbox },
  advertiser: string,
  channel: Channel,
  asset: string,
): Promise<void> {
  const key = { messenger: "page_id", instagram: "instagram_id", whatsapp: "waba_id" }[channel];
  await sandbox.someoneComesFromAnAd({ [key]: asset });
  await walk.open(`/studio/${advertiser}`);
  await walk.waitForTheMessage();
  const eventId = `way-in-${Date.now().toString(36)}`;
  await walk.sendPurchase({ eventId, testCode: TEST_CODE });
  await walk.expectState("delivered", walk.answer);
  await expectCounted(sandbox, eventId, channel, asset);
}

/** The popup that opens at a click. */
export async function popupOf(page: Page, click: () => Promise<void>): Promise<Page> {
  const popup = page.waitForEvent("popup");
  await click();
  return popup;
}
