// A demo of one's own: `patchbay demo` on free ports with data of its own, gone when stopped.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The line that `patchbay demo` prints when it is ready. */
export interface Ready {
  patchbay: string;
  sandbox: string;
  email: string;
  password: string;
  /** A session of that person's, where one is kept for all tests. */
  session?: string;
}

const READY_WITHIN = 180_000;
const STOPPED_WITHIN = 30_000;

export class Demo {
  private constructor(
    public ready: Ready,
    private process: ChildProcess,
    private readonly directory: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** The file with everything that it logged. */
  get log(): string {
    return this.environment.PATCHBAY_TEST_LOG!;
  }

  static async start(): Promise<Demo> {
    const directory = await mkdtemp(join(tmpdir(), "patchbay-end2end-"));
    await chmod(directory, 0o755); // PostgreSQL, which does not run as root, must pass through
    const [patchbay, sandbox] = await freePorts(2);
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      PATCHBAY_DATA: join(directory, "data"),
      PATCHBAY_PORT: String(patchbay),
      SANDBOX_PORT: String(sandbox),
      LEPTOS_SITE_ROOT: process.env.LEPTOS_SITE_ROOT ?? join(targetDirectory(), "site"),
      // All that our own code can say: a test looks for secrets in it.
      PATCHBAY_LOG: "info,server=trace,app=trace,backend=trace,graph=trace,tower_http=trace,sqlx=warn",
      PATCHBAY_TEST_LOG: join(directory, "log"),
    };
    delete environment.DATABASE_URL; // its own PostgreSQL, whatever the shell has
    try {
      const child = launch(environment);
      return new Demo(await readyLine(child, environment), child, directory, environment);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ends it as a power cut would: no chance to tidy up. Its PostgreSQL lives on until the next start. */
  async kill(): Promise<void> {
    await end(this.process, "SIGKILL");
  }

  /** Starts it again after `kill`, on the same data and ports. */
  async restart(): Promise<void> {
    this.process = launch(this.environment);
    this.ready = await readyLine(this.process, this.environment);
  }

  async stop(): Promise<void> {
    if (hasEnded(this.process)) await this.restart(); // only a running one stops PostgreSQL
    await end(this.process, "SIGTERM");
    await rm(this.directory, { recursive: true, force: true });
  }
}

function launch(environment: NodeJS.ProcessEnv): ChildProcess {
  const program = environment.PATCHBAY_BIN ?? join(targetDirectory(), "debug", "patchbay");
  return spawn(program, ["demo"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
}

function targetDirectory(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return process.env.CARGO_TARGET_DIR ?? join(cache, "patchbay", "target");
}

/** Ports that were free a moment ago, all held open until the last is known, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function readyLine(child: ChildProcess, environment: NodeJS.ProcessEnv): Promise<Ready> {
  const log: string[] = [];
  const file = createWriteStream(environment.PATCHBAY_TEST_LOG!, { flags: "a" });
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGTERM");
      reject(new Error(`patchbay demo ${why}\n${log.slice(-40).join("\n")}`));
    };
    const timer = setTimeout(() => refuse(`was not ready within ${READY_WITHIN / 1000} s`), READY_WITHIN);
    child.once("error", (error) => refuse(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => refuse(`ended with ${code ?? signal} before it was ready`));
    // Read on after that too: a pipe that nobody empties would stop the server.
    createInterface({ input: child.stderr! }).on("line", (line) => {
      log.push(line);
      file.write(`${line}\n`);
      if (log.length > 200) log.shift();
    });
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve(JSON.parse(line) as Ready);
    });
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN);
  await exited;
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
