// Meta's own Node SDK, unchanged, against Patchbay with an API key in place of the access token.
//
// Usage: node patchbay.mjs READY FOUND: the line that `patchbay demo` prints, and what the Python proofs found. One line
// per proof; fails on the first that does not hold.

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import sdk from "facebook-nodejs-business-sdk";

const { AdsPixel, FacebookAdsApi } = sdk;
const { patchbay, sandbox } = JSON.parse(process.argv[2]);
const { key, dataset, page, psid } = JSON.parse(await readFile(process.argv[3], "utf8"));
const ARRIVES_WITHIN = 30_000;

// The host is a static getter without a setter.
Object.defineProperty(FacebookAdsApi, "GRAPH", { get: () => patchbay });

function proven(claim, holds, seen) {
  if (!holds) {
    console.error(`FAILED  node: ${claim}; seen: ${JSON.stringify(seen)}`);
    process.exit(1);
  }
  console.log(`proven  node: ${claim}`);
}

/** Patchbay sends on its own time: the sandbox is asked until the event is there. */
async function arrived(eventId) {
  const until = Date.now() + ARRIVES_WITHIN;
  for (;;) {
    const answer = await fetch(`${sandbox}/_sandbox/events?dataset=${dataset}&event_id=${eventId}`);
    const { events } = await answer.json();
    if (events.length > 0 || Date.now() > until) return events;
    await pause(200);
  }
}

const refusal = (call) =>
  call.then(
    () => undefined,
    (error) => [error.status, error.response?.code, error.response?.error_subcode],
  );

FacebookAdsApi.init(key, "en_US", false);
const eventId = `node-${Date.now()}`;
const purchase = {
  event_name: "Purchase",
  event_time: Math.floor(Date.now() / 1000),
  event_id: eventId,
  action_source: "business_messaging",
  messaging_channel: "messenger",
  user_data: { page_id: page, page_scoped_user_id: psid },
  custom_data: { currency: "JPY", value: 1200 },
};
const send = (event) => new AdsPixel(dataset).createEvent([], { data: [event] });
const answer = await send(purchase);
const there = await arrived(eventId);
proven(
  "an event that AdsPixel.createEvent sends to Patchbay reaches the sandbox",
  answer.events_received === 1 && there.length === 1,
  [answer, there],
);

const lead = await refusal(send({ ...purchase, event_name: "Lead" }));
proven("a broken rule rejects with 100 / 2804066", JSON.stringify(lead) === "[400,100,2804066]", lead);

FacebookAdsApi.init("pbk_not_a_key", "en_US", false);
const stranger = await refusal(send(purchase));
proven("a wrong key rejects with 190", stranger?.[0] === 401 && stranger[1] === 190, stranger);
