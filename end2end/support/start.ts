// Before all tests: one demo, which they share. PATCHBAY_DEMO may hold the ready line of one that runs already.
import { Demo } from "./demo.ts";

export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PATCHBAY_DEMO) return undefined;
  const demo = await Demo.start();
  process.env.PATCHBAY_DEMO = JSON.stringify(demo.ready);
  process.env.PATCHBAY_TEST_LOG = demo.log;
  return () => demo.stop();
}
