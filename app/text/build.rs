//! Turns `en.toml` and `ja.toml` into one method per sentence, and refuses to build when a key or a parameter is
//! missing in one language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Audience (`console`, `server`), section, key, sentence.
type Sentences = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let (en, ja) = (read("en.toml"), read("ja.toml"));
    let mut faults = BTreeSet::new();
    let names = compare(&en, &ja, &mut faults);
    assert!(
        faults.is_empty(),
        "\n{}\n",
        Vec::from_iter(faults).join("\n")
    );

    let native = std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() != Ok("wasm");
    let audiences: &[&str] = if native {
        &["console", "server"]
    } else {
        &["console"]
    };
    let mut code = String::from("impl Text {\n");
    for (index, (method, sentence)) in audiences
        .iter()
        .flat_map(|audience| &names[*audience])
        .enumerate()
    {
        write_method(&mut code, index, method, sentence);
    }
    code.push_str("}\n");
    if native {
        for (language, sentences) in [("EN", &en), ("JA", &ja)] {
            write_catalogue(&mut code, language, sentences);
        }
    } else {
        let count = names["console"].len();
        let _ = writeln!(
            code,
            "/// How many sentences a catalogue has.\nconst CONSOLE: usize = {count};"
        );
    }
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(format!("{out}/sentences.rs"), code).expect("OUT_DIR can be written");
}

fn read(file: &str) -> Sentences {
    println!("cargo:rerun-if-changed={file}");
    let text = std::fs::read_to_string(file).expect("the language file is beside build.rs");
    let sentences: Sentences =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let audiences: Vec<_> = sentences.keys().map(String::as_str).collect();
    assert_eq!(
        audiences,
        ["console", "server"],
        "{file}: sections are [console.<page>] and [server.<area>]"
    );
    sentences
}

/// The methods of each audience in the order of the catalogues, each with its English sentence.
fn compare<'a>(
    en: &'a Sentences,
    ja: &Sentences,
    faults: &mut BTreeSet<String>,
) -> BTreeMap<&'a str, Vec<(String, &'a str)>> {
    let mut methods = BTreeSet::new();
    let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (audience, section, key, sentence) in flat(en) {
        let at = format!("[{audience}.{section}] {key}");
        let method = format!("{section}_{key}");
        match ja
            .get(audience)
            .and_then(|sections| sections.get(section))
            .and_then(|keys| keys.get(key))
        {
            None => drop(faults.insert(format!("ja.toml lacks {at}"))),
            Some(other) if parameters(sentence) != parameters(other) => {
                faults.insert(format!(
                    "{at} has other {{parameters}} in ja.toml than in en.toml"
                ));
            }
            Some(_) => {}
        }
        if !method
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        {
            faults.insert(format!("{at}: names are lower_snake_case"));
        }
        if !methods.insert(method.clone()) {
            faults.insert(format!(
                "{at}: another section makes the name {method} already"
            ));
        }
        names.entry(audience).or_default().push((method, sentence));
    }
    for (audience, section, key, _) in flat(ja) {
        if en
            .get(audience)
            .and_then(|sections| sections.get(section))
            .is_none_or(|keys| !keys.contains_key(key))
        {
            faults.insert(format!("en.toml lacks [{audience}.{section}] {key}"));
        }
    }
    names
}

fn flat(sentences: &Sentences) -> impl Iterator<Item = (&str, &str, &str, &str)> {
    sentences.iter().flat_map(|(audience, sections)| {
        sections.iter().flat_map(move |(section, keys)| {
            keys.iter().map(move |(key, sentence)| {
                (
                    audience.as_str(),
                    section.as_str(),
                    key.as_str(),
                    sentence.as_str(),
                )
            })
        })
    })
}

/// The names in braces; of `{count|event|events}` the part before the first bar.
fn parameters(sentence: &str) -> BTreeSet<&str> {
    let braces = sentence
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    braces
        .map(|(inside, _)| inside.split('|').next().unwrap_or(inside))
        .collect()
}

fn write_method(code: &mut String, index: usize, method: &str, sentence: &str) {
    let parameters = parameters(sentence);
    let doc = format!("`{sentence}`");
    let _ = if parameters.is_empty() {
        writeln!(
            code,
            "    #[doc = {doc:?}]\n    pub fn {method}(self) -> &'static str {{\n        self.line({index})\n    }}"
        )
    } else {
        let list = |write: &dyn Fn(&str) -> String| {
            parameters
                .iter()
                .map(|name| write(name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let arguments = list(&|name| format!("{name}: impl std::fmt::Display"));
        let values = list(&|name| format!("({name:?}, &{name})"));
        writeln!(
            code,
            "    #[doc = {doc:?}]\n    pub fn {method}(self, {arguments}) -> String {{\n        fill(self.line({index}), &[{values}])\n    }}"
        )
    };
}

fn write_catalogue(code: &mut String, language: &str, sentences: &Sentences) {
    let of = |audience: &str| {
        flat(sentences)
            .filter(|row| row.0 == audience)
            .map(|row| row.3)
            .collect::<Vec<_>>()
    };
    let (console, server) = (of("console"), of("server"));
    let json = serde_json::to_string(&console).expect("strings become JSON");
    let mut hasher = DefaultHasher::new();
    json.hash(&mut hasher);
    let hash = format!("{:016x}", hasher.finish());
    let lines: Vec<_> = console.into_iter().chain(server).collect();
    let _ = writeln!(
        code,
        "static {language}: Catalogue = Catalogue {{ lines: &{lines:?}, json: {json:?}, hash: {hash:?} }};"
    );
}
