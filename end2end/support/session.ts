// Signing in without a browser, so that not every test has to walk through the form.
import type { Ready } from "./demo.ts";

const COOKIE = "__Host-session";

/** What the cookie of a new session holds. The form is sent as a browser without JavaScript sends it. */
export async function signedIn({ patchbay }: Ready, email: string, password: string): Promise<string> {
  const page = await (await fetch(`${patchbay}/sign-in`)).text();
  const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
  if (!action) throw new Error("the page has no form to sign in by");
  const answer = await fetch(`${patchbay}${action}`, {
    method: "POST",
    headers: { accept: "text/html", origin: patchbay },
    body: new URLSearchParams({ email, password, return_to: "" }),
    redirect: "manual",
  });
  const cookies = answer.headers.getSetCookie().map((cookie) => /^([^=]+)=([^;]*)/.exec(cookie)!.slice(1));
  const session = new Map(cookies as [string, string][]).get(COOKIE);
  if (!session) throw new Error(`${email} cannot sign in: ${answer.status}`);
  return session;
}

/** The cookie as a browser keeps it. */
export function sessionCookie({ patchbay }: Ready, value: string) {
  const { hostname } = new URL(patchbay);
  return { name: COOKIE, value, domain: hostname, path: "/", secure: true, httpOnly: true, sameSite: "Lax" as const };
}
