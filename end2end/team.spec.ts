// Who may sign in: the partner's staff and an advertiser's own people, from the invitation to the end of their access.
import { PASSWORD, expect, expectNoAxeViolations, test } from "./support/people.ts";

// Chromium says on its console what was refused.
test.use({ expectedComplaints: [[/status of (401|403|404|409|422)/], { scope: "test" }] });

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a colleague is invited, accepts, changes role, is shut out and let in again", async ({ page, walk, text, invited }) => {
      test.setTimeout(120_000);
      await walk.signIn();
      await walk.open("/team");
      await walk.expectHeading(text("words.team"));
      await expectNoAxeViolations(page);
      const { page: theirs, walk: they, name, email } = await invited("support");
      await expectNoAxeViolations(theirs);
      await expectNoAxeViolations(page);
      await they.button("invitation.accept").click();
      await they.expectHeading(text("overview_page.title"));
      await expect(they.railLink("words.events")).toBeVisible();
      await expect(they.railLink("words.team"), "only what the role may open is shown").toHaveCount(0);
      await they.open("/settings");
      await expect(theirs.getByRole("heading", { level: 1, name: text("words.settings"), exact: true })).toHaveCount(0);

      await walk.open("/team");
      const row = page.getByRole("listitem").filter({ hasText: email });
      await row.getByText(text("people.manage"), { exact: true }).click();
      await row.getByLabel(text("people.role_of", { name })).selectOption("auditor");
      await row.getByRole("button", { name: text("people.change_role") }).click();
      await expect(row.getByText(text("role.auditor"), { exact: true }).first()).toBeVisible();
      await they.open("/");
      await they.expectHeading(text("sign_in.title"));
      await they.fillInSignIn(email, PASSWORD);
      await they.expectHeading(text("overview_page.title"));

      await page.reload();
      await row.getByText(text("people.manage"), { exact: true }).click();
      await row.locator("summary", { hasText: text("people.disable") }).click();
      await expect(row.getByText(text("people.disable_what", { name }))).toBeVisible();
      await expectNoAxeViolations(page);
      const shutOut = row.getByRole("button", { name: text("people.disable"), exact: true });
      await shutOut.click();
      await expect(shutOut).toHaveCount(0);
      await expect(row.getByText(text("people.disabled"), { exact: true }).first()).toBeVisible();
      await they.open("/");
      await they.expectHeading(text("sign_in.title"));
      await they.fillInSignIn(email, PASSWORD);
      await expect(theirs.getByText(text("error.wrong_password"))).toBeVisible();

      await page.reload();
      await row.getByText(text("people.manage"), { exact: true }).click();
      await row.getByRole("button", { name: text("people.enable") }).click();
      await expect(row.getByRole("button", { name: text("people.enable") })).toBeHidden();
      await they.fillInSignIn(email, PASSWORD);
      await they.expectHeading(text("overview_page.title"));
    });
  });
}

test("the last owner stays one", async ({ page, demo, walk, text }) => {
  await walk.signIn();
  await walk.open("/team");
  const row = page.getByRole("listitem").filter({ hasText: demo.email });
  await row.getByText(text("people.manage"), { exact: true }).click();
  await row.locator("select[name=role]").selectOption("operator");
  await row.getByRole("button", { name: text("people.change_role") }).click();
  await expect(page.getByRole("alert").getByText(text("error.last_owner"))).toBeVisible();
  await page.reload();
  await expect(row.getByText(text("role.owner"), { exact: true }).first()).toBeVisible();
});

test("an invitation that is withdrawn opens nothing", async ({ page, walk, text, visitor }) => {
  await walk.signIn();
  await walk.open("/team");
  const email = `gone-${crypto.randomUUID().slice(0, 8)}@kaede.example`;
  await page.getByLabel(text("words.email"), { exact: true }).fill(email);
  await walk.button("people.invite").click();
  const link = await page.locator("[data-invitation-link]").innerText();
  const row = page.getByRole("listitem").filter({ hasText: email });
  await row.getByRole("button", { name: text("people.revoke") }).click();
  await expect(row).toHaveCount(0);
  const { page: theirs, walk: they } = await visitor();
  await theirs.goto(link);
  await they.expectHeading(text("invitation.over_title"));
  await expectNoAxeViolations(theirs);
});

test("an advertiser's own person sees its page and nothing else", async ({ page, walk, text, invited }) => {
  test.setTimeout(120_000);
  await walk.signIn();
  await walk.open("/advertisers/new");
  const name = `Own people ${Date.now().toString(36)}`;
  const advertiser = await walk.createAdvertiser(name);
  await page.getByRole("link", { name: text("people.tab"), exact: true }).click();
  await expect(page.getByText(text("people.nobody"))).toBeVisible();
  await expectNoAxeViolations(page);
  const { page: theirs, walk: they, name: person, email } = await invited("advertiser_viewer");
  await they.button("invitation.accept").click();
  await they.expectHeading(text("own.title", { advertiser: name }));
  await expectNoAxeViolations(theirs);
  await they.open("/advertisers");
  await expect(theirs.getByRole("rowheader"), "of all advertisers their own").toHaveText([name]);

  await walk.open(`/advertisers/${advertiser}/people`);
  const row = page.getByRole("listitem").filter({ hasText: email });
  await row.getByText(text("people.manage"), { exact: true }).click();
  await row.locator("summary", { hasText: text("people.remove") }).click();
  await expect(row.getByText(text("people.remove_what", { name: person }))).toBeVisible();
  await row.getByRole("button", { name: text("people.remove"), exact: true }).click();
  await expect(row).toHaveCount(0);
  await they.open("/status");
  await they.expectHeading(text("sign_in.title"));
});
