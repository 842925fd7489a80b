//! The subcodes with which `/events` refuses. Codes and meanings are those seen live; the sentences are the sandbox's.

/// A refusal: subcode, title and message for people.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) subcode: u32,
    pub(crate) title: &'static str,
    pub(crate) message: &'static str,
}

macro_rules! refusals {
    ($($name:ident = $subcode:literal, $title:literal, $message:literal;)*) => {
        $(pub(crate) const $name: Refusal = Refusal { subcode: $subcode, title: $title, message: $message };)*

        /// All of them, so that a test can ask for each.
        #[cfg(test)]
        pub(crate) const ALL: &[&Refusal] = &[$(&$name),*];
    };
}

refusals! {
    TOO_OLD = 2804003, "Event Timestamp Too Old",
        "The event_time of at least one event is more than 7 days ago. None of the events was processed.";
    IN_FUTURE = 2804004, "Event Timestamp In The Future",
        "The event_time of at least one event is in the future. Send Unix time in seconds.";
    CONTENT_WITHOUT_ID = 2804008, "Missing Content ID",
        "Every element of contents needs an id.";
    PURCHASE_WITHOUT_VALUE = 2804009, "Missing Value For Purchase Event",
        "Purchase events need a value in custom_data.";
    VALUE_WITHOUT_CURRENCY = 2804023, "Missing Currency",
        "An event with a value needs a currency as well.";
    BAD_EXTINFO = 2804043, "Invalid App Data",
        "The extinfo of an app event needs the version of the operating system in slot 4.";
    TOO_LITTLE_CUSTOMER_INFORMATION = 2804050, "You Haven't Added Sufficient Customer Information Parameter Data For This Event",
        "The event carries nothing by which a customer could be told. Add parameters to user_data.";
    NO_CHANNEL = 2804063, "Messaging Event Missing Channel",
        "Events with action_source business_messaging need a messaging_channel.";
    ARGUMENT_NOT_ALLOWED = 2804064, "Messaging Event Argument Not Allowed",
        "client_ip_address and client_user_agent are not allowed in business messaging events.";
    PAGE_IS_NOT_THE_DATASETS = 2804065, "Page Does Not Match Dataset",
        "The page_id is not the Page that this dataset is linked to.";
    EVENT_NAME = 2804066, "Messaging Event Invalid Event Type",
        "This event_name cannot be used with business messaging.";
    NO_PAGE_ID = 2804069, "Messaging Event Missing Page ID",
        "Messenger events need a page_id in user_data.";
    NO_IDENTIFIER = 2804071, "Messaging Event Missing Identifier",
        "The event needs the identifier of its channel in user_data: page_scoped_user_id or ctwa_clid.";
    PAGE_IS_NOT_THE_ADS = 2804072, "Page Does Not Match Click",
        "The page_id is not the Page of the ad that led to this ctwa_clid.";
    PSID_OF_ANOTHER_PAGE = 2804073, "Page-Scoped User ID Does Not Match Page",
        "The page_scoped_user_id does not belong to this page_id.";
    NO_IG_SID = 2804075, "Messaging Event Missing Instagram User ID",
        "Instagram events need an ig_sid in user_data.";
    NO_IG_ACCOUNT = 2804079, "Messaging Event Missing Instagram Account ID",
        "Instagram events need the id of the Instagram account in user_data.";
    NO_CURRENCY = 2804081, "Messaging Event Missing Currency",
        "Purchase and OrderCreated events need a currency in custom_data.";
    CLICK_UNKNOWN = 2804087, "Invalid Click ID",
        "The ctwa_clid does not belong to a click on an ad.";
    NO_ACCOUNT = 2804116, "Messaging Event Missing Account",
        "WhatsApp events need whatsapp_business_account_id or page_id in user_data.";
    CLICK_OF_ANOTHER_DATASET = 2804117, "Click ID Does Not Match Dataset",
        "The ctwa_clid belongs to another WhatsApp Business Account than this dataset.";
    WABA_IS_NOT_THE_DATASETS = 2804118, "WhatsApp Business Account Does Not Match Dataset",
        "The whatsapp_business_account_id is not the account that this dataset is linked to.";
    DATASET_WITHOUT_PAGE = 2804131, "No Page Associated With Dataset",
        "This dataset is not linked to a Page. Connect the Page to the dataset in Events Manager, or send the identifier of what the dataset is linked to.";
    DATASET_WITHOUT_WABA = 2804132, "No WhatsApp Business Account Linked To Dataset",
        "This dataset is not linked to a WhatsApp Business Account. Use the dataset that POST /{waba_id}/dataset returns.";
    DATASET_WITHOUT_INSTAGRAM = 2804133, "No Instagram Account Associated With Dataset",
        "This dataset is not linked to this Instagram account. Both must belong to the same business portfolio.";
}
