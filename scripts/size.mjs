// What a browser loads before a page works, against the budget: node scripts/size.mjs DIRECTORY
// The directory is one that scripts/compress.mjs went through.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const BUDGET = { served: 300 * 1024, wasm: 2_000 * 1024 };
// The test studio does not keep the budget yet: it may shrink, not grow.
const CEILING = { studio_pages: 326 * 1024 };

const directory = process.argv[2];
const names = readdirSync(directory).filter((name) => /\.(wasm|js|css)$/.test(name));
if (!names.includes("patchbay.wasm")) throw new Error(`no WebAssembly in ${directory}`);

const size = (name) => statSync(join(directory, name)).size;
const sum = (names, suffix = "") => names.reduce((total, name) => total + size(name + suffix), 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

// Everything that is not split off is loaded by every page.
const split = JSON.parse(readFileSync(join(directory, "__wasm_split_manifest.json"), "utf8"));
const groups = Object.entries(split).map(([group, parts]) => [group, parts.map((part) => `${part}.wasm`)]);
const apart = [...new Set(groups.flatMap(([, parts]) => parts))];
const common = names.filter((name) => !/^(chunk|split)_/.test(name)); // parts of an earlier build may still lie there
for (const name of common) console.log(`${name}: ${kilobytes(size(name))}, brotli ${kilobytes(size(`${name}.br`))}`);

let fits = true;
for (const [group, parts] of groups) {
  const name = group.replace(/_\d+$/, "");
  const served = sum([...common, ...parts], ".br");
  const limit = CEILING[name] ?? BUDGET.served;
  fits &&= served <= limit;
  console.log(`${name}: ${kilobytes(served)} of ${kilobytes(limit)}, in ${parts.length} parts more`);
}
const wasm = sum([...common, ...apart].filter((name) => name.endsWith(".wasm")));
fits &&= wasm <= BUDGET.wasm;
console.log(`raw WebAssembly: ${kilobytes(wasm)} of ${kilobytes(BUDGET.wasm)}`);
if (!fits) {
  console.error("The browser would load more than the budget allows.");
  process.exit(1);
}
