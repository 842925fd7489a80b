// A connection falls ill at Meta: the doctor names the cause, says what it did not ask, and sees it well again by itself.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

test("the doctor names what is broken at Meta, and the connection heals", async ({ page, walk, text, sandbox, newcomer }, { project }) => {
  test.setTimeout(180_000);
  const name = `Doctor ${project.name} ${Date.now().toString(36)}`;
  await walk.signIn();
  await walk.open("/");
  await walk.expectHeading(text("overview_page.title"));
  await expectNoAxeViolations(page);

  await walk.open("/advertisers/new");
  const advertiser = await walk.createAdvertiser(name);
  await walk.open(`/advertisers/${advertiser}/connect`);
  const connected = await walk.connect(newcomer.key);

  await walk.open(`/advertisers/${advertiser}`);
  await walk.link("doctor.all_checks").click();
  await walk.expectHeading(text("doctor.of", { asset: connected.name }));
  await expect(walk.button("connection.recheck")).toBeEnabled();
  const row = (probe: string) => page.getByRole("table", { name: text("doctor.probes") }).getByRole("row", { name: text(`probe.${probe}`) });

  // This Page alone is hidden: others that run beside this test are not concerned.
  await sandbox.break({ kind: "hide_asset", page: connected.id });
  await walk.button("connection.recheck").click();
  await expect(row("asset").first()).toContainText(text("probe_outcome.failed"));
  await expect(row("link").first()).toContainText(text("probe_outcome.not_run"));
  await expectNoAxeViolations(page);

  await walk.open("/");
  await expect(page.getByRole("listitem").filter({ hasText: name })).toBeVisible();
  await page.getByText(text("overview_page.as_table")).click();
  await expectNoAxeViolations(page);

  await walk.open("/doctor?health=misconfigured");
  await walk.expectHeading(text("doctor.title"));
  const line = page.getByRole("row").filter({ hasText: name });
  await expect(line).toContainText(text("probe_outcome.failed"));
  await expectNoAxeViolations(page);
  await line.getByRole("link").click();

  await sandbox.repair();
  await walk.button("connection.recheck").click();
  await expect(row("asset").first()).toContainText(text("probe_outcome.passed"));
  await expect(page.getByText(text("health.healthy"), { exact: true }).first()).toBeVisible();

  // Meta ends a subscription: one button takes it up again.
  await sandbox.subscribe(connected.id, []);
  await walk.button("connection.recheck").click();
  await expect(walk.button("connection.subscribe_again")).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.button("connection.subscribe_again").click();
  await expect(walk.button("connection.subscribe_again")).toBeHidden();
  await expect(row("webhook").first()).toContainText(text("probe_outcome.passed"));
});
