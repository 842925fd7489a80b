//! `end2end/README.md` names a test for every row of Meta's guide: each of them must exist.

use std::{fs, path::Path};

/// A proof as the table writes it: `` `path`: "title" ``.
fn proofs(row: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = row;
    while let Some((_, from)) = rest.split_once('`') {
        let Some((path, after)) = from.split_once('`') else {
            break;
        };
        rest = after;
        if let Some(quoted) = after.strip_prefix(": \"")
            && let Some((title, after)) = quoted.split_once('"')
        {
            found.push((path, title));
            rest = after;
        }
    }
    found
}

fn is_there(root: &Path, path: &str, title: &str) -> bool {
    let Ok(text) = fs::read_to_string(root.join(path)) else {
        return false;
    };
    if path.ends_with(".rs") {
        text.contains(&format!("fn {title}("))
    } else {
        text.contains(&format!("test(\"{title}\""))
    }
}

#[test]
fn every_proof_of_the_guide_exists() {
    // As it is where the test runs: one target directory may serve several checkouts.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    let root = Path::new(&package).join("../..");
    let readme = fs::read_to_string(root.join("end2end/README.md")).unwrap();
    let (_, tables) = readme.split_once("## What proves the guide").unwrap();
    let rows: Vec<_> = tables
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| The guide"))
        .collect();
    assert!(rows.len() >= 25, "{} rows", rows.len());
    for row in rows {
        let proofs = proofs(row);
        assert!(
            !proofs.is_empty() || row.contains("Not yet"),
            "nothing proves: {row}"
        );
        for (path, title) in proofs {
            assert!(is_there(&root, path, title), "{path} has no \"{title}\"");
        }
    }
}

#[test]
fn a_proof_is_a_path_and_a_title() {
    let row = r#"| `token` | `a/b.rs`: "one" and `c.ts`: "two, three" |"#;
    assert_eq!(proofs(row), [("a/b.rs", "one"), ("c.ts", "two, three")]);
}
