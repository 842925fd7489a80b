//! What strangers may send, as bytes: each function reads them as the product does, and none may panic whatever they are.
//!
//! `scripts/fuzz` runs each under libFuzzer for a bounded time, from the seeds in `seeds/`; the tests here hold that the
//! seeds get past the first check, since a fuzzer that only ever meets the first refusal proves nothing.

use backend::testing::readers;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use graph::{SignedRequest, webhook as reading};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::value::RawValue;
use sha2::Sha256;

/// The app secret that everything here is signed with.
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A webhook's body, as Meta's and as WhatsApp's API on premises. Answers how many messages it holds.
pub fn webhook(bytes: &[u8]) -> usize {
    let on_premises = reading::on_premises(bytes).unwrap_or_default();
    let entries = reading::entries(bytes).unwrap_or_default();
    let items = entries.iter().flat_map(|entry| &entry.items);
    let mut messages = 0;
    for item in items.chain(&on_premises) {
        let _ = item.person();
        let _ = format!("{item:?}");
        messages += 1;
    }
    messages
}

/// Elements of `data` in Meta's shape. Answers how many would go out.
pub fn ingest(bytes: &[u8]) -> usize {
    let list: Result<Vec<&RawValue>, _> = serde_json::from_slice(bytes);
    let events = list.or_else(|_| serde_json::from_slice(bytes).map(|event| vec![event]));
    let taken = events.unwrap_or_default().into_iter();
    taken.filter_map(readers::ingested).count()
}

/// A table of events. Answers how many rows are events.
pub fn table(bytes: &[u8]) -> usize {
    readers::table(bytes)
}

/// A `signed_request`: as it came, and with what follows signed by us. Answers whether the latter was taken.
pub fn signed_request(bytes: &[u8]) -> bool {
    let secret = SECRET.into();
    let _ = SignedRequest::read(&secret, &String::from_utf8_lossy(bytes));
    let payload = URL_SAFE_NO_PAD.encode(bytes);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else {
        return false;
    };
    mac.update(payload.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    SignedRequest::read(&secret, &format!("{signature}.{payload}")).is_ok()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    fn seeds(target: &str) -> Vec<Vec<u8>> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("seeds")
            .join(target);
        let files = fs::read_dir(directory).expect("the target has seeds");
        files
            .map(|file| fs::read(file.expect("a file").path()).expect("it can be read"))
            .collect()
    }

    #[test]
    fn every_seed_gets_past_the_first_check() {
        for seed in seeds("webhook") {
            assert!(
                super::webhook(&seed) > 0,
                "{}",
                String::from_utf8_lossy(&seed)
            );
        }
        for seed in seeds("ingest") {
            assert!(
                super::ingest(&seed) > 0,
                "{}",
                String::from_utf8_lossy(&seed)
            );
        }
        for seed in seeds("table") {
            assert!(
                super::table(&seed) > 0,
                "{}",
                String::from_utf8_lossy(&seed)
            );
        }
        for seed in seeds("signed_request") {
            assert!(
                super::signed_request(&seed),
                "{}",
                String::from_utf8_lossy(&seed)
            );
        }
    }
}
