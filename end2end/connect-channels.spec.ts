// Instagram and WhatsApp by redirect, what one login reaches besides, each failure in its channel's words, and the page
// about a connection's dataset.
import { expect, expectAccessible, test } from "./support/fixtures.ts";

let advertiser = "";
let count = 0;

test.beforeEach(async ({ walk, text, page }, info) => {
  await walk.signIn();
  await walk.open("/advertisers/new");
  count += 1;
  advertiser = await walk.createAdvertiser(`Channels ${info.project.name} ${info.workerIndex} ${count} ${Date.now()}`);
  await expect(page.getByText(text("advertiser.not_connected_instagram"))).toBeVisible();
});
