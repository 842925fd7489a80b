//! The words for each value of an enumeration: one `match` each, so that a new value cannot be forgotten.

use domain::{
    Actor, AssetKind, Channel, ConnectStep, DatasetKind, Doubt, EventName, EventSource, EventState,
    Field, Health, KeyScope, KeyStanding, MessageKind, MessageOutcome, MetaPermission,
    OnboardingStep, Permission, Probe, ProbeOutcome, RelayState, Requirement, Role, Rule,
    SignupStep, SignupTrouble, StateGroup, console::NeedKind,
};

use domain::console::{EventColumn, FileColumn};

use crate::Text;

macro_rules! sentences {
    ($($(#[$meta:meta])* $name:ident($domain:ident) { $($variant:ident => $sentence:ident,)+ })+) => {
        impl Text {
            $(
                $(#[$meta])*
                pub fn $name(self, value: $domain) -> &'static str {
                    match value {
                        $($domain::$variant => self.$sentence(),)+
                    }
                }
            )+
        }
    };
}

impl Text {
    /// What a requirement of the app is called; a permission by Meta's name for it.
    pub fn requirement(self, requirement: Requirement) -> &'static str {
        match requirement {
            Requirement::AppLive => self.requirement_app_live(),
            Requirement::BusinessVerified => self.requirement_business_verified(),
            Requirement::MarketingApiAccess => self.requirement_marketing_api_access(),
            Requirement::LoginConfiguration => self.requirement_login_configuration(),
            Requirement::SignupConfiguration => self.requirement_signup_configuration(),
            Requirement::PageWebhook => self.requirement_page_webhook(),
            Requirement::InstagramWebhook => self.requirement_instagram_webhook(),
            Requirement::WhatsappWebhook => self.requirement_whatsapp_webhook(),
            Requirement::DataDeletion => self.requirement_data_deletion(),
            permission => permission.as_str(),
        }
    }
}

sentences! {
    /// What a channel is called.
    channel(Channel) {
        Messenger => channel_messenger,
        Instagram => channel_instagram,
        Whatsapp => channel_whatsapp,
    }
    /// What a kind of asset is called.
    asset_kind(AssetKind) {
        Page => asset_page,
        InstagramAccount => asset_instagram_account,
        Waba => asset_waba,
        PhoneNumber => asset_phone_number,
    }
    /// What a dataset is linked to.
    dataset_kind(DatasetKind) {
        Page => dataset_page,
        Instagram => dataset_instagram,
        Waba => dataset_waba,
        PageLinkedWhatsapp => dataset_page_linked_whatsapp,
    }
    /// An event's state in one word.
    state(EventState) {
        Queued => state_queued,
        Sending => state_sending,
        Retrying => state_retrying,
        Delivered => state_delivered,
        DeliveredWithWarning => state_delivered_with_warning,
        Unconfirmed => state_unconfirmed,
        Parked => state_parked,
        Rejected => state_rejected,
        Duplicate => state_duplicate,
        Expired => state_expired,
    }
    /// An event's state in one sentence.
    state_meaning(EventState) {
        Queued => state_queued_meaning,
        Sending => state_sending_meaning,
        Retrying => state_retrying_meaning,
        Delivered => state_delivered_meaning,
        DeliveredWithWarning => state_delivered_with_warning_meaning,
        Unconfirmed => state_unconfirmed_meaning,
        Parked => state_parked_meaning,
        Rejected => state_rejected_meaning,
        Duplicate => state_duplicate_meaning,
        Expired => state_expired_meaning,
    }
    /// A group of states, for filters.
    state_group(StateGroup) {
        OnItsWay => state_group_on_its_way,
        Arrived => state_group_arrived,
        NeedsAttention => state_group_needs_attention,
        NotCounted => state_group_not_counted,
    }
    /// Why nobody can tell whether an event counted.
    doubt(Doubt) {
        Timeout => doubt_timeout,
        Reset => doubt_reset,
        NotJson => doubt_not_json,
        ServerError => doubt_server_error,
        CountMismatch => doubt_count_mismatch,
        Interrupted => doubt_interrupted,
    }
    /// A connection's health in one word.
    health(Health) {
        Disconnected => health_disconnected,
        Healthy => health_healthy,
        Degraded => health_degraded,
        Reconnect => health_reconnect,
        Misconfigured => health_misconfigured,
    }
    /// A connection's health in one sentence.
    health_sentence(Health) {
        Disconnected => health_disconnected_sentence,
        Healthy => health_healthy_sentence,
        Degraded => health_degraded_sentence,
        Reconnect => health_reconnect_sentence,
        Misconfigured => health_misconfigured_sentence,
    }
    /// What a probe looks at.
    probe(Probe) {
        Clock => probe_clock,
        Version => probe_version,
        Token => probe_token,
        App => probe_app,
        Expiry => probe_expiry,
        Scope => probe_scope,
        Asset => probe_asset,
        Dataset => probe_dataset,
        Link => probe_link,
        Webhook => probe_webhook,
        Fields => probe_fields,
        Inbound => probe_inbound,
        Accepted => probe_accepted,
    }
    /// What came of a probe, in a word or two.
    probe_outcome(ProbeOutcome) {
        Passed => probe_outcome_passed,
        Warned => probe_outcome_warned,
        Unanswered => probe_outcome_unanswered,
        NotRun => probe_outcome_not_run,
        Failed => probe_outcome_failed,
    }
    /// What happened at Meta.
    message_kind(MessageKind) {
        Message => message_kind_message,
        Postback => message_kind_postback,
        Referral => message_kind_referral,
        AccountUpdate => message_kind_account_update,
        AutomaticEvent => message_kind_automatic_event,
        Other => message_kind_other,
    }
    /// What came of it, in a word or two.
    message_outcome(MessageOutcome) {
        Contact => message_outcome_contact,
        Echo => message_outcome_echo,
        NoSender => message_outcome_no_sender,
        Unrouted => message_outcome_unrouted,
        Ignored => message_outcome_ignored,
        Unreadable => message_outcome_unreadable,
        Connection => message_outcome_connection,
        Recorded => message_outcome_recorded,
        Reported => message_outcome_reported,
        Refused => message_outcome_refused,
    }
    /// What a column of a file of events holds.
    event_column(EventColumn) {
        Connection => event_column_connection,
        EventName => event_column_event_name,
        EventTime => event_column_event_time,
        Person => event_column_person,
        EventId => event_column_event_id,
        OrderId => event_column_order_id,
        Value => event_column_value,
        Currency => event_column_currency,
    }
    /// How far a webhook came that is handed on.
    relay_state(RelayState) {
        Waiting => relay_state_waiting,
        Taken => relay_state_taken,
        GivenUp => relay_state_given_up,
        Withdrawn => relay_state_withdrawn,
    }
    /// Why something needs somebody.
    need_kind(NeedKind) {
        Incident => need_incident,
        Broken => need_broken,
        Degraded => need_degraded,
        Stuck => need_stuck,
        Unconfirmed => need_unconfirmed,
        Relay => need_relay,
    }
    /// What a role is called.
    role(Role) {
        Owner => role_owner,
        Operator => role_operator,
        Support => role_support,
        Auditor => role_auditor,
        AdvertiserAdmin => role_advertiser_admin,
        AdvertiserViewer => role_advertiser_viewer,
    }
    /// What a role may do.
    role_meaning(Role) {
        Owner => role_owner_meaning,
        Operator => role_operator_meaning,
        Support => role_support_meaning,
        Auditor => role_auditor_meaning,
        AdvertiserAdmin => role_advertiser_admin_meaning,
        AdvertiserViewer => role_advertiser_viewer_meaning,
    }
    /// What a permission allows.
    permission(Permission) {
        ViewAdvertisers => permission_view_advertisers,
        ManageAdvertisers => permission_manage_advertisers,
        ManageConnections => permission_manage_connections,
        SendTestEvents => permission_send_test_events,
        IngestEvents => permission_ingest_events,
        HandInWebhooks => permission_hand_in_webhooks,
        ManageApiKeys => permission_manage_api_keys,
        ManagePartnerKeys => permission_manage_partner_keys,
        ViewEvents => permission_view_events,
        ResolveEvents => permission_resolve_events,
        RevealIdentifiers => permission_reveal_identifiers,
        ManageTeam => permission_manage_team,
        WalkConnect => permission_walk_connect,
        SendConnectLinks => permission_send_connect_links,
        MoveAssets => permission_move_assets,
        EraseContacts => permission_erase_contacts,
        EraseAdvertisers => permission_erase_advertisers,
        ViewInbox => permission_view_inbox,
        ReplayWebhooks => permission_replay_webhooks,
        ViewFleet => permission_view_fleet,
        ManagePeople => permission_manage_people,
        ViewAudit => permission_view_audit,
        ManageSettings => permission_manage_settings,
    }
    /// How an event came to Patchbay.
    event_source(EventSource) {
        Studio => event_page_source_studio,
        Ingest => event_page_source_ingest,
        Api => event_page_source_api,
        Csv => event_page_source_csv,
        Automatic => event_page_source_automatic,
    }
    /// What an API key may be used for.
    key_scope(KeyScope) {
        EventsWrite => keys_events_write,
        EventsRead => keys_events_read,
        ConnectionsRead => keys_connections_read,
        WebhooksWrite => keys_webhooks_write,
    }
    /// Whether an API key can be used.
    key_standing(KeyStanding) {
        Works => keys_works,
        Replaced => keys_replaced,
        Expired => keys_expired,
        Revoked => keys_revoked,
    }
    /// What a permission of Meta's is for.
    scope(MetaPermission) {
        PageEvents => scope_page_events,
        PagesShowList => scope_pages_show_list,
        PagesMessaging => scope_pages_messaging,
        PagesManageMetadata => scope_pages_manage_metadata,
        BusinessManagement => scope_business_management,
        WhatsappBusinessManagement => scope_whatsapp_business_management,
        WhatsappBusinessManageEvents => scope_whatsapp_business_manage_events,
        WhatsappBusinessMessaging => scope_whatsapp_business_messaging,
        InstagramManageEvents => scope_instagram_manage_events,
        InstagramBasic => scope_instagram_basic,
        InstagramManageMessages => scope_instagram_manage_messages,
    }
    /// A step of connecting.
    connect_step(ConnectStep) {
        Created => connect_step_created,
        Opened => connect_step_opened,
        Consented => connect_step_consented,
        Exchanged => connect_step_exchanged,
        Verified => connect_step_verified,
        AssetsChosen => connect_step_assets_chosen,
        DatasetReady => connect_step_dataset_ready,
        WebhooksSubscribed => connect_step_webhooks_subscribed,
        Done => connect_step_done,
        Failed => connect_step_failed,
    }
    /// Where in Meta's signup window somebody left.
    signup_step(SignupStep) {
        Business => signup_step_business,
        Account => signup_step_account,
        Profile => signup_step_profile,
        Number => signup_step_number,
        Verification => signup_step_verification,
        Permissions => signup_step_permissions,
    }
    /// Why Meta's signup window could not go on, and what to do.
    signup_trouble(SignupTrouble) {
        SharedElsewhere => signup_trouble_shared_elsewhere,
        PartnerUnverified => signup_trouble_partner_unverified,
        AccountLimit => signup_trouble_account_limit,
        NumberOnPage => signup_trouble_number_on_page,
        PartnerSwitch => signup_trouble_partner_switch,
        NumberElsewhere => signup_trouble_number_elsewhere,
        NumberInUse => signup_trouble_number_in_use,
        TooManyTries => signup_trouble_too_many_tries,
        AccountRestricted => signup_trouble_account_restricted,
        AdvertisingProhibited => signup_trouble_advertising_prohibited,
        TwoFactorNeeded => signup_trouble_two_factor_needed,
        NotGranted => signup_trouble_not_granted,
    }
    /// Where an advertiser stands on its way in.
    onboarding_step(OnboardingStep) {
        Nothing => onboarding_nothing,
        LinkSent => onboarding_link_sent,
        Opened => onboarding_opened,
        Stopped => onboarding_stopped,
        Connected => onboarding_connected,
        Done => onboarding_done,
    }
    /// What that step means.
    onboarding_meaning(OnboardingStep) {
        Nothing => onboarding_nothing_meaning,
        LinkSent => onboarding_link_sent_meaning,
        Opened => onboarding_opened_meaning,
        Stopped => onboarding_stopped_meaning,
        Connected => onboarding_connected_meaning,
        Done => onboarding_done_meaning,
    }
    /// What a column of a file of advertisers takes.
    file_column(FileColumn) {
        Name => import_page_column_name,
        Reference => import_page_column_reference,
        Language => import_page_column_language,
        TimeZone => import_page_column_time_zone,
        ContactEmail => import_page_column_contact_email,
        Channels => import_page_column_channels,
    }
    /// What a requirement of the app is for, and what to do.
    requirement_why(Requirement) {
        AppLive => requirement_app_live_why,
        BusinessVerified => requirement_business_verified_why,
        PageEvents => requirement_page_events_why,
        PagesMessaging => requirement_pages_messaging_why,
        PagesManageMetadata => requirement_pages_manage_metadata_why,
        PagesShowList => requirement_pages_show_list_why,
        BusinessManagement => requirement_business_management_why,
        InstagramManageEvents => requirement_instagram_manage_events_why,
        InstagramManageMessages => requirement_instagram_manage_messages_why,
        InstagramBasic => requirement_instagram_basic_why,
        WhatsappBusinessManagement => requirement_whatsapp_business_management_why,
        WhatsappBusinessManageEvents => requirement_whatsapp_business_manage_events_why,
        WhatsappBusinessMessaging => requirement_whatsapp_business_messaging_why,
        MarketingApiAccess => requirement_marketing_api_access_why,
        LoginConfiguration => requirement_login_configuration_why,
        SignupConfiguration => requirement_signup_configuration_why,
        PageWebhook => requirement_page_webhook_why,
        InstagramWebhook => requirement_instagram_webhook_why,
        WhatsappWebhook => requirement_whatsapp_webhook_why,
        DataDeletion => requirement_data_deletion_why,
    }
    /// Whose turn it is.
    actor(Actor) {
        Meta => actor_meta,
        Partner => actor_partner,
        Advertiser => actor_advertiser,
        Sender => actor_sender,
    }
    /// What a field of an event is called.
    field(Field) {
        Name => field_event_name,
        Time => field_event_time,
        Channel => field_messaging_channel,
        Identity => field_user_data,
        Value => field_value,
        Currency => field_currency,
        OrderId => field_order_id,
        ContentName => field_content_name,
        ContentCategory => field_content_category,
        ContentType => field_content_type,
        ContentIds => field_content_ids,
        Contents => field_contents,
        EventId => field_event_id,
        TestCode => field_test_event_code,
    }
    /// What is wrong when a rule is broken, and what to do.
    rule(Rule) {
        NameUnknown => problem_name_unknown,
        NameUnverified => problem_name_unverified,
        TimeTooOld => problem_time_too_old,
        TimeInFuture => problem_time_in_future,
        IdentityMissing => problem_identity_missing,
        PageMissing => problem_page_missing,
        PersonMissing => problem_person_missing,
        InstagramAccountMissing => problem_instagram_account_missing,
        InstagramPersonMissing => problem_instagram_person_missing,
        WhatsappAccountMissing => problem_whatsapp_account_missing,
        ClickMissing => problem_click_missing,
        PageNotAllowed => problem_page_not_allowed,
        KeyForbidden => problem_key_forbidden,
        DatasetNotOfPage => problem_dataset_not_of_page,
        DatasetNotOfInstagram => problem_dataset_not_of_instagram,
        DatasetNotOfWhatsapp => problem_dataset_not_of_whatsapp,
        ValueMissing => problem_value_missing,
        CurrencyMissing => problem_currency_missing,
        ValueWithoutCurrency => problem_value_without_currency,
        CurrencyUnknown => problem_currency_unknown,
        ValueNegative => problem_value_negative,
        ValueZero => problem_value_zero,
        ValueTooPrecise => problem_value_too_precise,
        ContentIdMissing => problem_content_id_missing,
    }
    /// When to send an event of this name.
    event_name(EventName) {
        Purchase => event_purchase,
        LeadSubmitted => event_lead_submitted,
        InitiateCheckout => event_initiate_checkout,
        AddToCart => event_add_to_cart,
        ViewContent => event_view_content,
        OrderCreated => event_order_created,
        OrderShipped => event_order_shipped,
        OrderDelivered => event_order_delivered,
        OrderCanceled => event_order_canceled,
        OrderReturned => event_order_returned,
        CartAbandoned => event_cart_abandoned,
        QualifiedLead => event_qualified_lead,
        RatingProvided => event_rating_provided,
        ReviewProvided => event_review_provided,
    }
}
