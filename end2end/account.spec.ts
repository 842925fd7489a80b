// One's own account: name and language, the password, and where one is signed in.
import { signedIn } from "./support/session.ts";
import { PASSWORD, expect, expectNoAxeViolations, test } from "./support/people.ts";

// Chromium says on its console what was refused.
test.use({ expectedComplaints: [[/status of (401|422)/], { scope: "test" }] });

for (const locale of ["en-GB", "ja-JP"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a name and a password are changed, and other browsers are signed out", async ({ walk, text, demo, invited }) => {
      test.setTimeout(120_000);
      await walk.signIn();
      await walk.open("/team");
      const { page: theirs, walk: they, email } = await invited("operator");
      await they.button("invitation.accept").click();
      await they.expectHeading(text("overview_page.title"));
      await they.open("/account");
      await they.expectHeading(text("account.title"));
      await expectNoAxeViolations(theirs);

      await theirs.getByLabel(text("words.name"), { exact: true }).fill("Kana Renamed");
      await they.button("words.save").click();
      await expect(theirs.getByText(text("account.saved"), { exact: true })).toBeVisible();
      await theirs.reload();
      await expect(theirs.getByLabel(text("words.name"), { exact: true })).toHaveValue("Kana Renamed");

      await signedIn(demo, email, PASSWORD);
      await theirs.reload();
      const end = theirs.getByRole("button", { name: new RegExp(`^${text("account.end")}:`) });
      await expect(end).toHaveCount(1);
      await expectNoAxeViolations(theirs);
      await end.click();
      await expect(end).toHaveCount(0);

      await signedIn(demo, email, PASSWORD);
      await theirs.reload();
      await expect(end).toHaveCount(1);
      await theirs.getByLabel(text("account.current_password"), { exact: true }).fill("not the password");
      await theirs.getByLabel(text("account.new_password"), { exact: true }).fill(`${PASSWORD}-2`);
      await they.button("account.change_password").click();
      await expect(theirs.getByLabel(text("account.current_password"), { exact: true })).toHaveAttribute("aria-invalid", "true");
      await theirs.getByLabel(text("account.current_password"), { exact: true }).fill(PASSWORD);
      await they.button("account.change_password").click();
      await expect(theirs.getByText(text("account.password_changed"), { exact: true })).toBeVisible();
      await expect(end, "the other browser is signed out").toHaveCount(0);
      await expect(signedIn(demo, email, PASSWORD)).rejects.toThrow();
      await signedIn(demo, email, `${PASSWORD}-2`);
    });
  });
}
