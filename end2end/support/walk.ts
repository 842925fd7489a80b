// What people do in the console, in the product's own words: specs say what happens, this file says where to click.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Ready } from "./demo.ts";
import { Dialog } from "./dialog.ts";
import { sessionCookie } from "./session.ts";
import type { Text } from "./text.ts";

/** What people connect: a Page, an Instagram account, a WhatsApp Business Account. */
export type Channel = "messenger" | "instagram" | "whatsapp";

/** An asset of Meta's that was connected. */
export interface ConnectedAsset {
  id: string;
  name: string;
}

/** What is filled into the test studio. */
export interface StudioForm {
  value?: string;
  currency?: string;
  /** The sender's own id, under which the simulated Meta's ledger finds the event. */
  eventId: string;
  /** Without one it is a live event. */
  testCode?: string;
}

export class Walk {
  readonly dialog: Dialog;

  constructor(
    readonly page: Page,
    private readonly text: Text,
    private readonly demo: Ready,
  ) {
    this.dialog = new Dialog(page);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.demo.patchbay}${path}`);
  }

  /** The page is the one with this heading. */
  async expectHeading(name: string): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
  }

  button(key: string): Locator {
    return this.page.getByRole("button", { name: this.text(key), exact: true });
  }

  link(key: string, values?: Record<string, string | number>): Locator {
    return this.page.getByRole("link", { name: this.text(key, values), exact: true });
  }

  /** The link to a main page, in the rail. */
  railLink(key: string): Locator {
    return this.page.getByRole("navigation", { name: this.text("frame.main_pages") }).getByRole("link", {
      name: this.text(key),
      exact: true,
    });
  }

  /** From now on the browser is signed in, with the session that is kept for all tests; it opens no page. */
  async signIn(): Promise<void> {
    if (!this.demo.session) return this.signInByForm();
    await this.page.context().addCookies([sessionCookie(this.demo, this.demo.session)]);
  }

  /** Signs in as a person does, with a session of the test's own. */
  async signInByForm(): Promise<void> {
    await this.open("/");
    await this.fillInSignIn(this.demo.email, this.demo.password);
    await this.expectHeading(this.text("overview_page.title"));
  }

  async fillInSignIn(email: string, password: string): Promise<void> {
    await this.page.getByLabel(this.text("words.email"), { exact: true }).fill(email);
    await this.page.getByLabel(this.text("words.password"), { exact: true }).fill(password);
    await this.button("words.sign_in").click();
  }

  /** From the form of a new advertiser to its page. Answers its id. */
  async createAdvertiser(name: string): Promise<string> {
    await this.page.getByLabel(this.text("words.name"), { exact: true }).fill(name);
    await this.page.getByLabel(this.text("words.time_zone"), { exact: true }).fill("Asia/Tokyo");
    await this.button("words.create").click();
    await this.expectHeading(name);
    return this.advertiserInUrl();
  }

  /** Finds an advertiser by the address of the list's search and opens it. Answers its id. */
  async findAdvertiser(name: string): Promise<string> {
    await this.open(`/advertisers?${new URLSearchParams({ search: name })}`);
    await this.page.getByRole("rowheader").getByRole("link", { name, exact: true }).click();
    await this.expectHeading(name);
    return this.advertiserInUrl();
  }

  /** From an advertiser's page to the one that explains the connection of a channel. */
  async connectChannel(channel: Channel): Promise<void> {
    await this.link("advertiser.connect_channel", { channel: this.text(`channel.${channel}`) }).click();
  }

  /** From an advertiser's connect page to the last screen: as this person, whose first free asset is connected. */
  async connect(person: string, channel: Channel = "messenger"): Promise<ConnectedAsset> {
    await this.continueToMeta(channel);
    await this.dialog.grant(person);
    return this.choose(channel);
  }

  async continueToMeta(channel: Channel = "messenger"): Promise<void> {
    await this.expectHeading(this.text("connect.title", { channel: this.text(`channel.${channel}`) }));
    // WhatsApp begins with Meta's window, and has the full page beside it.
    await this.button(channel === "whatsapp" ? "signup.instead" : "connect.go").click();
  }

  /** So many of a channel's assets, as the pages count them. */
  counted(channel: Channel, count: number): string {
    return this.text(`connect_attempt.count_${channel}`, { count });
  }

  /** Connects what is ticked already, because it is connected or alone; else the first asset that is free. */
  async choose(channel: Channel = "messenger"): Promise<ConnectedAsset> {
    await this.expectHeading(this.text("connect_attempt.choose_title"));
    const box = await this.tick(channel);
    const id = await box.inputValue();
    const name = await this.page.locator(`label[for="asset-${id}"]`).innerText();
    await this.button("connect_attempt.connect_chosen").click();
    await this.expectHeading(this.text("connect_attempt.done_title", { what: this.counted(channel, 1) }));
    return { id, name };
  }

  /** The box of the one asset that will be connected. */
  private async tick(channel: Channel): Promise<Locator> {
    const name = this.text(`connect_attempt.assets_${channel}`);
    const boxes = this.page.getByRole("group", { name, exact: true }).getByRole("checkbox");
    const ticked = boxes.and(this.page.locator(":checked"));
    if ((await ticked.count()) > 0) return ticked.first();
    const free = boxes.and(this.page.locator(":enabled")).first();
    await free.check();
    return free;
  }

  /** In the studio of an advertiser: of several connections, the one of this channel. */
  async chooseConnection(channel: Channel): Promise<void> {
    await this.expectHeading(this.text("words.test_studio"));
    const tabs = this.page.getByRole("navigation", { name: this.text("words.connection") });
    if ((await tabs.count()) === 0) return;
    await tabs.getByRole("link", { name: this.text(`channel.${channel}`) }).click();
    await expect(this.page).toHaveURL(/[?&]connection=/);
  }

  /** From the studio of an advertiser to whom somebody has just written, to its form. */
  async waitForTheMessage(): Promise<void> {
    await expect(async () => {
      if (await this.link("studio.look_again").isVisible()) await this.link("studio.look_again").click();
      await expect(this.person()).toBeVisible({ timeout: 1_000 });
    }).toPass();
  }

  /** Sends a Purchase by whoever wrote last. Answers our id of it. */
  async sendPurchase(form: StudioForm): Promise<string> {
    await this.preparePurchase(form);
    return this.send(form);
  }

  async preparePurchase(form: StudioForm): Promise<void> {
    // Without JavaScript the button is called otherwise: the form has come alive.
    await expect(this.button("studio.send_live")).toBeVisible();
    await this.fillInPurchase(form);
  }

  async send({ testCode }: StudioForm): Promise<string> {
    await this.button(testCode ? "studio.send_test" : "studio.send_live").click();
    await expect(this.page).toHaveURL(/[?&]sent=/);
    return new URL(this.page.url()).searchParams.get("sent")!;
  }

  async fillInPurchase({ value = "4800", currency = "JPY", eventId, testCode }: StudioForm): Promise<void> {
    await this.person().selectOption({ index: 1 });
    await this.page.getByRole("combobox", { name: this.text("field.event_name"), exact: true }).selectOption("Purchase");
    await this.page.getByLabel(this.text("field.value"), { exact: true }).fill(value);
    await this.page.getByLabel(this.text("field.currency"), { exact: true }).fill(currency);
    await this.page.getByRole("textbox", { name: this.text("field.event_id") }).fill(eventId);
    await this.page.getByRole("combobox", { name: this.text("field.test_event_code") }).fill(testCode ?? "");
  }

  /** Makes the studio's form ready for another event. */
  async sendAnother(): Promise<void> {
    await this.button("studio.send_another").click();
    await expect(this.button("studio.send_another")).toBeHidden();
  }

  /** Where Meta's answer appears in the studio. */
  get answer(): Locator {
    return this.page.locator("#answer");
  }

  /** The event, in the studio's answer or on its page, has come to this state. It may take a while. */
  async expectState(state: string, where: Locator = this.page.locator("#main"), timeout = 20_000): Promise<void> {
    const badge = where.getByText(this.text(`state.${state}`), { exact: true });
    await expect(badge.first()).toBeVisible({ timeout });
  }

  private person(): Locator {
    return this.page.getByLabel(this.text("field.user_data"), { exact: true });
  }

  private advertiserInUrl(): string {
    const [, id] = /\/advertisers\/([^/?]+)/.exec(this.page.url()) ?? [];
    if (!id) throw new Error(`${this.page.url()} names no advertiser`);
    return id;
  }
}
