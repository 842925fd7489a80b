// What a browser loads before a page works, against the budget: node scripts/size.mjs DIRECTORY
// The directory is one that scripts/bundle.mjs went through.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const BUDGET = { served: 300 * 1024, wasm: 2_000 * 1024 };

const directory = process.argv[2];
const names = readdirSync(directory).filter((name) => /\.(wasm|js|css)$/.test(name));
if (!names.includes("patchbay.wasm")) throw new Error(`no WebAssembly in ${directory}`);

const size = (name) => statSync(join(directory, name)).size;
const sum = (names, suffix = "") => names.reduce((total, name) => total + size(name + suffix), 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

// Everything that is not split off is loaded by every page. Files of an earlier build may still lie there.
const groups = JSON.parse(readFileSync(join(directory, "parts.json"), "utf8"));
const apart = [...new Set(Object.values(groups).flat())].map((part) => `${part}.wasm`);
const common = names.filter((name) => !/^(chunk|split)_|_\d{9,}\.wasm$/.test(name));
for (const name of common) console.log(`${name}: ${kilobytes(size(name))}, brotli ${kilobytes(size(`${name}.br`))}`);

let fits = true;
for (const group of Object.keys(groups)) {
  const served = sum([...common, `${group}.wasm`], ".br");
  const name = group.replace(/_\d+$/, "");
  fits &&= served <= BUDGET.served;
  console.log(`${name}: ${kilobytes(served)} of ${kilobytes(BUDGET.served)}`);
}
const wasm = sum([...common, ...apart].filter((name) => name.endsWith(".wasm")));
fits &&= wasm <= BUDGET.wasm;
console.log(`raw WebAssembly: ${kilobytes(wasm)} of ${kilobytes(BUDGET.wasm)}`);
if (!fits) {
  console.error("The browser would load more than the budget allows.");
  process.exit(1);
}
