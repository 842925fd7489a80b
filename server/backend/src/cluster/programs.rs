//! Finding PostgreSQL's programs on this machine.

use std::{
    cmp::Reverse,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::Error;

/// The oldest major version that we support.
pub(super) const OLDEST: u32 = 15;

const NEEDED: [&str; 3] = ["postgres", "initdb", "pg_ctl"];

/// One installation of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Programs {
    /// The directory that holds them.
    pub(super) directory: PathBuf,
    /// Their major version.
    pub(super) major: u32,
}

impl Programs {
    /// Finds the programs: those configured, or else the first of `pg_config --bindir`,
    /// `/usr/lib/postgresql/*/bin` (newest first) and `PATH` that fits.
    ///
    /// Of several, the ones that wrote the existing data (`wanted`) win: a newer version beside them must not
    /// make a running installation refuse its data.
    pub(super) fn find(configured: Option<&Path>, wanted: Option<u32>) -> Result<Self, Error> {
        match configured {
            Some(directory) => Self::configured(directory),
            None => Self::choose(candidates(), wanted),
        }
    }

    /// The path of one of the programs.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.directory.join(program)
    }

    fn configured(directory: &Path) -> Result<Self, Error> {
        let directory = directory.to_owned();
        if let Some(program) = missing(&directory) {
            return Err(Error::NotPrograms { directory, program });
        }
        match major(&directory) {
            Some(major) if major >= OLDEST => Ok(Self { directory, major }),
            Some(major) => Err(Error::TooOld { directory, major }),
            None => Err(Error::NotPrograms {
                directory,
                program: "postgres --version",
            }),
        }
    }

    fn choose(candidates: Vec<PathBuf>, wanted: Option<u32>) -> Result<Self, Error> {
        let mut looked = Vec::new();
        let mut fitting = None;
        for directory in candidates {
            let place = directory.display();
            if let Some(program) = missing(&directory) {
                looked.push(format!("{place} has no `{program}`"));
                continue;
            }
            match major(&directory) {
                Some(major) if major >= OLDEST => {
                    let found = Self { directory, major };
                    if wanted.is_none_or(|wanted| wanted == major) {
                        return Ok(found);
                    }
                    fitting.get_or_insert(found);
                }
                Some(major) => looked.push(format!("{place} is version {major}")),
                None => looked.push(format!("{place} does not run")),
            }
        }
        fitting.ok_or_else(|| Error::ProgramsMissing {
            looked: match looked.is_empty() {
                true => "looked with pg_config, in /usr/lib/postgresql and in PATH".to_owned(),
                false => looked.join(", "),
            },
        })
    }
}

/// The directories worth a look, best first. `PATH` gives only those that have a `postgres`.
fn candidates() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output()
        && output.status.success()
    {
        found.push(String::from_utf8_lossy(&output.stdout).trim().into());
    }
    found.extend(packaged(Path::new("/usr/lib/postgresql")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(
        std::env::split_paths(&path).filter(|directory| directory.join("postgres").is_file()),
    );
    let mut once = Vec::with_capacity(found.len());
    for directory in found {
        if !once.contains(&directory) {
            once.push(directory);
        }
    }
    once
}

/// Debian's places, newest first.
fn packaged(base: &Path) -> Vec<PathBuf> {
    let versions = fs::read_dir(base).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by_key(|version| Reverse(*version));
    versions
        .into_iter()
        .map(|version| base.join(version.to_string()).join("bin"))
        .collect()
}

fn missing(directory: &Path) -> Option<&'static str> {
    NEEDED
        .into_iter()
        .find(|program| !directory.join(program).is_file())
}

fn major(directory: &Path) -> Option<u32> {
    let output = Command::new(directory.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// Reads `postgres (PostgreSQL) 15.8 (Debian ..)`, `.. 18beta1` and their like.
fn parse_version(text: &str) -> Option<u32> {
    let version = text.split_once("(PostgreSQL)")?.1.trim_start();
    version
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn install(base: &Path, version: &str) -> PathBuf {
        let directory = base.join(version).join("bin");
        fs::create_dir_all(&directory).unwrap();
        for program in NEEDED {
            let file = directory.join(program);
            fs::write(
                &file,
                format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}.3 (Debian)'\n"),
            )
            .unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        directory
    }

    #[test]
    fn versions_are_read_from_every_kind_of_release() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("postgres (PostgreSQL) 19devel"), Some(19));
        assert_eq!(parse_version("something else 15"), None);
    }

    #[test]
    fn the_newest_packaged_version_comes_first() {
        let base = tempfile::tempdir().unwrap();
        let (nine, seventeen) = (install(base.path(), "9"), install(base.path(), "17"));
        let sixteen = install(base.path(), "16");
        assert_eq!(packaged(base.path()), [seventeen, sixteen, nine]);
    }

    #[test]
    fn the_version_that_wrote_the_data_wins_over_a_newer_one() {
        let base = tempfile::tempdir().unwrap();
        let (sixteen, fifteen) = (install(base.path(), "16"), install(base.path(), "15"));
        let places = || vec![sixteen.clone(), fifteen.clone()];
        assert_eq!(Programs::choose(places(), None).unwrap().major, 16);
        assert_eq!(
            Programs::choose(places(), Some(15)).unwrap().directory,
            fifteen
        );
        assert_eq!(Programs::choose(places(), Some(14)).unwrap().major, 16);
    }

    #[test]
    fn missing_programs_are_named_with_the_package_to_install() {
        let base = tempfile::tempdir().unwrap();
        let old = install(base.path(), "14");
        let error = Programs::choose(vec![base.path().to_owned(), old], None)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("has no `postgres`") && error.contains("is version 14"),
            "{error}"
        );
        assert!(error.contains("`apt-get install postgresql`"), "{error}");
        assert!(
            Programs::choose(Vec::new(), None)
                .unwrap_err()
                .to_string()
                .contains("in PATH")
        );
    }

    #[test]
    fn a_configured_directory_is_taken_at_its_word() {
        let base = tempfile::tempdir().unwrap();
        assert!(matches!(
            Programs::configured(base.path()),
            Err(Error::NotPrograms {
                program: "postgres",
                ..
            })
        ));
        let old = install(base.path(), "14");
        assert!(matches!(
            Programs::configured(&old),
            Err(Error::TooOld { major: 14, .. })
        ));
        assert_eq!(
            Programs::configured(&install(base.path(), "15"))
                .unwrap()
                .major,
            15
        );
    }
}
