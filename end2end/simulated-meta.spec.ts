// The simulated Meta's JavaScript SDK and signup popup, on a page as strict as ours: nonces, `same-origin-allow-popups`.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, test as base } from "./support/fixtures.ts";
import { Signup } from "./support/signup.ts";

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

async function openPopup(page: Page): Promise<Signup> {
  const popup = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Sign up" }).click();
  return new Signup(await popup);
}

function heard(page: Page): Promise<Heard[]> {
  return page.evaluate(() => (window as unknown as { all: Heard[] }).all);
}

test("the popup tells its opener of the account, then gives the code", async ({ page, demo, opener }) => {
  await opener(demo.sandbox);
  const popup = await openPopup(page);
  await popup.toTheLastScreen("sora");
  await popup.finish();
  const [message, answer, ...more] = await heard(page);
  expect(message?.event).toBe("FINISH");
  expect(message?.data).toMatchObject({ waba_id: expect.any(String), phone_number_id: expect.any(String) });
  expect(answer).toMatchObject({ status: "connected", code: expect.stringMatching(/^AQ/) });
  expect(more).toEqual([]);
});

test("the code may come before the message, or not at all", async ({ page, demo, opener }) => {
  await opener(demo.sandbox);
  const first = await openPopup(page);
  await first.toTheLastScreen("sora");
  await first.finish({ event: "FINISH_X", lateMessage: true });
  const late = await heard(page);
  expect(late.map(({ event, status }) => event ?? status)).toEqual(["connected", "FINISH_X"]);

  const second = await openPopup(page);
  await second.toTheLastScreen("sora");
  await second.finish({ noCode: true });
  const without = (await heard(page)).slice(2);
  expect(without.map(({ event, status }) => event ?? status)).toEqual(["FINISH", "unknown"]);
});

test("who closes, cancels or reports a problem gives no code", async ({ page, demo, opener }) => {
  await opener(demo.sandbox);
  await (await openPopup(page)).close();
  await expect.poll(() => heard(page)).toEqual([{ status: "unknown", code: null }]);

  await (await openPopup(page)).cancel();
  const [message, answer] = (await heard(page)).slice(1);
  expect(message).toEqual({ event: "CANCEL", data: { current_step: "BUSINESS_ACCOUNT_SELECTION" } });
  expect(answer?.code).toBeNull();

  await (await openPopup(page)).report("3441049");
  expect((await heard(page))[3]?.data).toMatchObject({ error_code: "3441049", session_id: expect.any(String) });
});

test("an async callback is refused as Meta's SDK refuses it", async ({ page, demo, opener }) => {
  await opener(demo.sandbox, "async (answer) => heard(answer)");
  await page.getByRole("button", { name: "Sign up" }).click();
  expect(await heard(page)).toEqual([{ status: "Expression is of type asyncfunction, not function" }]);
});
