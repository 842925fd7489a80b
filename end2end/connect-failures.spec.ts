// What can go wrong on the way to Meta and back: each has a page that says what happened and leads on.
import { expect, expectNoAxeViolations, test as base } from "./support/connecting.ts";

const test = base.extend<{
  /** From now on Meta's dialog does not lead back; answers where it would have led. */
  interceptCallback: () => Promise<() => string>;
}>({
  interceptCallback: async ({ page, demo }, use) => {
    await use(async () => {
      let address = "";
      const isDialog = (url: URL) => url.origin === demo.sandbox && url.pathname.endsWith("/dialog/oauth");
      await page.route(isDialog, async (route) => {
        const answer = await route.fetch({ maxRedirects: 0 });
        address = answer.headers()["location"] ?? "";
        await route.fulfill(address ? { body: "kept" } : { response: answer });
      });
      return () => address;
    });
  },
});

test.beforeEach(async ({ walk }) => {
  test.setTimeout(120_000);
  await walk.signIn();
});

test("who cancels at Meta can start again", async ({ walk, expectStopped }) => {
  await walk.open(`/advertisers/${await walk.findAdvertiser("Monsoon Tea Rooms")}/connect`);
  await walk.continueToMeta();
  await walk.dialog.cancel("ravi");
  await expectStopped("declined");
  await walk.button("connect_attempt.start_again").click();
  await walk.dialog.grant("ravi");
  await walk.choose();
});

test("a permission that was left out is named, and asked for again", async ({ page, walk, text, expectStopped }) => {
  await walk.open(`/advertisers/${await walk.findAdvertiser("Kiln & Clay")}/connect`);
  await walk.continueToMeta();
  await walk.dialog.grant("noah", ["page_events"]);
  await expectStopped("missing_scope");
  await expect(page.getByText("page_events", { exact: true })).toBeVisible();
  await expect(page.getByText(text("scope.page_events"))).toBeVisible();
  await walk.button("connect_attempt.log_in_again").click();
  await walk.dialog.grant("noah");
  await walk.choose();
  await expect(page.getByText(text("connect_attempt.hidden_business")), "no portfolio owns this Page").toBeVisible();
});

test("a permission that is only recommended does not stop anybody", async ({ page, walk, text }) => {
  await walk.open(`/advertisers/${await walk.findAdvertiser("めがねのそら")}/connect`);
  await walk.continueToMeta();
  await walk.dialog.grant("naoki", ["business_management"]); // declined before, asked for again, declined again
  await walk.expectHeading(text("connect_attempt.choose_title"));
  await expect(page.getByText(text("connect_attempt.missing_wanted_title"))).toBeVisible();
  await expectNoAxeViolations(page);
  await walk.choose();
  await expect(page.getByText(text("connect_attempt.hidden_permission"))).toBeVisible();
  await expectNoAxeViolations(page);
});

test("without a Page there is nothing to connect, until somebody with one logs in", async ({ walk, prepared, newcomer, expectStopped }) => {
  await prepared();
  await walk.continueToMeta();
  await walk.dialog.grant("liam");
  await expectStopped("no_page");
  await walk.button("connect_attempt.log_in_again").click();
  await walk.dialog.grant(newcomer.key);
  await walk.choose();
});

test("another advertiser's Page cannot be taken, and one's own can", async ({ page, walk, prepared, newcomer, text }) => {
  await prepared();
  await walk.continueToMeta();
  await walk.dialog.grant("hana");
  await expect(page.getByText(text("connect_attempt.none_free_title"))).toBeVisible();
  await expect(page.getByText(text("connect_attempt.held_elsewhere"))).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "花の木フローリスト" })).toBeDisabled();
  await expect(page.getByText("KD-1001"), "who holds it is nobody's business").toHaveCount(0);
  await expectNoAxeViolations(page);
  await walk.button("connect_attempt.log_in_again").click();
  await walk.dialog.grant(newcomer.key);
  await walk.choose();
});

test.describe(() => {
  // Chromium says on its console that the form was refused.
  test.use({ expectedComplaints: [[/422/], { scope: "test" }] });

  test("nothing ticked is told beside the Pages", async ({ page, walk, text }) => {
    await walk.open(`/advertisers/${await walk.findAdvertiser("かもめ弁当")}/connect`);
    await walk.continueToMeta();
    await walk.dialog.grant("mei");
    await walk.expectHeading(text("connect_attempt.choose_title"));
    const filter = page.getByRole("searchbox", { name: text("connect_attempt.filter") });
    await expect(filter, "the page has come alive").toBeVisible();
    await filter.fill("那覇");
    await expect(page.getByRole("checkbox", { name: /那覇/ })).toBeVisible();
    await expect(page.getByRole("checkbox", { name: /札幌/ })).toBeHidden();
    await walk.button("connect_attempt.connect_chosen").click();
    await expect(page.getByText(text("connect_attempt.choose_none"))).toBeVisible();
    await expectNoAxeViolations(page);
    await filter.fill("");
    await walk.choose();
  });
});

test("coming back a second time shows the same and changes nothing", async ({ page, walk, prepared, newcomer, text, demo }) => {
  await prepared();
  const callback = page.waitForRequest((request) => request.url().startsWith(`${demo.patchbay}/connect/callback?`));
  await walk.connect(newcomer.key);
  const attempt = new URL(page.url()).pathname;
  const done = text("connect_attempt.done_title", { what: text("connect_attempt.count_messenger", { count: 1 }) });
  await page.reload();
  await walk.expectHeading(done);
  await page.goto((await callback).url());
  expect(new URL(page.url()).pathname).toBe(attempt);
  await walk.expectHeading(done);
  await page.goBack();
  await walk.expectHeading(done);
});

test("a callback that nobody here has asked for leads back to the start", async ({ page, walk, text, expectStopped }) => {
  await walk.open("/connect/callback?state=made-up&code=made-up");
  await expectStopped("state_unknown");
  expect(page.url()).not.toContain("made-up");
  await walk.link("error.home").click();
  await walk.expectHeading(text("words.advertisers"));
});

test("a login ends in the browser in which it began", async ({ page, walk, browser, prepared, newcomer, interceptCallback, expectStopped }) => {
  await prepared();
  const callback = await interceptCallback();
  await walk.continueToMeta();
  await walk.dialog.grant(newcomer.key);
  await expect(page.getByText("kept")).toBeVisible();
  const stranger = await browser.newContext();
  await (await stranger.newPage()).goto(callback());
  await stranger.close();

  const address = callback();
  await page.unrouteAll();
  await page.goto(address);
  await expectStopped("other_browser");
  await walk.button("connect_attempt.start_again").click();
  await walk.dialog.grant(newcomer.key);
  await walk.choose();
});

test("while Meta cannot be reached, what is done is kept", async ({ walk, sandbox, prepared, newcomer, text, expectStopped }) => {
  await prepared();
  await walk.continueToMeta();
  await walk.dialog.grant(newcomer.key);
  await walk.expectHeading(text("connect_attempt.choose_title"));
  await sandbox.break({ kind: "http_error", edge: "subscribed_apps", status: 503 });
  try {
    await walk.button("connect_attempt.connect_chosen").click();
    await expectStopped("meta_unreachable");
  } finally {
    await sandbox.repair();
  }
  await walk.button("words.retry").click();
  await walk.expectHeading(text("connect_attempt.done_title", { what: text("connect_attempt.count_messenger", { count: 1 }) }));
});
