// Before all tests: one demo, which they share, and one session in it. PATCHBAY_DEMO may hold the ready line of a demo that
// runs already.
import { Demo, type Ready } from "./demo.ts";
import { signedIn } from "./session.ts";

export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PATCHBAY_DEMO) {
    await share(JSON.parse(process.env.PATCHBAY_DEMO) as Ready);
    return undefined;
  }
  const demo = await Demo.start();
  process.env.PATCHBAY_TEST_LOG = demo.log;
  await share(demo.ready);
  return () => demo.stop();
}

async function share(demo: Ready): Promise<void> {
  process.env.PATCHBAY_DEMO = JSON.stringify({ ...demo, session: await signedIn(demo, demo.email, demo.password) });
}
