// The simulated Meta as its tests' director sees it: people write, things go wrong, the ledger tells what was counted.

/** What goes wrong; `kind` and its arguments as `end2end/sandbox` names them. */
export interface Fault {
  kind: string;
  [argument: string]: string | number;
}

/** An event that the simulated Meta has counted. */
export interface Counted {
  dataset: string;
  event_name: string;
  event_id: string;
  event: { messaging_channel?: string; user_data?: Record<string, string>; custom_data?: { value?: number; currency?: string } };
}

/** A message as its webhook named it. */
export interface Written {
  mid: string;
  /** Who wrote, as the asset knows them. */
  sender_id: string;
}

/** Whom and what the simulated Meta knows. */
export interface World {
  pages: { id: string; key: string; name: string; psids: Record<string, string> }[];
  instagram_accounts: { id: string; key: string; username: string }[];
  whatsapp_accounts: { id: string; key: string; name: string }[];
  datasets: { id: string; page_id?: string; instagram_id?: string; waba_id?: string }[];
  app_id: string;
}

/** Somebody of whom nobody has heard yet, by key, and the ids of what is theirs. */
export interface Newcomer {
  key: string;
  business: string;
  page: string;
  instagram: string;
  waba: string;
}

export class Sandbox {
  constructor(private readonly address: string) {}

  /** A customer, by key, writes to a Page, by id or key. The product knows of it when this is done. */
  async someoneWrites(page: string, person = "lucy"): Promise<Written> {
    const written = (await this.ask("POST", "messages", { page_id: page, person })) as Written & { delivered: boolean };
    if (!written.delivered) throw new Error(`the message to ${page} was not delivered: is the Page subscribed?`);
    return written;
  }

  /** A customer, by key, taps an ad and writes to the asset, by id. The product knows of it when this is done. */
  async someoneComesFromAnAd(channel: "messenger" | "instagram" | "whatsapp", asset: string, person = "lucy"): Promise<void> {
    const to = { messenger: "page_id", instagram: "instagram_id", whatsapp: "waba_id" }[channel];
    const message = { [to]: asset, person, referral: true };
    const { delivered } = (await this.ask("POST", "messages", message)) as { delivered: boolean };
    if (!delivered) throw new Error(`the message to ${asset} was not delivered: is it subscribed?`);
  }

  /** Subscribes the app to an asset, by id, as an older integration may have done. */
  async subscribe(asset: string, fields = ["messages"]): Promise<void> {
    await this.ask("PUT", "subscriptions", { asset, fields });
  }

  /** Links an asset, by id, to a dataset as a person does in Events Manager; null: takes it off its own. */
  async link(asset: string, dataset: string | null): Promise<void> {
    await this.ask("PUT", "links", { asset, dataset });
  }

  /** A token without the dialog, as `end2end/sandbox` describes the request. */
  async token(request: Record<string, unknown>): Promise<string> {
    return ((await this.ask("POST", "tokens", request)) as { access_token: string }).access_token;
  }

  /** The dataset of an asset, by id, made on behalf of its person if there is none. */
  async dataset(person: string, asset: string): Promise<string> {
    const headers = { authorization: `Bearer ${await this.token({ person })}` };
    const answer = await fetch(`${this.address}/v26.0/${asset}/dataset`, { method: "POST", headers });
    return ((await answer.json()) as { id: string }).id;
  }

  /** Somebody arrives who has one asset on every channel, none of them connected. */
  async newcomer(): Promise<Newcomer> {
    return (await this.ask("POST", "people")) as Newcomer;
  }

  /** The person, by key, takes the app out of their account. */
  async revokeTokens(person: string): Promise<void> {
    await this.break({ kind: "revoke_token", person, subcode: 458 });
  }

  async break(fault: Fault): Promise<void> {
    await this.ask("POST", "faults", fault);
  }

  async repair(): Promise<void> {
    await this.ask("DELETE", "faults");
  }

  /** What was counted under this `event_id`. */
  async counted(eventId: string): Promise<Counted[]> {
    const { events } = (await this.ask("GET", `events?event_id=${encodeURIComponent(eventId)}`)) as { events: Counted[] };
    return events;
  }

  async world(): Promise<World> {
    return (await this.ask("GET", "world")) as World;
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.address}/_sandbox/${path}`, { method, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }
}
