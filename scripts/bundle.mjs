// Packs what a page loads and writes a `.br` beside each file: node scripts/bundle.mjs DIRECTORY
//
// cargo-leptos leaves for a group of pages its own WebAssembly and a dozen small files that it shares with other groups;
// apart they compress badly, by up to 20 KB a page. So each group gets one file: a module that is empty but for custom
// sections, which hold the group's parts. What no reader needs and brotli cannot shrink goes, too: the hashes in the
// names by which WebAssembly and JavaScript know each other, and the addresses of the libraries' sources.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const directory = process.argv[2];
const read = (name) => readFileSync(join(directory, name));
const write = (name, content) => writeFileSync(join(directory, name), content);

const MANIFEST = "__wasm_split_manifest.json"; // what the server tells the browser to fetch early, by group
const PARTS = "parts.json"; // the parts of each group, as cargo-leptos left them
const LOADER = readdirSync(directory).find((name) => /^__wasm_split\._*\.js$/.test(name));
const MAIN = "patchbay";
const IMPORTS = 2; // the section of a module that names what it imports

const groups = JSON.parse(read(MANIFEST));
const areBundled = Object.entries(groups).every(([group, files]) => files.length === 1 && files[0] === group);
if (!areBundled) {
  const loads = [...read(LOADER).toString().matchAll(/export const __wasm_split_load_(\w+) = /g)].map(([, group]) => group);
  if (loads.sort().join() !== Object.keys(groups).sort().join()) throw new Error("the loader is not as expected");
  for (const name of readdirSync(directory).filter((name) => name.endsWith(".wasm"))) {
    write(name, withoutSources(read(name)));
  }
  shortenNames();
  for (const [group, parts] of Object.entries(groups)) write(`${group}.wasm`, bundle(parts));
  write(LOADER, loader(loads));
  write(PARTS, JSON.stringify(groups));
  write(MANIFEST, JSON.stringify(Object.fromEntries(loads.map((group) => [group, [group]]))));
}

for (const name of readdirSync(directory).filter((name) => /\.(wasm|js|css)$/.test(name))) {
  const bytes = read(name);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  write(`${name}.br`, brotliCompressSync(bytes, { params }));
}

/** Names like `__wbg_fetch_c30fc2ed77d76a76`, on both sides, become `w0`, `w1`... */
function shortenNames() {
  const glue = read(`${MAIN}.js`).toString();
  const HASHED = /\b__wbg_\w+_[0-9a-f]{16}\b/g;
  const short = new Map([...new Set(glue.match(HASHED))].map((name, index) => [name, `w${index}`]));
  write(`${MAIN}.js`, glue.replace(HASHED, (name) => short.get(name)));
  write(`${MAIN}.wasm`, withImports(read(`${MAIN}.wasm`), (name) => short.get(name) ?? name));
}

/** The module with its imports called otherwise. */
function withImports(module, rename) {
  const sections = [module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const [length, start] = number(module, at + 1);
    const content = module.subarray(start, start + length);
    sections.push(section(module[at], module[at] === IMPORTS ? renamed(content, rename) : content));
    at = start + length;
  }
  return Buffer.concat(sections);
}

function renamed(imports, rename) {
  let [left, at] = number(imports, 0);
  const out = [imports.subarray(0, at)];
  const text = () => {
    const [length, start] = number(imports, at);
    at = start + length;
    return imports.toString("utf8", start, at);
  };
  for (; left > 0; left--) {
    const module = text();
    const name = rename(text());
    const type = at;
    const kind = imports[at++];
    const skip = () => ([, at] = number(imports, at));
    const limits = () => {
      const flags = imports[at++];
      skip();
      if (flags & 1) skip();
    };
    if (kind === 0) skip(); // function: its type
    else if (kind === 1) at++, limits(); // table: what it holds, how many
    else if (kind === 2) limits(); // memory
    else if (kind === 3) at += 2; // global: its type, whether it changes
    else throw new Error(`an import of kind ${kind}`);
    out.push(named(module), named(name), imports.subarray(type, at));
  }
  return Buffer.concat(out);
}

/** A panic tells which source it came from; of libraries' sources that is nothing to our readers, and on whose machine they lay. */
function withoutSources(module) {
  const SOURCE = /\/(?:rustc\/[0-9a-f]{40}|rust\/deps|[\w./-]*?\/registry\/src\/[\w.-]+)\/[\w./+-]+?\.rs\0/g;
  return Buffer.from(
    module.toString("latin1").replace(SOURCE, (source) => "\0".repeat(source.length)),
    "latin1",
  );
}

/** Magic number and version, the names of the parts, then for each part a custom section of its name. */
function bundle(parts) {
  const custom = (name, content) => section(0, Buffer.concat([named(name), content]));
  return Buffer.concat([
    Buffer.from("\0asm\x01\0\0\0", "latin1"),
    custom("parts", Buffer.from(parts.join())),
    ...parts.map((part) => custom(part, read(`${part}.wasm`))),
  ]);
}

function section(id, content) {
  return Buffer.concat([Buffer.of(id), leb128(content.length), content]);
}

function named(name) {
  const bytes = Buffer.from(name);
  return Buffer.concat([leb128(bytes.length), bytes]);
}

/** The LEB128 number at a place, and the place after it. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, at];
  }
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
  return `import { initSync } from "./${MAIN}.js";
const parts = new Map();
let shared;
const imports = () => (shared ??= { __wasm_split: { ...initSync(undefined, undefined) } });
async function load(group) {
  const all = await WebAssembly.compileStreaming(fetch(new URL("./" + group + ".wasm", import.meta.url)));
  const held = (name) => WebAssembly.Module.customSections(all, name)[0];
  const start = (part) => {
    const begun = WebAssembly.instantiate(held(part), imports());
    parts.set(part, begun);
    begun.catch(() => parts.delete(part));
    return begun;
  };
  const names = new TextDecoder().decode(held("parts")).split(",");
  await Promise.all(names.map((part) => parts.get(part) ?? start(part)));
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
${groups.map((group) => `export const __wasm_split_load_${group} = loading("${group}");`).join("\n")}
`;
}
