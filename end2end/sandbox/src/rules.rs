//! What `/events` demands of one event. Pure: everything it must know is handed in.

use crate::{
    dataset::Dataset,
    ledger::text_of,
    state::Click,
    subcodes::{self as because, Refusal},
};
use serde_json::Value;

const DAY: i64 = 86_400;
/// Meta's tolerance for clocks that run ahead is not published; a minute is the sandbox's.
const AHEAD: i64 = 60;

/// The fourteen names that business messaging knows.
const NAMES: &[&str] = &[
    "Purchase",
    "LeadSubmitted",
    "InitiateCheckout",
    "AddToCart",
    "ViewContent",
    "OrderCreated",
    "OrderShipped",
    "OrderDelivered",
    "OrderCanceled",
    "OrderReturned",
    "CartAbandoned",
    "QualifiedLead",
    "RatingProvided",
    "ReviewProvided",
];
const SOURCES: &[&str] = &[
    "email",
    "website",
    "app",
    "phone_call",
    "chat",
    "physical_store",
    "system_generated",
    "business_messaging",
    "other",
];

/// What a rule may look up.
pub(crate) trait Facts {
    fn now(&self) -> i64;
    fn dataset(&self) -> &Dataset;
    /// The Instagram account lies in another portfolio than its Page.
    fn is_apart(&self, account: &str) -> bool;
    fn knows_psid(&self, page: &str, psid: &str) -> bool;
    fn knows_igsid(&self, account: &str, igsid: &str) -> bool;
    fn click(&self, ctwa_clid: &str) -> Option<Click>;
}

/// Why an event is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// With a subcode.
    Refused(&'static Refusal),
    /// Plainly an invalid parameter.
    Invalid(String),
}

impl From<&'static Refusal> for Violation {
    fn from(refusal: &'static Refusal) -> Self {
        Self::Refused(refusal)
    }
}

type Verdict = Result<(), Violation>;

/// Checks one event; the first rule that it breaks speaks.
pub(crate) fn check(event: &Value, facts: &impl Facts) -> Verdict {
    let invalid = |why: &str| Err(Violation::Invalid(why.into()));
    if !event.is_object() {
        return invalid("data must be a list of events");
    }
    let Some(name) = field(event, "event_name") else {
        return invalid("Missing parameter: event_name");
    };
    let Some(time) = field(event, "event_time").and_then(|it| it.parse::<i64>().ok()) else {
        return invalid("event_time must be Unix time in seconds");
    };
    let Some(source) = field(event, "action_source") else {
        return invalid("Missing parameter: action_source");
    };
    if !SOURCES.contains(&source.as_str()) {
        return invalid("action_source is not one of the known sources");
    }
    let oldest = if source == "physical_store" { 62 } else { 7 };
    if time < facts.now() - oldest * DAY {
        return Err((&because::TOO_OLD).into());
    }
    if time > facts.now() + AHEAD {
        return Err((&because::IN_FUTURE).into());
    }
    let nobody = event["user_data"]
        .as_object()
        .is_none_or(serde_json::Map::is_empty);
    if source == "business_messaging" {
        messaging(event, &name, nobody, facts)?;
    } else if nobody {
        return Err((&because::TOO_LITTLE_CUSTOMER_INFORMATION).into());
    } else if source == "app" && extinfo_lacks_version(event) {
        return Err((&because::BAD_EXTINFO).into());
    }
    custom_data(event, &name)
}

fn messaging(event: &Value, name: &str, nobody: bool, facts: &impl Facts) -> Verdict {
    let Some(channel) = field(event, "messaging_channel") else {
        return Err((&because::NO_CHANNEL).into());
    };
    if nobody {
        return Err((&because::TOO_LITTLE_CUSTOMER_INFORMATION).into());
    }
    let user = &event["user_data"];
    if ["client_ip_address", "client_user_agent"]
        .iter()
        .any(|it| field(user, it).is_some())
    {
        return Err((&because::ARGUMENT_NOT_ALLOWED).into());
    }
    if !NAMES.contains(&name) {
        return Err((&because::EVENT_NAME).into());
    }
    match channel.as_str() {
        "messenger" => messenger(user, facts),
        "instagram" => instagram(user, facts),
        "whatsapp" => whatsapp(user, facts),
        _ => Err(Violation::Invalid(
            "messaging_channel must be messenger, instagram or whatsapp".into(),
        )),
    }
}

fn messenger(user: &Value, facts: &impl Facts) -> Verdict {
    let page = field(user, "page_id").ok_or(&because::NO_PAGE_ID)?;
    let psid = field(user, "page_scoped_user_id").ok_or(&because::NO_IDENTIFIER)?;
    page_of_dataset(&page, facts)?;
    if facts.knows_psid(&page, &psid) {
        Ok(())
    } else {
        Err((&because::PSID_OF_ANOTHER_PAGE).into())
    }
}

fn instagram(user: &Value, facts: &impl Facts) -> Verdict {
    // Meta's pages name the key in two ways; both work live.
    let account = field(user, "ig_account_id")
        .or_else(|| field(user, "instagram_business_account_id"))
        .ok_or(&because::NO_IG_ACCOUNT)?;
    let igsid = field(user, "ig_sid").ok_or(&because::NO_IG_SID)?;
    if facts.dataset().instagram_id.as_ref() != Some(&account) || facts.is_apart(&account) {
        return Err((&because::DATASET_WITHOUT_INSTAGRAM).into());
    }
    if facts.knows_igsid(&account, &igsid) {
        Ok(())
    } else {
        Err(Violation::Invalid(
            "ig_sid does not belong to the Instagram account".into(),
        ))
    }
}

fn whatsapp(user: &Value, facts: &impl Facts) -> Verdict {
    let page = field(user, "page_id");
    let waba = field(user, "whatsapp_business_account_id");
    if page.is_none() && waba.is_none() {
        return Err((&because::NO_ACCOUNT).into());
    }
    let clid = field(user, "ctwa_clid").ok_or(&because::NO_IDENTIFIER)?;
    if let Some(page) = &page {
        page_of_dataset(page, facts)?;
    }
    if let Some(waba) = &waba {
        match &facts.dataset().waba_id {
            None => return Err((&because::DATASET_WITHOUT_WABA).into()),
            Some(linked) if linked != waba => {
                return Err((&because::WABA_IS_NOT_THE_DATASETS).into());
            }
            Some(_) => {}
        }
    }
    let click = facts.click(&clid).ok_or(&because::CLICK_UNKNOWN)?;
    if page.is_some() && click.page_id != page {
        return Err((&because::PAGE_IS_NOT_THE_ADS).into());
    }
    if waba.is_some() && click.waba_id != waba {
        return Err((&because::CLICK_OF_ANOTHER_DATASET).into());
    }
    Ok(())
}

fn page_of_dataset(page: &str, facts: &impl Facts) -> Verdict {
    match &facts.dataset().page_id {
        None => Err((&because::DATASET_WITHOUT_PAGE).into()),
        Some(linked) if linked != page => Err((&because::PAGE_IS_NOT_THE_DATASETS).into()),
        Some(_) => Ok(()),
    }
}

fn custom_data(event: &Value, name: &str) -> Verdict {
    let custom = &event["custom_data"];
    let value = field(custom, "value");
    if name == "Purchase" && value.is_none() {
        return Err((&because::PURCHASE_WITHOUT_VALUE).into());
    }
    match field(custom, "currency") {
        None if name == "Purchase" || name == "OrderCreated" => {
            return Err((&because::NO_CURRENCY).into());
        }
        None if value.is_some() => return Err((&because::VALUE_WITHOUT_CURRENCY).into()),
        Some(code) if code.len() != 3 || !code.bytes().all(|it| it.is_ascii_alphabetic()) => {
            return Err(Violation::Invalid(
                "currency must be a three-letter ISO 4217 code".into(),
            ));
        }
        _ => {}
    }
    if value.is_some_and(|it| {
        !it.parse::<f64>()
            .is_ok_and(|it| it.is_finite() && it >= 0.0)
    }) {
        return Err(Violation::Invalid(
            "value must be a number that is not negative".into(),
        ));
    }
    let contents = custom["contents"].as_array().into_iter().flatten();
    if contents.into_iter().any(|it| field(it, "id").is_none()) {
        return Err((&because::CONTENT_WITHOUT_ID).into());
    }
    Ok(())
}

fn extinfo_lacks_version(event: &Value) -> bool {
    event["app_data"]["extinfo"]
        .get(4)
        .and_then(text_of)
        .is_none()
}

fn field(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(text_of)
}
