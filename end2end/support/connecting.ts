// `test` for the specs of connecting: an advertiser of the test's own, and the page of an attempt that has stopped.
import { expect, expectNoAxeViolations, test as base } from "./fixtures.ts";
import { newAdvertiser } from "./ways.ts";
import type { Channel } from "./walk.ts";

export { expect, expectNoAxeViolations } from "./fixtures.ts";

export const test = base.extend<{
  /** The page that begins a connection, of an advertiser of this test's own. Answers its id. */
  prepared: (channel?: Channel) => Promise<string>;
  /** The attempt has stopped for this reason, and its page says so, in its channel's words where they differ. */
  expectStopped: (reason: string, channel?: Channel) => Promise<void>;
}>({
  prepared: async ({ walk }, use, { title }) => {
    await use(async (channel = "messenger") => {
      const advertiser = await newAdvertiser(walk, title.slice(0, 60));
      await walk.open(`/advertisers/${advertiser}/connect?channel=${channel}`);
      return advertiser;
    });
  },

  expectStopped: async ({ page, walk, text }, use) => {
    await use(async (reason, channel) => {
      const said = channel ? `${reason}_${channel}` : reason;
      await walk.expectHeading(text(`connect_failure.${said}_title`));
      await expect(page.getByText(text(`connect_failure.${said}_what`))).toBeVisible();
      await expect(page.getByText(text(`connect_failure.${said}_next`))).toBeVisible();
      await expectNoAxeViolations(page);
    });
  },
});
