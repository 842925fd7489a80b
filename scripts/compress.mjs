// Writes a `.br` beside every file that a page loads, for the server to send as it is: node scripts/compress.mjs DIRECTORY
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const directory = process.argv[2];
for (const name of readdirSync(directory).filter((name) => /\.(wasm|js|css)$/.test(name))) {
  const bytes = readFileSync(join(directory, name));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(join(directory, `${name}.br`), brotliCompressSync(bytes, { params }));
}
