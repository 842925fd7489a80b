// The simulated Meta's login dialog, as the person in front of it: who they are, which business, what they share.
import { expect, type Page } from "@playwright/test";

export class Dialog {
  constructor(private readonly page: Page) {}

  /** Gives everything that the dialog offers in the person's first business, except the permissions named. */
  async grant(person: string, without: string[] = []): Promise<void> {
    await this.sayWho(person);
    await this.goOn();
    await expect(this.page.getByRole("group", { name: "Which business portfolio?" })).toBeVisible();
    await this.goOn();
    await expect(this.page.getByRole("group", { name: "What may Patchbay do?" })).toBeVisible();
    for (const permission of without) {
      await this.page.locator(`input[name=permission][value=${permission}]`).uncheck();
    }
    await this.goOn();
  }

  /** Says who they are, then thinks better of it. */
  async cancel(person: string): Promise<void> {
    await this.sayWho(person);
    await this.goOn();
    await this.page.getByRole("button", { name: "Cancel" }).click();
  }

  private async sayWho(person: string): Promise<void> {
    await expect(this.page.getByRole("group", { name: "Who are you?" })).toBeVisible();
    await this.page.locator(`input[name=person][value=${person}]`).check();
  }

  private async goOn(): Promise<void> {
    await this.page.getByRole("button", { name: "Continue" }).click();
  }
}
