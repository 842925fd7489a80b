// The simulated Meta's signup popup, as the person in front of it.
import { expect, type Page } from "@playwright/test";

/** How the popup ends; what is left out is as Meta usually has it. */
export interface Ending {
  /** `FINISH`, `FINISH_ONLY_WABA`, ..., or a name that nobody knows: `FINISH_X`. */
  event?: string;
  /** The code comes before the message. */
  lateMessage?: boolean;
  /** The callback brings no code. */
  noCode?: boolean;
}

export class Signup {
  constructor(private readonly popup: Page) {}

  /**
   * As this person, in their first business portfolio, with everything that is offered; of several WhatsApp Business
   * Accounts the first, or the one with this id. It has to have a number.
   */
  async toTheLastScreen(person: string, waba?: string): Promise<void> {
    await expect(this.group("Who are you?")).toBeVisible();
    await this.popup.locator(`input[name=person][value=${person}]`).check();
    await this.goOn();
    // Which steps there are depends on what the configuration asks for and on what the business has.
    const last = this.group("How does this end?");
    for (const step of ["Which business portfolio?", "Which WhatsApp Business Account?", "Which phone number?", "Which datasets?"]) {
      const here = this.group(step);
      await expect(here.or(last)).toBeVisible();
      if (!(await here.isVisible())) continue;
      const account = this.popup.locator(`input[name=waba][value="${waba}"]`);
      if (waba && step === "Which WhatsApp Business Account?") await account.check();
      await this.goOn();
    }
    await expect(last).toBeVisible();
  }

  /** Presses the last button; the popup closes by itself. */
  async finish({ event, lateMessage, noCode }: Ending = {}): Promise<void> {
    if (event) await this.popup.locator(`input[name=event][value=${event}]`).check();
    if (lateMessage) await this.popup.getByRole("checkbox", { name: "The message comes after the callback" }).check();
    if (noCode) await this.popup.getByRole("checkbox", { name: "The callback brings no code" }).check();
    await this.closes("Finish");
  }

  async cancel(): Promise<void> {
    await this.closes("Cancel");
  }

  /** Reports one of Meta's errors, by its code. */
  async report(code: string): Promise<void> {
    await this.popup.getByText("Something went wrong?").click();
    await this.popup.getByRole("combobox", { name: "Error" }).selectOption(code);
    await this.closes("Report the problem");
  }

  /** Closes the window without a word. */
  async close(): Promise<void> {
    await this.popup.close();
  }

  private async closes(button: string): Promise<void> {
    const closed = this.popup.waitForEvent("close");
    await this.popup.getByRole("button", { name: button }).click();
    await closed;
  }

  private group(name: string) {
    return this.popup.getByRole("group", { name });
  }

  private async goOn(): Promise<void> {
    await this.popup.getByRole("button", { name: "Continue" }).click();
  }
}
