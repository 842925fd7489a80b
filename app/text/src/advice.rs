//! What to do when something went wrong: whole explanations, a few sentences each.

#[cfg(not(target_family = "wasm"))]
use domain::{Cause, CauseKey};
use domain::{Channel, ConnectFailure};

use crate::Text;

/// A connect attempt that stopped, for the person who sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectAdvice {
    /// The headline.
    pub title: &'static str,
    /// What happened.
    pub what: &'static str,
    /// Whose turn it is, and for what.
    pub next: &'static str,
}

/// An error of Meta's, for the person who has to deal with it.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseAdvice {
    /// What happened and why.
    pub what: &'static str,
    /// What to do.
    pub next: &'static str,
    /// Whose turn it is.
    pub turn: &'static str,
}

impl Text {
    /// Explains why connecting a channel stopped.
    pub fn connect_failure(self, failure: ConnectFailure, channel: Channel) -> ConnectAdvice {
        let (title, what, next) = match (failure, channel) {
            (ConnectFailure::Declined, _) => (
                self.connect_failure_declined_title(),
                self.connect_failure_declined_what(),
                self.connect_failure_declined_next(),
            ),
            (ConnectFailure::MissingScope, _) => (
                self.connect_failure_missing_scope_title(),
                self.connect_failure_missing_scope_what(),
                self.connect_failure_missing_scope_next(),
            ),
            (ConnectFailure::WrongApp, _) => (
                self.connect_failure_wrong_app_title(),
                self.connect_failure_wrong_app_what(),
                self.connect_failure_wrong_app_next(),
            ),
            (ConnectFailure::CodeUsed, _) => (
                self.connect_failure_code_used_title(),
                self.connect_failure_code_used_what(),
                self.connect_failure_code_used_next(),
            ),
            (ConnectFailure::CodeExpired, _) => (
                self.connect_failure_code_expired_title(),
                self.connect_failure_code_expired_what(),
                self.connect_failure_code_expired_next(),
            ),
            (ConnectFailure::NoPage, _) => (
                self.connect_failure_no_page_title(),
                self.connect_failure_no_page_what(),
                self.connect_failure_no_page_next(),
            ),
            (ConnectFailure::NoInstagram, _) => (
                self.connect_failure_no_instagram_title(),
                self.connect_failure_no_instagram_what(),
                self.connect_failure_no_instagram_next(),
            ),
            (ConnectFailure::NoWaba, _) => (
                self.connect_failure_no_waba_title(),
                self.connect_failure_no_waba_what(),
                self.connect_failure_no_waba_next(),
            ),
            (ConnectFailure::HeldElsewhere, Channel::Messenger) => (
                self.connect_failure_held_elsewhere_title(),
                self.connect_failure_held_elsewhere_what(),
                self.connect_failure_held_elsewhere_next(),
            ),
            (ConnectFailure::HeldElsewhere, Channel::Instagram) => (
                self.connect_failure_held_elsewhere_instagram_title(),
                self.connect_failure_held_elsewhere_instagram_what(),
                self.connect_failure_held_elsewhere_instagram_next(),
            ),
            (ConnectFailure::HeldElsewhere, Channel::Whatsapp) => (
                self.connect_failure_held_elsewhere_whatsapp_title(),
                self.connect_failure_held_elsewhere_whatsapp_what(),
                self.connect_failure_held_elsewhere_whatsapp_next(),
            ),
            (ConnectFailure::StateUnknown, _) => (
                self.connect_failure_state_unknown_title(),
                self.connect_failure_state_unknown_what(),
                self.connect_failure_state_unknown_next(),
            ),
            (ConnectFailure::OtherBrowser, _) => (
                self.connect_failure_other_browser_title(),
                self.connect_failure_other_browser_what(),
                self.connect_failure_other_browser_next(),
            ),
            (ConnectFailure::AttemptExpired, _) => (
                self.connect_failure_attempt_expired_title(),
                self.connect_failure_attempt_expired_what(),
                self.connect_failure_attempt_expired_next(),
            ),
            (ConnectFailure::MetaUnreachable, _) => (
                self.connect_failure_meta_unreachable_title(),
                self.connect_failure_meta_unreachable_what(),
                self.connect_failure_meta_unreachable_next(),
            ),
            (ConnectFailure::MetaRefused, _) => (
                self.connect_failure_meta_refused_title(),
                self.connect_failure_meta_refused_what(),
                self.connect_failure_meta_refused_next(),
            ),
            (ConnectFailure::DatasetFailed, Channel::Messenger) => (
                self.connect_failure_dataset_failed_title(),
                self.connect_failure_dataset_failed_what(),
                self.connect_failure_dataset_failed_next(),
            ),
            (ConnectFailure::DatasetFailed, Channel::Instagram) => (
                self.connect_failure_dataset_failed_instagram_title(),
                self.connect_failure_dataset_failed_instagram_what(),
                self.connect_failure_dataset_failed_instagram_next(),
            ),
            (ConnectFailure::DatasetFailed, Channel::Whatsapp) => (
                self.connect_failure_dataset_failed_whatsapp_title(),
                self.connect_failure_dataset_failed_whatsapp_what(),
                self.connect_failure_dataset_failed_whatsapp_next(),
            ),
            (ConnectFailure::InstagramAcrossPortfolios, _) => (
                self.connect_failure_instagram_across_portfolios_title(),
                self.connect_failure_instagram_across_portfolios_what(),
                self.connect_failure_instagram_across_portfolios_next(),
            ),
            (ConnectFailure::SubscribeFailed, Channel::Messenger) => (
                self.connect_failure_subscribe_failed_title(),
                self.connect_failure_subscribe_failed_what(),
                self.connect_failure_subscribe_failed_next(),
            ),
            (ConnectFailure::SubscribeFailed, Channel::Instagram) => (
                self.connect_failure_subscribe_failed_instagram_title(),
                self.connect_failure_subscribe_failed_instagram_what(),
                self.connect_failure_subscribe_failed_instagram_next(),
            ),
            (ConnectFailure::SubscribeFailed, Channel::Whatsapp) => (
                self.connect_failure_subscribe_failed_whatsapp_title(),
                self.connect_failure_subscribe_failed_whatsapp_what(),
                self.connect_failure_subscribe_failed_whatsapp_next(),
            ),
            (ConnectFailure::AppMisconfigured, _) => (
                self.connect_failure_app_misconfigured_title(),
                self.connect_failure_app_misconfigured_what(),
                self.connect_failure_app_misconfigured_next(),
            ),
            (ConnectFailure::SignupLeft, _) => (
                self.connect_failure_signup_left_title(),
                self.connect_failure_signup_left_what(),
                self.connect_failure_signup_left_next(),
            ),
            (ConnectFailure::SignupFailed, _) => (
                self.connect_failure_signup_failed_title(),
                self.connect_failure_signup_failed_what(),
                self.connect_failure_signup_failed_next(),
            ),
            (ConnectFailure::PopupBlocked, _) => (
                self.connect_failure_popup_blocked_title(),
                self.connect_failure_popup_blocked_what(),
                self.connect_failure_popup_blocked_next(),
            ),
            (ConnectFailure::SdkNotLoaded, _) => (
                self.connect_failure_sdk_not_loaded_title(),
                self.connect_failure_sdk_not_loaded_what(),
                self.connect_failure_sdk_not_loaded_next(),
            ),
            (ConnectFailure::NoCode, _) => (
                self.connect_failure_no_code_title(),
                self.connect_failure_no_code_what(),
                self.connect_failure_no_code_next(),
            ),
            (ConnectFailure::TokenUnfit, _) => (
                self.connect_failure_token_unfit_title(),
                self.connect_failure_token_unfit_what(),
                self.connect_failure_token_unfit_next(),
            ),
            (ConnectFailure::TokenDiscarded, _) => (
                self.connect_failure_token_discarded_title(),
                self.connect_failure_token_discarded_what(),
                self.connect_failure_token_discarded_next(),
            ),
        };
        ConnectAdvice { title, what, next }
    }

    /// Explains an error of Meta's. Its sentences stay on the server and reach pages as data.
    #[cfg(not(target_family = "wasm"))]
    pub fn cause(self, cause: Cause) -> CauseAdvice {
        let (what, next) = match cause.key {
            CauseKey::AwaitingConfirmation => (
                self.cause_awaiting_confirmation_what(),
                self.cause_awaiting_confirmation_next(),
            ),
            CauseKey::MetaFailed => (self.cause_meta_failed_what(), self.cause_meta_failed_next()),
            CauseKey::MetaTransient => (
                self.cause_meta_transient_what(),
                self.cause_meta_transient_next(),
            ),
            CauseKey::AppLimit => (self.cause_app_limit_what(), self.cause_app_limit_next()),
            CauseKey::UserLimit => (self.cause_user_limit_what(), self.cause_user_limit_next()),
            CauseKey::PageLimit => (self.cause_page_limit_what(), self.cause_page_limit_next()),
            CauseKey::CallLimit => (self.cause_call_limit_what(), self.cause_call_limit_next()),
            CauseKey::BusinessLimit => (
                self.cause_business_limit_what(),
                self.cause_business_limit_next(),
            ),
            CauseKey::PolicyBlock => (
                self.cause_policy_block_what(),
                self.cause_policy_block_next(),
            ),
            CauseKey::AccountDeleted => (
                self.cause_account_deleted_what(),
                self.cause_account_deleted_next(),
            ),
            CauseKey::AccountDisabled => (
                self.cause_account_disabled_what(),
                self.cause_account_disabled_next(),
            ),
            CauseKey::AppRemoved => (self.cause_app_removed_what(), self.cause_app_removed_next()),
            CauseKey::Checkpoint => (self.cause_checkpoint_what(), self.cause_checkpoint_next()),
            CauseKey::PasswordChanged => (
                self.cause_password_changed_what(),
                self.cause_password_changed_next(),
            ),
            CauseKey::TokenExpired => (
                self.cause_token_expired_what(),
                self.cause_token_expired_next(),
            ),
            CauseKey::AccountUnconfirmed => (
                self.cause_account_unconfirmed_what(),
                self.cause_account_unconfirmed_next(),
            ),
            CauseKey::PageRoleLost => (
                self.cause_page_role_lost_what(),
                self.cause_page_role_lost_next(),
            ),
            CauseKey::TokenInvalid => (
                self.cause_token_invalid_what(),
                self.cause_token_invalid_next(),
            ),
            CauseKey::PermissionMissing => (
                self.cause_permission_missing_what(),
                self.cause_permission_missing_next(),
            ),
            CauseKey::AppLacksPermission => (
                self.cause_app_lacks_permission_what(),
                self.cause_app_lacks_permission_next(),
            ),
            CauseKey::AppSecretWrong => (
                self.cause_app_secret_wrong_what(),
                self.cause_app_secret_wrong_next(),
            ),
            CauseKey::CallMalformed => (
                self.cause_call_malformed_what(),
                self.cause_call_malformed_next(),
            ),
            CauseKey::ObjectMissing => (
                self.cause_object_missing_what(),
                self.cause_object_missing_next(),
            ),
            CauseKey::AdvertisingBarred => (
                self.cause_advertising_barred_what(),
                self.cause_advertising_barred_next(),
            ),
            CauseKey::PageNotOfDataset => (
                self.cause_page_not_of_dataset_what(),
                self.cause_page_not_of_dataset_next(),
            ),
            CauseKey::WabaNotOfDataset => (
                self.cause_waba_not_of_dataset_what(),
                self.cause_waba_not_of_dataset_next(),
            ),
            CauseKey::DatasetWithoutPage => (
                self.cause_dataset_without_page_what(),
                self.cause_dataset_without_page_next(),
            ),
            CauseKey::DatasetWithoutWaba => (
                self.cause_dataset_without_waba_what(),
                self.cause_dataset_without_waba_next(),
            ),
            CauseKey::DatasetWithoutInstagram => (
                self.cause_dataset_without_instagram_what(),
                self.cause_dataset_without_instagram_next(),
            ),
            CauseKey::ClockSkewed => (
                self.cause_clock_skewed_what(),
                self.cause_clock_skewed_next(),
            ),
            CauseKey::VersionUnknown => (
                self.cause_version_unknown_what(),
                self.cause_version_unknown_next(),
            ),
            CauseKey::TokenOfOtherApp => (
                self.cause_token_of_other_app_what(),
                self.cause_token_of_other_app_next(),
            ),
            CauseKey::AssetUnreachable => (
                self.cause_asset_unreachable_what(),
                self.cause_asset_unreachable_next(),
            ),
            CauseKey::DatasetUnlinked => (
                self.cause_dataset_unlinked_what(),
                self.cause_dataset_unlinked_next(),
            ),
            CauseKey::DatasetDrifted => (
                self.cause_dataset_drifted_what(),
                self.cause_dataset_drifted_next(),
            ),
            CauseKey::DatasetUnavailable => (
                self.cause_dataset_unavailable_what(),
                self.cause_dataset_unavailable_next(),
            ),
            CauseKey::AssetSilent => (
                self.cause_asset_silent_what(),
                self.cause_asset_silent_next(),
            ),
            CauseKey::ClicksMissing => (
                self.cause_clicks_missing_what(),
                self.cause_clicks_missing_next(),
            ),
            CauseKey::WebhookMissing => (
                self.cause_webhook_missing_what(),
                self.cause_webhook_missing_next(),
            ),
            CauseKey::WebhookFieldsMissing => (
                self.cause_webhook_fields_missing_what(),
                self.cause_webhook_fields_missing_next(),
            ),
            CauseKey::TimeTooOld => (
                self.cause_time_too_old_what(),
                self.cause_time_too_old_next(),
            ),
            CauseKey::TimeInFuture => (
                self.cause_time_in_future_what(),
                self.cause_time_in_future_next(),
            ),
            CauseKey::ContentIdMissing => (
                self.cause_content_id_missing_what(),
                self.cause_content_id_missing_next(),
            ),
            CauseKey::ValueMissing => (
                self.cause_value_missing_what(),
                self.cause_value_missing_next(),
            ),
            CauseKey::ValueWithoutCurrency => (
                self.cause_value_without_currency_what(),
                self.cause_value_without_currency_next(),
            ),
            CauseKey::LeadUnknown => (
                self.cause_lead_unknown_what(),
                self.cause_lead_unknown_next(),
            ),
            CauseKey::AppDataInvalid => (
                self.cause_app_data_invalid_what(),
                self.cause_app_data_invalid_next(),
            ),
            CauseKey::IdentityMissing => (
                self.cause_identity_missing_what(),
                self.cause_identity_missing_next(),
            ),
            CauseKey::ChannelMissing => (
                self.cause_channel_missing_what(),
                self.cause_channel_missing_next(),
            ),
            CauseKey::KeyForbidden => (
                self.cause_key_forbidden_what(),
                self.cause_key_forbidden_next(),
            ),
            CauseKey::NameUnknown => (
                self.cause_name_unknown_what(),
                self.cause_name_unknown_next(),
            ),
            CauseKey::PageMissing => (
                self.cause_page_missing_what(),
                self.cause_page_missing_next(),
            ),
            CauseKey::PersonMissing => (
                self.cause_person_missing_what(),
                self.cause_person_missing_next(),
            ),
            CauseKey::PageNotOfAd => (
                self.cause_page_not_of_ad_what(),
                self.cause_page_not_of_ad_next(),
            ),
            CauseKey::PersonNotOfPage => (
                self.cause_person_not_of_page_what(),
                self.cause_person_not_of_page_next(),
            ),
            CauseKey::InstagramPersonMissing => (
                self.cause_instagram_person_missing_what(),
                self.cause_instagram_person_missing_next(),
            ),
            CauseKey::InstagramAccountMissing => (
                self.cause_instagram_account_missing_what(),
                self.cause_instagram_account_missing_next(),
            ),
            CauseKey::CurrencyMissing => (
                self.cause_currency_missing_what(),
                self.cause_currency_missing_next(),
            ),
            CauseKey::ClickUnknown => (
                self.cause_click_unknown_what(),
                self.cause_click_unknown_next(),
            ),
            CauseKey::WhatsappAccountMissing => (
                self.cause_whatsapp_account_missing_what(),
                self.cause_whatsapp_account_missing_next(),
            ),
            CauseKey::ParameterInvalid => (
                self.cause_parameter_invalid_what(),
                self.cause_parameter_invalid_next(),
            ),
            CauseKey::SubcodeUnknown => (
                self.cause_subcode_unknown_what(),
                self.cause_subcode_unknown_next(),
            ),
            CauseKey::CodeUnknown => (
                self.cause_code_unknown_what(),
                self.cause_code_unknown_next(),
            ),
        };
        CauseAdvice {
            what,
            next,
            turn: self.actor(cause.actor),
        }
    }
}
