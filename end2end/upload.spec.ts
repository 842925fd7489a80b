// Events from a file: checked row by row, the good ones sent, and known again the second time.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";
import { newAdvertiser } from "./support/ways.ts";

// Chromium says on its console that a file is no longer there.
test.use({ expectedComplaints: [[/status of 404.*file=evf_/], { scope: "test" }] });

const HEADING = "connection,event_name,event_time,person,event_id,order_id,value,currency,note";

function table(...rows: string[]): { name: string; mimeType: string; buffer: Buffer } {
  return { name: "events.csv", mimeType: "text/csv", buffer: Buffer.from([HEADING, ...rows, ""].join("\r\n")) };
}

for (const [locale, javaScriptEnabled] of [
  ["en-GB", true],
  ["ja-JP", false],
] as const) {
  test.describe(`${locale}, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    test.use({ locale, javaScriptEnabled });

    test("good rows are sent, the others are named", async ({ page, walk, text, sandbox, newcomer }) => {
      const noViolations = () => (javaScriptEnabled ? expectNoAxeViolations(page) : Promise.resolve());
      const key = `${locale.slice(0, 2)}-${Date.now().toString(36)}`;
      const advertiser = await newAdvertiser(walk, "From a file");
      await walk.connectChannel("messenger");
      const { id } = await walk.connect(newcomer.key);
      const { sender_id } = await sandbox.someoneWrites(id);
      await walk.open(`/advertisers/${advertiser}`);
      const href = await page.locator("a[href*='/connections/']").first().getAttribute("href");
      const [connection] = /cxn_\w+/.exec(href!)!;

      await walk.open("/events");
      await walk.link("upload.link").click();
      await walk.expectHeading(text("upload.title"));
      await expect(page.getByText(text("upload.in_chat_title"))).toBeVisible();
      await noViolations();
      const check = async (...rows: string[]) => {
        await walk.open("/events/upload");
        await page.getByLabel(text("upload.file")).setInputFiles(table(...rows));
        await walk.button("import_page.check").click();
        await expect(page).toHaveURL(/[?&]file=/);
      };
      const now = Math.floor(Date.now() / 1000);
      const good = [1, 2].map((n) => `${connection},Purchase,${now - n},${sender_id},${key}-${n},A-${n},4800,JPY,`);
      const bad = [
        `${connection},Purchase,yesterday,${sender_id},${key}-3,,4800,JPY,`,
        `cxn_0,Purchase,${now},${sender_id},${key}-4,,4800,JPY,`,
        `${connection},Purchase,${now},${sender_id},${key}-5,,4800,YEN,`,
        `${connection},Purchase,${now}`,
      ];

      await check(...good, ...bad);
      await expect(page.getByText(text("upload.faulty_title", { count: 4 }))).toBeVisible();
      await expect(page.getByText(text("import_page.ignored", { names: "note" }))).toBeVisible();
      const problems = page.getByRole("table", { name: text("import_page.problems_caption") }).getByRole("row");
      await expect(problems).toHaveCount(5);
      for (const [row, line, column, what] of [
        [1, "4", "event_time", text("event_file.no_time")],
        [2, "5", "connection", text("event_file.no_connection")],
        [3, "6", "currency", ""],
        [4, "7", "", text("event_file.cell_count")],
      ] as const) {
        const cells = problems.nth(row).getByRole("cell");
        await expect(cells).toHaveText([line, column, what || /./]);
      }
      await noViolations();
      expect(await sandbox.counted(`${key}-1`), "a check sends nothing").toEqual([]);

      await page.getByRole("button", { name: text("upload.send", { count: 2 }) }).click();
      await expect(page.getByText(text("upload.sent_title"))).toBeVisible();
      await expect(page.getByText(text("upload.sent", { count: 2 }))).toBeVisible();
      await expect(page.getByRole("button", { name: text("upload.send", { count: 2 }) })).toHaveCount(0);
      await noViolations();
      for (const n of [1, 2]) {
        await expect.poll(async () => (await sandbox.counted(`${key}-${n}`)).length, { message: `event ${n} at Meta` }).toBe(1);
      }
      await walk.open(`/events?advertiser=${advertiser}`);
      await expect(page.getByRole("rowheader").getByRole("link", { name: "Purchase" })).toHaveCount(2);

      await check(...good);
      await expect(page.getByText(text("upload.ready_title"))).toBeVisible();
      await page.getByRole("button", { name: text("upload.send", { count: 2 }) }).click();
      await expect(page.getByText(text("upload.seen", { count: 2 }))).toBeVisible();
      expect(await sandbox.counted(`${key}-1`)).toHaveLength(1);
    });

    test("what is no table of events is refused in words", async ({ page, walk, text }) => {
      await walk.signIn();
      for (const [bytes, why] of [
        ["PK\u0003\u0004rest", text("import.workbook")],
        ["connection,event_name,person\r\n", text("import.column_missing", { column: "event_time" })],
        [`${HEADING}\r\n`, text("event_file.no_rows")],
      ] as const) {
        await walk.open("/events/upload");
        const file = { name: "events.csv", mimeType: "text/csv", buffer: Buffer.from(bytes) };
        await page.getByLabel(text("upload.file")).setInputFiles(file);
        await walk.button("import_page.check").click();
        await expect(page.getByText(why)).toBeVisible();
        await expect(page.getByText(text("upload.ready_title")), "nothing is ready").toHaveCount(0);
      }
      await walk.open("/events/upload?file=evf_0192f3a1b2c37d4e8f90123456789abc");
      await expect(page.getByText(text("import_page.gone"))).toBeVisible();
    });
  });
}
