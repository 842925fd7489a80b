// What a browser must never be given: tokens of Meta's, people's identifiers, cookies that scripts can read.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";

// As long as the simulated Meta's tokens are, all of which begin so.
const TOKEN = /EAA[A-Za-z0-9]{40,}/;
const APP_SECRET = "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";

test("no page, answer, address or log holds a token or a person's identifier", async ({ page, walk, text, sandbox, demo, newcomer }) => {
  test.setTimeout(180_000);
  const { pages } = await sandbox.world();
  const psids = pages.flatMap((one) => Object.values(one.psids));
  const seen = listen(page, demo.patchbay);

  await walk.signInByForm();
  const run = Date.now().toString(36);
  await walk.open("/advertisers/new");
  const advertiser = await walk.createAdvertiser(`Nothing leaks ${run}`);
  await walk.open(`/advertisers/${advertiser}/connect`);
  const connected = await walk.connect(newcomer.key);
  expect(page.url()).not.toMatch(/code=|state=/);
  await sandbox.someoneWrites(connected.id);
  await walk.open(`/studio/${advertiser}`);
  await walk.waitForTheMessage();
  const event = await walk.sendPurchase({ eventId: run });
  await walk.expectState("delivered", walk.answer);
  await page.locator("summary", { hasText: text("studio.curl") }).click();
  await walk.link("studio.person_events").click();
  await expect(page.getByRole("rowheader").getByRole("link")).toHaveCount(1);
  for (const path of ["/advertisers", `/advertisers/${advertiser}`, "/events", `/events/${event}`]) {
    await walk.open(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    seen.push({ where: `the page ${path}`, what: await page.content() });
  }
  const psid = pages.find((one) => one.id === connected.id)!.psids["lucy"]!;
  const [counted] = await sandbox.counted(run);
  expect(JSON.stringify(counted), "Meta was told who it was").toContain(psid);

  await page.waitForLoadState("networkidle"); // until then an answer may still be being read
  expect(seen.length).toBeGreaterThan(20);
  if (process.env.PATCHBAY_TEST_LOG) {
    const log = await readFile(process.env.PATCHBAY_TEST_LOG, "utf8");
    expect(log, "the log tells of requests").toContain("/webhooks/meta");
    seen.push({ where: "the log", what: log });
  }
  for (const { where, what } of seen) {
    expect(what.match(TOKEN)?.[0], `a token in ${where}`).toBeUndefined();
    expect(psids.find((id) => what.includes(id)), `an identifier in ${where}`).toBeUndefined();
    expect(what.includes(APP_SECRET), `the app secret in ${where}`).toBe(false);
  }
});

test("cookies are for the server alone", async ({ page, walk, context, demo, text }) => {
  await walk.signInByForm();
  await page.getByRole("banner").locator("summary").click();
  await page.getByRole("button", { name: text("words.theme_dark"), exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "patchbay-dark");
  await page.getByRole("banner").locator("summary").click();
  await page.getByRole("button", { name: "English", exact: true }).click();
  await walk.expectHeading(text("overview_page.title"));
  await walk.open(`/advertisers/${await walk.findAdvertiser("Crumb & Co.")}/connect`);
  await walk.continueToMeta();

  const cookies = await context.cookies(demo.patchbay);
  expect(cookies.length).toBeGreaterThanOrEqual(4);
  for (const { name, httpOnly, secure, sameSite, path } of cookies) {
    expect({ name, httpOnly, secure, sameSite, path }).toEqual({
      name: expect.stringMatching(/^__Host-/),
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      path: "/",
    });
  }
});

test("a session that was ended opens nothing any more", async ({ page, walk, context, demo, text }) => {
  await walk.signInByForm();
  const cookies = await context.cookies(demo.patchbay);
  await page.getByRole("banner").locator("summary").click();
  await walk.button("words.sign_out").click();
  await walk.expectHeading(text("sign_in.title"));
  await context.addCookies(cookies);
  await walk.open("/advertisers");
  await walk.expectHeading(text("sign_in.title"));
});

test("a form of another site changes nothing", async ({ page, walk, context, demo, text }) => {
  await walk.signInByForm();
  const answer = await context.request.post(`${demo.patchbay}/sign-out`, {
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(403);
  expect(answer.headers()["content-security-policy"]).toContain("default-src 'none'");
  await page.reload();
  await walk.expectHeading(text("overview_page.title"));
});

interface Seen {
  where: string;
  what: string;
}

/** Collects every address that the browser asks Patchbay for, and every answer in text. */
function listen(page: Page, patchbay: string): Seen[] {
  const seen: Seen[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(patchbay)) seen.push({ where: "an address", what: decodeURIComponent(request.url()) });
  });
  page.on("response", async (response) => {
    const type = response.headers()["content-type"] ?? "";
    const where = `the answer to ${response.request().method()} ${new URL(response.url()).pathname}`;
    if (!response.url().startsWith(patchbay)) return;
    seen.push({ where: `the headers of ${where}`, what: JSON.stringify(await response.allHeaders()) });
    // A redirect has no body, and that of a page left in the meantime is gone.
    if (/text|json|javascript/.test(type)) seen.push({ where, what: await response.text().catch(() => "") });
  });
  return seen;
}
