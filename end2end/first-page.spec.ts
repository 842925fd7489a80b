// The sign-in page: drawn by the server, brought alive by the browser, in either language and theme.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import { textIn } from "./support/text.ts";

// An empty form is refused with 422, and Chromium says so on its console.
test.use({ expectedComplaints: [[/422/], { scope: "test" }] });

test("it speaks the browser's language, follows the system's theme and has no axe violations", async ({
  page,
  walk,
  text,
  locale,
  colorScheme,
}) => {
  await walk.open("/");
  await walk.expectHeading(text("sign_in.title"));
  await expect(page).toHaveTitle(`${text("words.sign_in")} · ${text("words.product")}`);
  await expect(page.locator("html")).toHaveAttribute("lang", locale!.split("-")[0]!);
  await expect(page.locator("html")).toHaveCSS("color-scheme", colorScheme!);
  await expectNoAxeViolations(page);
});

test("it comes alive: a refused form is told of without leaving the page", async ({ page, walk, text }) => {
  await walk.open("/sign-in");
  const email = page.getByLabel(text("words.email"), { exact: true });
  await expect(async () => {
    await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
    const sent = page.waitForRequest((request) => request.method() === "POST");
    await walk.button("words.sign_in").click();
    expect((await sent).resourceType(), "how the form was sent").toBe("fetch");
  }).toPass();
  await expect(email).toHaveAttribute("aria-invalid", "true");
  expect(await page.evaluate(() => "isTheSamePage" in window)).toBe(true);
  await expect(email).toBeFocused();
  await expect(email).toHaveAccessibleDescription(text("why.empty"));
  await expectNoAxeViolations(page);
});

test("language and theme can be chosen, and stay chosen", async ({ page, walk, colorScheme }) => {
  await walk.open("/sign-in?return_to=%2Fevents");
  const html = page.locator("html");
  for (const [language, name] of [
    ["ja", "日本語"],
    ["en", "English"],
  ] as const) {
    const text = textIn(language);
    await page.getByRole("button", { name, exact: true }).click();
    await expect(html).toHaveAttribute("lang", language);
    await walk.expectHeading(text("sign_in.title"));
    await expect(page.getByRole("button", { name, exact: true })).toHaveAttribute("aria-pressed", "true");
    for (const theme of ["dark", "light"]) {
      await page.getByRole("button", { name: text(`words.theme_${theme}`), exact: true }).click();
      await expect(html).toHaveAttribute("data-theme", `patchbay-${theme}`);
      await expect(html).toHaveCSS("color-scheme", theme);
      await expectNoAxeViolations(page);
    }
  }
  await page.reload();
  await expect(html).toHaveAttribute("data-theme", "patchbay-light");
  await page.getByRole("button", { name: textIn("en")("words.theme_system"), exact: true }).click();
  await expect(html).not.toHaveAttribute("data-theme");
  await expect(html).toHaveCSS("color-scheme", colorScheme!);
  expect(new URL(page.url()).searchParams.get("return_to"), "where to go after signing in").toBe("/events");
});

test("a wrong password is told beside its field, and the right one leads to the page that was asked for", async ({
  page,
  demo,
  walk,
  text,
}) => {
  await walk.open("/events");
  await walk.fillInSignIn(demo.email, "not the password");
  await expect(page.getByText(text("error.wrong_password"))).toBeVisible();
  await expect(page.getByLabel(text("words.email"), { exact: true })).toHaveValue(demo.email);
  await walk.fillInSignIn(demo.email, demo.password);
  await walk.expectHeading(text("words.events"));
});
