// What a browser loads before a page works, against the budget: node scripts/size.mjs DIRECTORY
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const BUDGET = { served: 300 * 1024, wasm: 2_000 * 1024 };

const directory = process.argv[2];
const files = readdirSync(directory)
  .filter((name) => /\.(wasm|js|css)$/.test(name))
  .map((name) => {
    const bytes = readFileSync(join(directory, name));
    const served = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    return { name, raw: bytes.length, served: served.length };
  });
if (!files.some(({ name }) => name.endsWith(".wasm"))) throw new Error(`no WebAssembly in ${directory}`);

const sum = (of, list = files) => list.reduce((total, file) => total + file[of], 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
for (const file of files) console.log(`${file.name}: ${kilobytes(file.raw)}, brotli ${kilobytes(file.served)}`);

const wasm = sum("raw", files.filter(({ name }) => name.endsWith(".wasm")));
console.log(`served: ${kilobytes(sum("served"))} of ${kilobytes(BUDGET.served)}; raw WebAssembly: ${kilobytes(wasm)} of ${kilobytes(BUDGET.wasm)}`);
if (sum("served") > BUDGET.served || wasm > BUDGET.wasm) {
  console.error("The browser would load more than the budget allows.");
  process.exit(1);
}
