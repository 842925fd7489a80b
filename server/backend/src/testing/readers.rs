//! The readers of what strangers send, alone: no database behind them. Package `fuzz` feeds them.

use domain::{Channel, DatasetKind, Language};
use serde_json::value::RawValue;
use text::Text;

use crate::{
    Clock,
    event_files::{rows, sheet},
    ingest::{Route, read},
};

/// When everything is read, in unix seconds.
const NOW: i64 = 1_790_500_600;
/// What each channel's asset is called at Meta.
const ASSETS: [(Channel, DatasetKind, &str); 3] = [
    (Channel::Messenger, DatasetKind::Page, "10001"),
    (Channel::Instagram, DatasetKind::Instagram, "17841"),
    (Channel::Whatsapp, DatasetKind::Waba, "102"),
];

/// An element of `data` as it would go out for connections of all channels; nothing when it breaks a rule.
#[must_use]
pub fn ingested(event: &RawValue) -> Option<String> {
    let clock = Clock::system();
    let routes = ASSETS.map(|(channel, kind, asset)| Route {
        advertiser: clock.mint(),
        connection: clock.mint(),
        channel,
        asset: clock.mint(),
        asset_meta_id: asset.to_owned(),
        dataset: clock.mint(),
        kind,
    });
    let reading = read::written(clock.mint(), event, &routes, None, NOW).ok()?;
    Some(reading.body)
}

/// How many rows of a table are events; a row names its connection by its channel.
#[must_use]
pub fn table(bytes: &[u8]) -> usize {
    let text = Text::new(Language::En);
    let Ok(sheet) = sheet::read(text, bytes) else {
        return 0;
    };
    let lines = rows::Lines::from(ASSETS.map(|(channel, kind, asset)| {
        let line = rows::Line {
            id: Clock::system().mint(),
            dataset: "88".into(),
            channel,
            kind,
            asset: asset.into(),
            page: "10001".into(),
        };
        (channel.to_string(), line)
    }));
    let events = sheet.rows.iter().filter_map(|row| {
        let (_, event) = rows::event(text, row, &lines).ok()?;
        ingested(&read::to_text(&event).ok()?)
    });
    events.count()
}
