// The simulated Meta's JavaScript SDK and signup popup, on a page as strict as ours: nonces, `same-origin-allow-popups`.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, test as base } from "./support/fixtures.ts";

/** A page of another origin than the simulated Meta's, that loads the SDK and logs in at a click. */
type Opener = (meta: string, callback?: string) => Promise<void>;

const test = base.extend<{ opener: Opener }>({
  // A real server: what Playwright answers by itself may not load anything from this machine.
  opener: async ({ page }, use) => {
    let answer = { headers: {}, body: "" };
    const server = createServer((_, response) => response.writeHead(200, answer.headers).end(answer.body));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await use(async (meta, callback = "(answer) => heard(answer)") => {
      answer = openerPage(meta, callback);
      await page.goto(`http://127.0.0.1:${port}/`);
    });
    server.close();
  },
});

/** What the opener heard, in order: `WA_EMBEDDED_SIGNUP` messages, and the answer of `FB.login`. */
type Heard = { event?: string; data?: Record<string, unknown>; status?: string; code?: string | null };

function openerPage(meta: string, callback: string): { headers: Record<string, string>; body: string } {
  const script = `
    window.all = [];
    const heard = ({ status, authResponse }) => all.push({ status, code: authResponse && authResponse.code });
    addEventListener("message", ({ origin, data }) => {
      if (origin !== "${meta}" || typeof data !== "string") return;
      const { type, event, data: inside } = JSON.parse(data);
      if (type === "WA_EMBEDDED_SIGNUP") all.push({ event, data: inside });
    });
    window.fbAsyncInit = () => {
      FB.init({ appId: "1203440000000001", version: "v26.0", xfbml: true, autoLogAppEvents: true });
      document.querySelector("button").disabled = false;
    };
    document.querySelector("button").onclick = () => {
      const options = { config_id: "7700000000000011", response_type: "code", override_default_response_type: true, extras: { setup: {} } };
      try { FB.login(${callback}, options); } catch (error) { all.push({ status: error.message }); }
    };`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "content-security-policy": `default-src 'none'; img-src data:; script-src 'nonce-n1' ${meta}; base-uri 'none'; frame-ancestors 'none'`,
  };
  const body = `<!doctype html><title>Opener</title><link rel="icon" href="data:,"><button disabled>Sign up</button>
    <script nonce="n1">${script}</script><script nonce="n1" src="${meta}/en_US/sdk.js" async></script>`;
  return { headers, body };
}

async function openPopup(page: Page): Promise<Page> {
  const popup = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Sign up" }).click();
  return popup;
}

async function goOn(popup: Page): Promise<void> {
  await popup.getByRole("button", { name: "Continue" }).click();
}

/** As Sora, with everything that the popup offers, to its last screen. */
async function toTheLastScreen(popup: Page): Promise<void> {
  await popup.getByRole("radio", { name: "三浦 空" }).check();
  await goOn(popup);
  await popup.getByRole("radio", { name: "みうら園芸株式会社" }).check();
  await goOn(popup);
  for (const legend of ["Which WhatsApp Business Account?", "Which phone number?", "Which Pages?"]) {
    await expect(popup.getByRole("group", { name: legend })).toBeVisible();
    await goOn(popup);
  }
  await expect(popup.getByRole("group", { name: "How does this end?" })).toBeVisible();
}

async function finish(popup: Page): Promise<void> {
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Finish" }).click();
  await closed;
}

function heard(page: Page): Promise<Heard[]> {
  return page.evaluate(() => (window as unknown as { all: Heard[] }).all);
}

test("the popup tells its opener of the account, then gives the code", async ({ page, demo, opener }) => {
  await opener(demo.sandbox);
  const popup = await openPopup(page);
  await toTheLastScreen(popup);
  await finish(popup);
  const [message, answer, ...more] = await heard(page);
  expect(message?.event).toBe("FINISH");
  expect(message?.data).toMatchObject({ waba_id: expect.any(String), phone_number_id: expect.any(String) });
  expect(answer).toMatchObject({ status: "connected", code: expect.stringMatching(/^AQ/) });
  expect(more).toEqual([]);
});

test("the code may come before the message, or not at all", async ({ page, demo, opener }) => {
  await opener(demo.sandbox);
  const first = await openPopup(page);
  await toTheLastScreen(first);
  await first.getByRole("radio", { name: "FINISH_X" }).check();
  await first.getByRole("checkbox", { name: "The message comes after the callback" }).check();
  await finish(first);
  const late = await heard(page);
  expect(late.map(({ event, status }) => event ?? status)).toEqual(["connected", "FINISH_X"]);

  const second = await openPopup(page);
  await toTheLastScreen(second);
  await second.getByRole("checkbox", { name: "The callback brings no code" }).check();
  await finish(second);
  const without = (await heard(page)).slice(2);
  expect(without.map(({ event, status }) => event ?? status)).toEqual(["FINISH", "unknown"]);
});

test("who closes, cancels or reports a problem gives no code", async ({ page, demo, opener }) => {
  await opener(demo.sandbox);
  await (await openPopup(page)).close();
  await expect.poll(() => heard(page)).toEqual([{ status: "unknown", code: null }]);

  const cancelled = await openPopup(page);
  const gone = cancelled.waitForEvent("close");
  await cancelled.getByRole("button", { name: "Cancel" }).click();
  await gone;
  const [message, answer] = (await heard(page)).slice(1);
  expect(message).toEqual({ event: "CANCEL", data: { current_step: "BUSINESS_ACCOUNT_SELECTION" } });
  expect(answer?.code).toBeNull();

  const reported = await openPopup(page);
  const ended = reported.waitForEvent("close");
  await reported.getByText("Something went wrong?").click();
  await reported.getByRole("combobox", { name: "Error" }).selectOption("3441049");
  await reported.getByRole("button", { name: "Report the problem" }).click();
  await ended;
  expect((await heard(page))[3]?.data).toMatchObject({ error_code: "3441049", session_id: expect.any(String) });
});

test("an async callback is refused as Meta's SDK refuses it", async ({ page, demo, opener }) => {
  await opener(demo.sandbox, "async (answer) => heard(answer)");
  await page.getByRole("button", { name: "Sign up" }).click();
  expect(await heard(page)).toEqual([{ status: "Expression is of type asyncfunction, not function" }]);
});
