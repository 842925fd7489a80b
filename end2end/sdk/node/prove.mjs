// Meta's own Node SDK, unchanged, against the simulated Meta.
//
// Usage: node prove.mjs SANDBOX_URL (or the environment variable SANDBOX_URL). One line per proof; fails on the first
// that does not hold.

import sdk from "facebook-nodejs-business-sdk";

const { AdsPixel, CustomData, EventRequest, FacebookAdsApi, Page, ServerEvent, User, UserData } = sdk;

const sandbox = (process.argv[2] ?? process.env.SANDBOX_URL ?? "http://localhost:4600").replace(/\/$/, "");
const appSecret = process.env.SANDBOX_APP_SECRET ?? "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";
const now = () => Math.floor(Date.now() / 1000);

// The host is a static getter without a setter.
Object.defineProperty(FacebookAdsApi, "GRAPH", { get: () => sandbox });

/** A control of the sandbox, not a call of Meta's API. */
async function control(method, path, body) {
  const answer = await fetch(`${sandbox}/_sandbox/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function proven(claim, holds, seen) {
  if (!holds) {
    console.error(`FAILED  node: ${claim}; seen: ${JSON.stringify(seen)}`);
    process.exit(1);
  }
  console.log(`proven  node: ${claim}`);
}

async function session(person) {
  const { access_token: token } = await control("POST", "tokens", { person });
  FacebookAdsApi.init(token, "en_US", false);
  return token;
}

const inLedger = async (dataset, eventId) =>
  (await control("GET", `events?dataset=${dataset}&event_id=${eventId}`)).events;

const world = await control("GET", "world");
const sushi = world.pages.find((page) => page.key === "sushi");

await session("mei");
let pages = await new User("me").getAccounts(["id", "name", "access_token"], { limit: 10 });
let read = pages.length;
while (pages.hasNext()) {
  pages = await pages.next();
  read += pages.length;
}
proven("/me/accounts is read to the end, ten Pages at a time", read === 31, read);

const userToken = await session("kenji");
const page = new Page(sushi.id);
const dataset = (await page.createDataset([], { dataset_name: "Sushi" })).id;
const again = (await page.createDataset([], {})).id;
proven("a dataset is made on a Page once", dataset === again && /^\d+$/.test(dataset), [dataset, again]);
const linked = (await page.getDataset(["id"])).map((it) => it.id);
proven("the Page's dataset is read back", linked.length === 1 && linked[0] === dataset, linked);

const { ctwa_clid: click } = await control("POST", "clicks", { page_id: sushi.id });
const event = new ServerEvent()
  .setEventName("Purchase")
  .setEventTime(now())
  .setEventId("node-whatsapp")
  .setActionSource("business_messaging")
  .setMessagingChannel("whatsapp")
  .setUserData(new UserData().setPageId(sushi.id).setCtwaClid(click))
  .setCustomData(new CustomData().setCurrency("JPY").setValue(4800));
const response = await new EventRequest(userToken, dataset, [event])
  .setAppSecret(appSecret)
  .setPartnerAgent("patchbay-proof")
  .execute();
let arrived = await inLedger(dataset, "node-whatsapp");
proven(
  "EventRequest sends WhatsApp with page_id and ctwa_clid",
  response.events_received === 1 && arrived.length === 1 && arrived[0].partner_agent === "patchbay-proof",
  [response, arrived],
);

const purchase = {
  event_name: "Purchase",
  event_time: now(),
  event_id: "node-messenger",
  action_source: "business_messaging",
  messaging_channel: "messenger",
  user_data: { page_id: sushi.id, page_scoped_user_id: sushi.psids.aoi },
  custom_data: { currency: "JPY", value: 1200 },
};
const answer = await new AdsPixel(dataset).createEvent([], { data: [purchase], test_event_code: "TEST42" });
arrived = await inLedger(dataset, "node-messenger");
proven(
  "AdsPixel.createEvent sends any event",
  answer.events_received === 1 && arrived.length === 1 && arrived[0].test_event_code === "TEST42",
  [answer, arrived],
);

const refused = await new AdsPixel(dataset)
  .createEvent([], { data: [{ ...purchase, event_name: "Lead" }] })
  .then(() => undefined, (error) => error);
proven(
  "a refused event rejects with 100 / 2804066",
  refused?.status === 400 && refused.response?.code === 100 && refused.response?.error_subcode === 2804066,
  refused,
);
