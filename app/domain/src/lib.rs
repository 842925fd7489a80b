//! The pure types and rules of Patchbay: identifiers, channels, events, permissions, states.
//!
//! No I/O, no clock, no randomness, and little code: it is compiled to WebAssembly with the console. What a person
//! reads about these types is in the package `text`.

mod api_key;
mod catalogue;
mod channel;
mod connect;
pub mod console;
mod event;
mod id;
mod language;
mod link;
mod message;
pub mod money;
mod names;
mod onboarding;
mod permission;
mod policy;
mod probe;
mod readiness;
mod scopes;
mod signup;
mod silence;
mod state;
mod text_enum;
pub mod time;

pub use api_key::{KeyScope, KeyScopes, KeyStanding};
pub use catalogue::{Actor, Cause, CauseKey, Class, classify};
pub use channel::{AssetKind, Channel, DatasetKind};
pub use connect::{CONNECT_TRANSITIONS, ConnectFailure, ConnectStep, ConnectWay};
pub use event::{
    Content, ContentType, CustomData, Dialect, EventDraft, EventName, EventSource, Field, Identity,
    IdentityPresence, MAX_AGE, Problem, Rule, Severity, WireEvent, WireRequest, mask, payload,
    validate,
};
pub use id::{
    AdvertiserFileId, AdvertiserId, ApiKeyId, AssetId, AttemptId, AuditId, ConnectAttemptId,
    ConnectLinkId, ConnectionId, ContactClickId, ContactId, CredentialId, DatasetId, EventFileId,
    EventId, IncidentId, InvalidId, InvitationId, LaneId, MailId, NoticeId, PersonId, RelayId,
    RelayTargetId, RequestId, SessionId, WebhookDeliveryId, WebhookMessageId,
};
pub use language::Language;
pub use link::{LinkKind, LinkStanding};
pub use message::{MessageKind, MessageOutcome, RelayState};
pub use names::{
    AdvertiserName, Email, KeyName, MetaId, NewPassword, PartnerAgent, PartnerName, PersonName,
    TestCode, TimeZone, Why,
};
pub use onboarding::OnboardingStep;
pub use permission::{Permission, Role};
pub use policy::UnconfirmedPolicy;
pub use probe::{Probe, ProbeOutcome};
pub use readiness::{Proof, Requirement};
pub use scopes::{MetaPermission, Missing, PermissionStanding, Standing, missing, standings};
pub use signup::{
    SignupEnd, SignupMessage, SignupOutcome, SignupStep, SignupTrouble, is_metas_origin,
};
pub use silence::{InboundHour, is_silent, lacks_clicks};
pub use state::{Doubt, EventState, Health, LeftAtMeta, StateGroup, TRANSITIONS, allowed};
pub use text_enum::Unknown;
