//! When an asset that was written to says nothing any more, or its messages come without the clicks that they came with.

/// What came in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboundHour {
    /// Hours since 1970.
    pub hour: i64,
    /// Messages of people.
    pub messages: i64,
    /// Of them, those with a click on an ad.
    pub clicks: i64,
}

/// So far back it is looked how an asset used to be written to.
const HABIT: i64 = 14 * 24;
/// On fewer days than this it was not written to regularly.
const REGULAR_DAYS: usize = 5;
/// So long a WhatsApp account may go without a click…
const WITHOUT_CLICK: i64 = 48;
/// …while at least this many messages come…
const FLOWING: i64 = 5;
/// …and so long after the last one nobody expects one any more: the ads have ended.
const CLICKS_OVER: i64 = 7 * 24;

/// Whether nobody has written for `patience` hours, and for more than twice as long as ever in the two weeks before. After
/// two weeks it is no longer silence but a rest. `hours` are in order.
pub fn is_silent(hours: &[InboundHour], now: i64, patience: i64) -> bool {
    let Some(last) = hours.last().map(|it| it.hour) else {
        return false;
    };
    let quiet = now - last;
    if quiet < patience || quiet > HABIT {
        return false;
    }
    let habit: Vec<i64> = hours
        .iter()
        .map(|it| it.hour)
        .filter(|hour| last - hour < HABIT)
        .collect();
    let mut days: Vec<i64> = habit.iter().map(|hour| hour.div_euclid(24)).collect();
    days.dedup();
    let longest = habit.windows(2).map(|pair| pair[1] - pair[0]).max();
    days.len() >= REGULAR_DAYS && longest.is_some_and(|gap| quiet > 2 * gap)
}

/// Whether messages flow without a click although there were clicks before.
pub fn lacks_clicks(hours: &[InboundHour], now: i64) -> bool {
    let last = hours.iter().rev().find(|it| it.clicks > 0);
    let Some(last) = last.map(|it| it.hour) else {
        return false;
    };
    let flowing: i64 = hours
        .iter()
        .filter(|it| now - it.hour < WITHOUT_CLICK)
        .map(|it| it.messages)
        .sum();
    (WITHOUT_CLICK..CLICKS_OVER).contains(&(now - last)) && flowing >= FLOWING
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages from nine to five on each of these days.
    fn office(days: impl IntoIterator<Item = i64>) -> Vec<InboundHour> {
        let hours = days
            .into_iter()
            .flat_map(|day| (9..17).map(move |hour| day * 24 + hour));
        hours
            .map(|hour| InboundHour {
                hour,
                messages: 3,
                clicks: 0,
            })
            .collect()
    }

    #[test]
    fn silence_is_longer_than_set_and_than_twice_any_before() {
        let week = office(0..7);
        let last = 6 * 24 + 16;
        assert!(!is_silent(&week, last + 23, 24));
        assert!(is_silent(&week, last + 40, 24));
        assert!(!is_silent(&week, last + 40, 48), "whoever set it waits");
        // Nights are seventeen hours: twice that passes before anybody worries.
        assert!(!is_silent(&week, last + 34, 12));
        assert!(is_silent(&week, last + 35, 12));
        // A shop that closes on weekends is quiet for two days every week.
        let shop = office((0..12).filter(|day| day % 7 < 5));
        assert!(!is_silent(&shop, 11 * 24 + 16 + 65, 24));
        assert!(!is_silent(&week, last + 15 * 24, 24), "it rests");
    }

    #[test]
    fn who_was_hardly_ever_written_to_is_not_silent() {
        for hours in [Vec::new(), office(0..1), office([0, 1, 2, 3])] {
            assert!(!is_silent(&hours, 9 * 24, 1), "{}", hours.len());
        }
    }

    #[test]
    fn clicks_are_missed_while_messages_flow_and_clicks_were_there_lately() {
        let mut hours = office(0..5);
        let now = 4 * 24 + 17;
        assert!(!lacks_clicks(&hours, now), "there never was one");
        hours[8].clicks = 1;
        assert!(lacks_clicks(&hours, now), "the last came on the second day");
        assert!(!lacks_clicks(&hours, now + 3 * 24), "nothing flows");
        hours.last_mut().unwrap().clicks = 1;
        assert!(!lacks_clicks(&hours, now));
        let mut long = office(0..12);
        long[0].clicks = 1;
        assert!(!lacks_clicks(&long, 11 * 24 + 17), "the ads have ended");
    }
}
