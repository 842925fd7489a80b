// Webhooks handed on to a system of the partner's own: an address is added, refused where it is none, tested, and removed.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, expectNoAxeViolations, test as base } from "./support/fixtures.ts";

interface Bot {
  url: string;
  /** What came, oldest first. */
  taken: { headers: IncomingMessage["headers"]; body: string }[];
  /** What it answers. */
  status: number;
}

const test = base.extend<{ bot: Bot }>({
  /** A bot that takes webhooks. */
  bot: async ({}, use) => {
    const bot: Bot = { url: "", taken: [], status: 200 };
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        bot.taken.push({ headers: request.headers, body });
        response.writeHead(bot.status).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    bot.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/${Date.now().toString(36)}`;
    await use(bot);
    server.close();
  },
});

// Chromium says on its console that a form was refused.
test.use({ expectedComplaints: [[/status of 422/], { scope: "test" }] });

for (const [locale, javaScriptEnabled] of [
  ["en-GB", true],
  ["ja-JP", true],
  ["en-GB", false],
] as const) {
  test.describe(`${locale}, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    test.use({ locale, javaScriptEnabled });

    test("an address is added, tested, takes a webhook, and is removed", async ({ page, walk, text, sandbox, newcomer, bot }) => {
      const noViolations = () => (javaScriptEnabled ? expectNoAxeViolations(page) : Promise.resolve());
      await walk.signIn();
      await walk.open("/settings/relay");
      await walk.expectHeading(text("relay.title"));
      await expect(page.getByText(text("relay.none_title"))).toBeVisible();
      await noViolations();

      const url = page.getByLabel(text("relay.url"), { exact: true });
      for (const wrong of ["my bot", "ftp://bot.example/hook", "https://user:secret@bot.example/"]) {
        await url.fill(wrong);
        await walk.button("relay.add").click();
        await expect(page.getByText(text("why.not_a_url")), wrong).toBeVisible();
        await expect(url, wrong).toHaveAttribute("aria-invalid", "true");
      }
      await noViolations();
      await expect(page.getByText(text("relay.none_title"))).toBeVisible();

      await url.fill(bot.url);
      await walk.button("relay.add").click();
      await expect(page.getByText(text("relay.added"))).toBeVisible();
      const card = page.locator("section").filter({ has: page.getByRole("heading", { name: bot.url }) });
      await expect(card.getByText(text("relay.fresh"))).toBeVisible();
      await noViolations();

      const trial = page.getByRole("button", { name: text("relay.test_of", { url: bot.url }) });
      await trial.click();
      await expect(page.getByRole("status").getByText(text("relay_answer.taken", { status: 200 }))).toBeVisible();
      expect(bot.taken).toHaveLength(1);
      bot.status = 503;
      await trial.click();
      await expect(page.getByRole("status").getByText(text("relay_answer.status", { status: 503 }))).toBeVisible();
      await noViolations();
      bot.status = 200;
      bot.taken = [];

      await sandbox.subscribe(newcomer.page);
      const { mid } = await sandbox.someoneWrites(newcomer.page);
      const delivery = () => bot.taken.find(({ body }) => body.includes(mid));
      await expect.poll(delivery, { message: "the webhook at the bot" }).toBeTruthy();
      const { headers } = delivery()!;
      expect(headers["x-hub-signature-256"]).toMatch(/^sha256=[0-9a-f]{64}$/);
      expect(headers["x-patchbay-delivery"]).toBeTruthy();
      await expect(async () => {
        await page.reload();
        await expect(card.getByText(text("relay.well"))).toBeVisible({ timeout: 1_000 });
      }).toPass();

      await card.locator("summary", { hasText: text("relay.remove") }).click();
      await expect(card.getByText(text("relay.remove_question"))).toBeVisible();
      await noViolations();
      await card.getByRole("button", { name: text("relay.remove"), exact: true }).click();
      await expect(page.getByText(text("relay.none_title"))).toBeVisible();
    });
  });
}
