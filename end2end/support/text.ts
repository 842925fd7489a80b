// The product's own sentences, read from its catalogues, so that every test runs in every language.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Language = "en" | "ja";

/** `text("words.sign_in")`: the section without `console` or `server`, then the key; arguments by name. */
export type Text = (key: string, values?: Record<string, string | number>) => string;

/** The sentences in a language, or in that of a browser's locale such as `ja-JP`. */
export function textIn(locale: string): Text {
  const language = locale.split("-")[0] as Language;
  const sentences = (catalogues[language] ??= read(language));
  return (key, values = {}) => {
    const sentence = sentences.get(key);
    if (sentence === undefined) throw new Error(`${language}.toml has no ${key}`);
    return fill(sentence, values);
  };
}

const catalogues: Partial<Record<Language, Map<string, string>>> = {};

/** The catalogues hold sections and one-line strings only. */
function read(language: Language): Map<string, string> {
  const lines = readFileSync(join(__dirname, "../../app/text", `${language}.toml`), "utf8").split("\n");
  const sentences = new Map<string, string>();
  let section = "";
  for (const line of lines) {
    const [, opened] = /^\[\w+\.(\w+)\]/.exec(line) ?? [];
    if (opened) section = opened;
    const [, key, literal] = /^(\w+) = (".*")$/.exec(line) ?? [];
    if (key) sentences.set(`${section}.${key}`, JSON.parse(literal!) as string);
  }
  return sentences;
}

/** `{name}` is a value, `{name|one|many}` the form that fits it. */
function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`"${sentence}" needs ${name}`);
    return one === undefined ? String(value) : String(value) === "1" ? one : many!;
  });
}
