// Packs what a page loads and writes a `.br` beside each file: node scripts/bundle.mjs DIRECTORY
//
// cargo-leptos leaves for a group of pages its own WebAssembly and a dozen small files that it shares with other groups;
// apart they compress badly, by up to 20 KB a page. So each group gets one file: a module that is empty but for custom
// sections, which hold the group's parts. The first page of a visit loads that; a later one the parts that it lacks.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const directory = process.argv[2];
const read = (name) => readFileSync(join(directory, name));
const write = (name, content) => writeFileSync(join(directory, name), content);

const MANIFEST = "__wasm_split_manifest.json"; // what the server tells the browser to fetch early, by group
const PARTS = "parts.json"; // the parts of each group, as cargo-leptos left them
const LOADER = readdirSync(directory).find((name) => /^__wasm_split\._*\.js$/.test(name));

const groups = JSON.parse(read(MANIFEST));
const areBundled = Object.entries(groups).every(([group, files]) => files.length === 1 && files[0] === group);
if (!areBundled) {
  const loads = [...read(LOADER).toString().matchAll(/export const __wasm_split_load_(\w+) = /g)].map(([, group]) => group);
  if (loads.sort().join() !== Object.keys(groups).sort().join()) throw new Error("the loader is not as expected");
  for (const [group, parts] of Object.entries(groups)) write(`${group}.wasm`, bundle(parts));
  write(LOADER, loader(groups));
  write(PARTS, JSON.stringify(groups));
  write(MANIFEST, JSON.stringify(Object.fromEntries(Object.keys(groups).map((group) => [group, [group]]))));
}

for (const name of readdirSync(directory).filter((name) => /\.(wasm|js|css)$/.test(name))) {
  const bytes = read(name);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  write(`${name}.br`, brotliCompressSync(bytes, { params }));
}

/** Magic number and version, then for each part a custom section of its name. */
function bundle(parts) {
  const sections = parts.flatMap((part) => {
    const name = Buffer.from(part);
    const content = Buffer.concat([leb128(name.length), name, read(`${part}.wasm`)]);
    return [Buffer.of(0), leb128(content.length), content];
  });
  return Buffer.concat([Buffer.from("\0asm\x01\0\0\0", "latin1"), ...sections]);
}

function leb128(number) {
  const bytes = [];
  do {
    bytes.push((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
    number >>>= 7;
  } while (number > 0);
  return Buffer.from(bytes);
}

/** Takes the place of cargo-leptos' own loader, whose exports the main module imports. */
function loader(groups) {
  return `import { initSync } from "./patchbay.js";
const groups = ${JSON.stringify(groups)};
const parts = new Map();
let shared;
const url = (name) => new URL("./" + name + ".wasm", import.meta.url);
const imports = () => (shared ??= { __wasm_split: { ...initSync(undefined, undefined) } });
const start = (part, begun) => {
  parts.set(part, begun);
  begun.catch(() => parts.delete(part));
};
async function load(group) {
  const wanted = groups[group];
  if (!wanted.some((part) => parts.has(part))) {
    const all = WebAssembly.compileStreaming(fetch(url(group)));
    for (const part of wanted) {
      start(part, all.then((all) => WebAssembly.instantiate(WebAssembly.Module.customSections(all, part)[0], imports())));
    }
  }
  for (const part of wanted.filter((part) => !parts.has(part))) {
    start(part, WebAssembly.instantiateStreaming(fetch(url(part)), imports()));
  }
  await Promise.all(wanted.map((part) => parts.get(part)));
}
const loading = (group) => async (callback, data) => {
  let succeeded = true;
  try {
    await load(group);
  } catch (error) {
    succeeded = false;
    console.error(error);
  }
  imports().__wasm_split.__indirect_function_table.get(callback)(data, succeeded);
};
${Object.keys(groups)
  .map((group) => `export const __wasm_split_load_${group} = loading("${group}");`)
  .join("\n")}
`;
}
