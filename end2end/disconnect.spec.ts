// Undoing: a channel is disconnected and connected again, a Page moves to another advertiser, people and advertisers are
// erased, and whoever asks Meta to be forgotten sees how that stands.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

// A confirmation that does not fit is refused, and what was erased is not found.
test.use({ expectedComplaints: [/status of (404|422)/] });

test.beforeEach(async ({ walk }) => {
  test.setTimeout(150_000);
  await walk.signIn();
});

test("a Page is disconnected, connected again, moved, and its advertisers are erased", async ({ page, walk, text, newcomer }, info) => {
  const mark = `${info.project.name} ${Date.now()}`;
  const [first, second] = [`Undo A ${mark}`, `Undo B ${mark}`];
  const ids: string[] = [];
  for (const name of [first, second]) {
    await walk.open("/advertisers/new");
    ids.push(await walk.createAdvertiser(name));
  }
  const [from, to] = ids as [string, string];

  await walk.open(`/advertisers/${from}`);
  await walk.connectChannel("messenger");
  const { name: asset } = await walk.connect(newcomer.key);

  await walk.open(`/advertisers/${from}`);
  await walk.link("connection.manage").click();
  await walk.expectHeading(asset);
  await expectNoAxeViolations(page);
  await page.locator("summary", { hasText: text("undo.disconnect") }).click();
  await expect(page.getByText(text("undo.disconnect_question"))).toBeVisible();
  await page.getByRole("button", { name: text("undo.disconnect"), exact: true }).click();
  await expect(page.getByText(text("undo.cut_title"), { exact: true })).toBeVisible();
  await expect(page.getByText(text("health.disconnected"), { exact: true })).toBeVisible();
  await expectNoAxeViolations(page);

  await page.getByRole("link", { name: text("undo.connect_again") }).click();
  await walk.connect(newcomer.key);
  await walk.open(`/advertisers/${from}`);
  await expect(page.getByText(text("health.healthy"), { exact: true })).toBeVisible();

  await walk.link("connection.manage").click();
  await walk.expectHeading(asset);
  await page.getByLabel(text("undo.search"), { exact: true }).fill(second);
  await walk.button("words.search").click();
  await page.locator("summary", { hasText: text("undo.move") }).click();
  await page.getByLabel(second, { exact: true }).check();
  await page.getByRole("button", { name: text("undo.move"), exact: true }).click();
  await walk.expectHeading(second);
  await walk.open(`/advertisers/${from}`);
  await expect(page.getByText(text("health.disconnected"), { exact: true })).toBeVisible();

  for (const [id, name] of [[from, first], [to, second]] as const) {
    await walk.open(`/advertisers/${id}/erase`);
    await walk.expectHeading(text("erase.title", { name }));
    await expectNoAxeViolations(page);
    const field = page.getByLabel(text("erase.type_name", { name }), { exact: true });
    await field.fill(name.toUpperCase());
    await walk.button("erase.button").click();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await field.fill(name);
    await walk.button("erase.button").click();
    await walk.expectHeading(text("words.advertisers"));
    await page.goto(`/advertisers/${id}`);
    await expect(page.getByRole("heading", { level: 1, name })).toHaveCount(0);
  }
});

test("whoever asks Meta to be forgotten sees how that stands", async ({ page, request, demo, text }) => {
  const forged = await request.post(`${demo.patchbay}/meta/data-deletion`, { form: { signed_request: "x.e30" } });
  expect(forged.status()).toBe(400);
  // Somebody whom the product does not know; Meta's simulation signs for them.
  const asked = await request.post(`${demo.sandbox}/_sandbox/people/grace/delete-data`);
  const { status, answer } = (await asked.json()) as { status: number; answer: { url: string; confirmation_code: string } };
  expect(status).toBe(200);
  const { url, confirmation_code: code } = answer;
  await page.context().clearCookies();
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1, name: text("deletion.title") })).toBeVisible();
  await expect(page.getByText(text("deletion.nothing"))).toBeVisible();
  await expect(page.getByText(code)).toBeVisible();
  await expectNoAxeViolations(page);
});
