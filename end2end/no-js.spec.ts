// A browser without JavaScript: signing in, searching, filtering, connecting and sending work by links and forms alone.
import { expect, test } from "./support/fixtures.ts";

test.use({ javaScriptEnabled: false });

test("a wrong password is told, and the email stays", async ({ page, demo, walk, text }) => {
  await walk.open("/events");
  await walk.fillInSignIn(demo.email, "not the password");
  await expect(page.getByText(text("error.wrong_password"))).toBeVisible();
  await expect(page.getByLabel(text("words.email"), { exact: true })).toHaveValue(demo.email);
  await expect(page.getByLabel(text("words.password"), { exact: true })).toHaveValue("");
  expect(decodeURIComponent(page.url())).not.toContain("not the password");
  await walk.fillInSignIn(demo.email, demo.password);
  await walk.expectHeading(text("words.events"));
});

test("advertisers are searched by name and by reference", async ({ page, walk, text }) => {
  await walk.signIn();
  await walk.open("/advertisers");
  const names = page.getByRole("rowheader").getByRole("link");
  const search = page.getByRole("searchbox", { name: text("advertisers.search") });
  for (const [typed, found] of [
    ["crumb", "Crumb & Co."],
    ["KD-1002", "すし急便"],
  ] as const) {
    await search.fill(typed);
    await walk.button("words.filter").click();
    await expect(names).toHaveText([found]);
    await expect(search).toHaveValue(typed);
  }
  await search.fill("nobody is called so");
  await walk.button("words.filter").click();
  await expect(page.getByText(text("advertisers.no_match_title"))).toBeVisible();
  await walk.link("words.clear_filters").click();
  expect(await names.count()).toBeGreaterThan(10);
});

test("events are filtered, and a filter is dropped again", async ({ page, walk, text }) => {
  await walk.signIn();
  const advertiser = await walk.findAdvertiser("湯宿 月の音"); // its dataset was unlinked
  // The choice offers the newest advertisers, and whichever the address names.
  await walk.open(`/events?advertiser=${advertiser}`);
  const filter = (name: string) => page.getByRole("combobox", { name: text(name), exact: true });
  await filter("words.advertiser").selectOption("湯宿 月の音");
  await filter("words.state").selectOption("parked");
  await walk.button("words.filter").click();
  await expect(page).toHaveURL(new RegExp(`advertiser=${advertiser}.*state=parked`));
  const rows = page.getByRole("row").filter({ has: page.getByRole("rowheader") });
  const parked = rows.filter({ hasText: text("state.parked") });
  expect(await rows.count()).toBeGreaterThan(0);
  await expect(parked).toHaveCount(await rows.count());
  const chip = text("events.chip", { filter: text("words.state"), value: text("state.parked") });
  await page.getByRole("link", { name: text("events.drop", { filter: chip }) }).click();
  await expect(page).not.toHaveURL(/state=parked/);
  await expect(filter("words.advertiser")).toHaveValue(advertiser);
});

test("an advertiser is created, connected through the dialog, and a test event is sent", async ({
  page,
  walk,
  text,
  sandbox,
  newcomer,
}) => {
  test.setTimeout(120_000);
  const run = Date.now().toString(36);
  await walk.signIn();
  await walk.open("/advertisers");
  await walk.link("advertisers.add").click();
  await walk.button("words.create").click();
  await expect(page.getByLabel(text("words.name"), { exact: true })).toHaveAccessibleDescription(
    new RegExp(`^${text("why.empty")}`),
  );
  const advertiser = await walk.createAdvertiser(`Without script ${run}`);
  await walk.connectChannel("messenger");
  const connected = await walk.connect(newcomer.key);
  await sandbox.someoneWrites(connected.id);
  await walk.open(`/studio/${advertiser}`);
  await walk.waitForTheMessage();

  // Without JavaScript the form is refused as a whole, and comes back with what was typed.
  await walk.fillInPurchase({ eventId: run, value: "-1", testCode: "TEST40312" });
  await walk.button("studio.send_test").click();
  await expect(page.getByText(text("problem.value_negative"))).toBeVisible();
  await expect(page.getByRole("textbox", { name: text("field.event_id") })).toHaveValue(run);

  await page.getByLabel(text("field.value"), { exact: true }).fill("4800");
  await walk.button("studio.send_test").click();
  await expect(page).toHaveURL(/[?&]sent=/);
  await expect(async () => {
    await page.reload();
    await walk.expectState("delivered", walk.answer, 1_000);
  }).toPass();
  expect(await sandbox.counted(run)).toHaveLength(1);
});

test("what is shown once is shown: the address of a new link", async ({ page, walk, text }) => {
  await walk.signIn();
  await walk.open("/advertisers/new");
  const advertiser = await walk.createAdvertiser(`Link without script ${Date.now().toString(36)}`);
  await walk.open(`/advertisers/${advertiser}/links`);
  // The boxes of the channels stay ticked: such a link is for none.
  await page.getByLabel(text("links.kind"), { exact: true }).selectOption("status");
  await walk.button("links.create").click();
  const link = page.getByTestId("link");
  await expect(link).toContainText("/c/");
  await page.reload();
  await expect(link).toHaveCount(0);
});

test("language, theme and the way out work by forms", async ({ page, walk, text }) => {
  await walk.signInByForm();
  const account = page.getByRole("banner").locator("summary");
  await account.click();
  await page.getByRole("button", { name: text("words.theme_dark"), exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "patchbay-dark");
  await account.click();
  await walk.button("words.sign_out").click();
  await walk.expectHeading(text("sign_in.title"));
  await walk.open("/advertisers");
  await walk.expectHeading(text("sign_in.title"));
});
