//! What the build cannot prove: the catalogue of the browser, and the words that were agreed on.

use crate::{Text, catalogue, catalogue_hash};
use domain::{
    CauseKey, Channel, ConnectFailure, EventName, EventState, Health, Language, Problem, Rule, Why,
    time::{Relative, Span},
};

const EN: Text = Text::new(Language::En);
const JA: Text = Text::new(Language::Ja);

fn shipped(language: Language) -> Vec<String> {
    serde_json::from_str(catalogue(language)).unwrap()
}

#[test]
fn the_browser_gets_the_sentences_of_the_console_in_the_order_of_their_numbers() {
    for &language in Language::ALL {
        let text = Text::new(language);
        let shipped = shipped(language);
        for (index, sentence) in shipped.iter().enumerate() {
            assert_eq!(text.line(index), sentence);
        }
        assert!(
            shipped
                .iter()
                .any(|sentence| sentence == text.words_sign_in())
        );
    }
    assert_eq!(shipped(Language::En).len(), shipped(Language::Ja).len());
    assert_ne!(catalogue_hash(Language::En), catalogue_hash(Language::Ja));
}

#[test]
fn sentences_of_the_server_are_not_shipped() {
    for &language in Language::ALL {
        let shipped = shipped(language);
        for key in CauseKey::ALL {
            let advice = Text::new(language).cause(key.cause());
            for sentence in [advice.what, advice.next] {
                assert!(!sentence.is_empty(), "{key}");
                assert!(
                    !shipped.iter().any(|other| other == sentence),
                    "{key}: {sentence}"
                );
            }
        }
    }
}

#[test]
fn states_and_health_are_called_as_the_glossary_says() {
    let states = [
        (EventState::Queued, "queued", "送信待ち"),
        (EventState::Sending, "sending", "送信中"),
        (EventState::Retrying, "retrying", "再送待ち"),
        (EventState::Delivered, "delivered", "受信済み"),
        (
            EventState::DeliveredWithWarning,
            "delivered with warning",
            "受信済み(警告あり)",
        ),
        (EventState::Unconfirmed, "unconfirmed", "結果不明"),
        (EventState::Parked, "parked", "保留"),
        (EventState::Rejected, "rejected", "拒否"),
        (EventState::Duplicate, "duplicate", "重複"),
        (EventState::Expired, "expired", "期限切れ"),
    ];
    assert_eq!(states.map(|(state, ..)| state), EventState::ALL);
    for (state, en, ja) in states {
        assert_eq!((EN.state(state), JA.state(state)), (en, ja));
    }
    let health = [
        (Health::Healthy, "healthy", "正常"),
        (Health::Degraded, "degraded", "不安定"),
        (Health::Reconnect, "reconnect", "再接続"),
        (Health::Misconfigured, "misconfigured", "設定エラー"),
    ];
    for (health, en, ja) in health {
        assert_eq!((EN.health(health), JA.health(health)), (en, ja));
    }
}

#[test]
fn things_are_called_as_the_glossary_says() {
    let words = [
        (JA.words_advertiser(), "広告主"),
        (JA.words_partner(), "パートナー"),
        (JA.words_connection(), "接続"),
        (JA.words_facebook_login(), "ビジネス用Facebookログイン"),
        (JA.words_embedded_signup(), "埋め込み登録"),
        (JA.words_access_token(), "アクセストークン"),
        (JA.words_scopes(), "アクセス許可"),
        (JA.words_dataset(), "データセット"),
        (JA.words_events_manager(), "イベントマネージャ"),
        (JA.words_test_event(), "テストイベント"),
        (JA.words_test_code(), "テストコード"),
        (JA.words_delivery_history(), "送信履歴"),
        (JA.words_attempt(), "送信試行"),
        (JA.words_replay(), "再送"),
        (JA.words_connect_link(), "接続リンク"),
        (JA.words_app_readiness(), "アプリの準備状況"),
    ];
    for (actual, expected) in words {
        assert_eq!(actual, expected);
    }
}

#[test]
fn numbers_are_put_in_with_the_right_plural() {
    let minutes = |count| Relative::Past(Span::Minutes(count));
    assert_eq!(EN.relative(minutes(1)), "1 minute ago");
    assert_eq!(EN.relative(minutes(3)), "3 minutes ago");
    assert_eq!(JA.relative(minutes(3)), "3分前");
    assert_eq!(EN.relative(Relative::Future(Span::Days(1))), "in 1 day");
    assert_eq!(EN.relative(Relative::Now), "just now");
    assert_eq!(
        EN.why(Why::TooShort { min: 12 }),
        "Use at least 12 characters."
    );
    assert_eq!(
        JA.why(Why::TooLong { max: 80 }),
        "80文字以内で入力してください。"
    );
}

#[test]
fn a_problem_in_an_item_is_counted_as_people_count() {
    let problem = Problem::in_item(Rule::ContentIdMissing, 1);
    assert_eq!(EN.problem(problem), "Item 2: Every item needs an id.");
    assert_eq!(JA.problem(problem), "商品2: すべての商品にIDが必要です。");
}

#[test]
fn no_two_values_share_their_words() {
    fn distinct<T: Copy>(values: &[T], words: impl Fn(T) -> &'static str) -> bool {
        let unique: std::collections::HashSet<_> =
            values.iter().map(|&value| words(value)).collect();
        unique.len() == values.len()
    }
    for text in [EN, JA] {
        assert!(distinct(Channel::ALL, |value| text.channel(value)));
        assert!(distinct(EventState::ALL, |value| text.state_meaning(value)));
        assert!(distinct(EventName::ALL, |value| text.event_name(value)));
        assert!(distinct(Rule::ALL, |value| text.rule(value)));
        for &channel in Channel::ALL {
            assert!(distinct(ConnectFailure::ALL, |value| text
                .connect_failure(value, channel)
                .title));
        }
    }
}

#[test]
fn sentences_end_as_sentences_and_nobody_shouts() {
    for (language, end) in [(Language::En, "."), (Language::Ja, "。")] {
        let text = Text::new(language);
        for &rule in Rule::ALL {
            assert!(text.rule(rule).ends_with(end), "{rule}");
        }
        for sentence in shipped(language) {
            assert!(!sentence.contains(['!', '！']), "{sentence}");
        }
    }
}
