// The page that says how programs use Patchbay, and the document that says it to machines.
import { expect, expectNoAxeViolations, test } from "./support/fixtures.ts";

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { summary: string }>>;
}

for (const [locale, javaScriptEnabled] of [
  ["en-GB", true],
  ["ja-JP", false],
] as const) {
  test.describe(`${locale}, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    test.use({ locale, javaScriptEnabled });

    test("every operation of the document is on the page", async ({ page, request, walk, text }) => {
      await walk.signIn();
      await walk.open("/keys");
      await walk.link("keys.manual").click();
      await walk.expectHeading(text("developers.title"));
      const address = await page.getByRole("link", { name: "openapi.json" }).getAttribute("href");
      const answer = await request.get(address!);
      expect(answer.headers()["content-type"]).toContain("json");
      const document = (await answer.json()) as Document;
      expect(document.openapi).toMatch(/^3\./);
      const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { summary }]) => ({ path, method: method.toUpperCase(), summary })),
      );
      expect(operations.length).toBeGreaterThan(5);
      for (const { path, method, summary } of operations) {
        const section = page.getByRole("region", { name: summary, exact: true });
        await expect(section.getByText(`${method} ${path}`, { exact: true }), summary).toBeVisible();
      }

      const contents = page.getByRole("navigation", { name: text("developers.contents") }).getByRole("link");
      expect((await contents.allTextContents()).sort()).toEqual(operations.map(({ summary }) => summary).sort());
      const last = (await contents.last().textContent())!;
      await contents.last().click();
      await expect(page.getByRole("heading", { level: 2, name: last, exact: true })).toBeInViewport();
      if (javaScriptEnabled) await expectNoAxeViolations(page);
    });
  });
}
