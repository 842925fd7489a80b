//! From cells to what is wanted of one advertiser, or to every problem that its row has.

use std::collections::HashMap;

use domain::{
    AdvertiserName, Channel, Email, Language, TimeZone, Why,
    console::{FileColumn, FileProblem},
};
use text::Text;

/// What one row wants of an advertiser.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub line: u64,
    pub name: AdvertiserName,
    pub reference: String,
    pub language: Language,
    pub time_zone: String,
    /// None: the file says nothing of it. Some(None): there is to be none.
    pub contact_email: Option<Option<Email>>,
    /// None: the file says nothing of them.
    pub channels: Option<Vec<Channel>>,
}

/// Problems of one row, in the reader's language.
pub(super) struct Problems {
    pub text: Text,
    pub line: u64,
    pub found: Vec<FileProblem>,
}

impl Problems {
    pub(super) fn add(&mut self, column: FileColumn, what: impl Into<String>) {
        self.found.push(FileProblem {
            line: Some(self.line),
            column: Some(column),
            what: what.into(),
        });
    }

    /// The value, or a problem of its column.
    fn take<T>(&mut self, column: FileColumn, parsed: Result<T, Why>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(why) => {
                self.add(column, self.text.why(why));
                None
            }
        }
    }
}

/// The longest reference that is taken, in characters.
const LONGEST_REFERENCE: usize = 80;

pub(super) fn parse(
    cells: &HashMap<FileColumn, String>,
    problems: &mut Problems,
) -> Option<Wanted> {
    let cell = |column| cells.get(&column).map(String::as_str);
    let filled = |column| cell(column).unwrap_or_default();
    let name = problems.take(FileColumn::Name, filled(FileColumn::Name).parse());
    let reference = problems.take(
        FileColumn::Reference,
        reference(filled(FileColumn::Reference)),
    );
    let language = language(filled(FileColumn::Language));
    if language.is_none() {
        problems.add(FileColumn::Language, problems.text.import_not_a_language());
    }
    let zone = filled(FileColumn::TimeZone).parse::<TimeZone>();
    let zone = zone.and_then(|zone| {
        let known = zone.as_str().parse::<chrono_tz::Tz>();
        known
            .map(|zone| zone.name().to_owned())
            .map_err(|_| Why::NotATimeZone)
    });
    let time_zone = problems.take(FileColumn::TimeZone, zone);
    let contact_email = match cell(FileColumn::ContactEmail) {
        None => Some(None),
        Some("") => Some(Some(None)),
        Some(email) => problems
            .take(FileColumn::ContactEmail, email.parse())
            .map(|email| Some(Some(email))),
    };
    let channels = match cell(FileColumn::Channels) {
        None => Some(None),
        Some(list) => channels(list, problems).map(Some),
    };
    Some(Wanted {
        line: problems.line,
        name: name?,
        reference: reference?,
        language: language?,
        time_zone: time_zone?,
        contact_email: contact_email?,
        channels: channels?,
    })
}

fn reference(text: &str) -> Result<String, Why> {
    if text.is_empty() {
        Err(Why::Empty)
    } else if text.chars().any(char::is_control) {
        Err(Why::Unprintable)
    } else if text.chars().count() > LONGEST_REFERENCE {
        Err(Why::TooLong {
            max: LONGEST_REFERENCE,
        })
    } else {
        Ok(text.to_owned())
    }
}

fn language(text: &str) -> Option<Language> {
    let text = text.to_lowercase();
    Language::ALL
        .iter()
        .copied()
        .find(|language| text == language.as_str() || text == language.own_name().to_lowercase())
        .or(match text.as_str() {
            "英語" => Some(Language::En),
            "japanese" => Some(Language::Ja),
            _ => None,
        })
}

fn channels(list: &str, problems: &mut Problems) -> Option<Vec<Channel>> {
    let mut channels = Vec::new();
    let mut is_known = true;
    for word in list
        .split([' ', ',', ';', '/', '|', '、', '・'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        match word.to_lowercase().parse::<Channel>() {
            Ok(channel) => channels.push(channel),
            Err(_) => {
                let word: String = word.chars().take(40).collect();
                problems.add(
                    FileColumn::Channels,
                    problems.text.import_not_a_channel(word),
                );
                is_known = false;
            }
        }
    }
    channels.sort_unstable_by_key(|channel| channel.as_str());
    channels.dedup();
    is_known.then_some(channels)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(cells: &[(FileColumn, &str)]) -> (Option<Wanted>, Vec<FileColumn>) {
        let cells = cells
            .iter()
            .map(|(column, cell)| (*column, (*cell).to_owned()))
            .collect();
        let mut problems = Problems {
            text: Text::new(Language::En),
            line: 2,
            found: Vec::new(),
        };
        let wanted = parse(&cells, &mut problems);
        let columns = problems
            .found
            .iter()
            .filter_map(|problem| problem.column)
            .collect();
        (wanted, columns)
    }

    #[test]
    fn a_good_row_is_taken_as_people_write_it() {
        let (wanted, problems) = row(&[
            (FileColumn::Name, "花屋"),
            (FileColumn::Reference, "KD-1"),
            (FileColumn::Language, "日本語"),
            (FileColumn::TimeZone, "Asia/Tokyo"),
            (FileColumn::ContactEmail, "Hana@Flowers.example"),
            (FileColumn::Channels, "WhatsApp、messenger, messenger"),
        ]);
        let wanted = wanted.unwrap();
        assert_eq!(problems, []);
        assert_eq!(wanted.language, Language::Ja);
        assert_eq!(
            wanted.contact_email.unwrap().unwrap().as_str(),
            "hana@flowers.example"
        );
        assert_eq!(
            wanted.channels.unwrap(),
            [Channel::Messenger, Channel::Whatsapp]
        );
    }

    #[test]
    fn every_problem_of_a_row_is_told_at_once() {
        let (wanted, problems) = row(&[
            (FileColumn::Name, ""),
            (FileColumn::Reference, ""),
            (FileColumn::Language, "fr"),
            (FileColumn::TimeZone, "Mars/Olympus"),
            (FileColumn::ContactEmail, "nobody"),
            (FileColumn::Channels, "sms fax"),
        ]);
        assert!(wanted.is_none());
        let mut expected = FileColumn::ALL.to_vec();
        expected.push(FileColumn::Channels);
        assert_eq!(problems, expected);
    }

    proptest! {
        #[test]
        fn a_row_is_taken_or_has_a_problem(cells in proptest::collection::hash_map(
            proptest::sample::select(FileColumn::ALL), ".{0,12}", 0..7,
        )) {
            let cells: Vec<_> = cells.iter().map(|(column, cell)| (*column, cell.as_str())).collect();
            let (wanted, problems) = row(&cells);
            prop_assert_eq!(wanted.is_some(), problems.is_empty());
        }
    }
}
