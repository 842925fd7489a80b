//! The fourteen event names of the Conversions API for Business Messaging.

use crate::{Channel, Field, text_enum::text_enum};

text_enum! {
    /// What happened in the conversation. The text form is Meta's `event_name`.
    EventName {
        /// Something was bought.
        Purchase = "Purchase",
        /// A person left their details.
        LeadSubmitted = "LeadSubmitted",
        /// A person began to pay.
        InitiateCheckout = "InitiateCheckout",
        /// A person put something into the cart.
        AddToCart = "AddToCart",
        /// A person looked at something.
        ViewContent = "ViewContent",
        /// An order was placed.
        OrderCreated = "OrderCreated",
        /// An order left the house.
        OrderShipped = "OrderShipped",
        /// An order arrived.
        OrderDelivered = "OrderDelivered",
        /// An order was called off.
        OrderCanceled = "OrderCanceled",
        /// An order came back.
        OrderReturned = "OrderReturned",
        /// A cart was left behind.
        CartAbandoned = "CartAbandoned",
        /// A lead turned out worth following.
        QualifiedLead = "QualifiedLead",
        /// A person gave stars.
        RatingProvided = "RatingProvided",
        /// A person wrote a review.
        ReviewProvided = "ReviewProvided",
    }
}

impl EventName {
    /// The name that was probably meant: another spelling, or the name that the Conversions API for web uses.
    pub fn suggest(text: &str) -> Option<Self> {
        let plain: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let known = Self::ALL
            .iter()
            .copied()
            .find(|name| name.as_str().eq_ignore_ascii_case(&plain));
        known.or(match plain.as_str() {
            "lead"
            | "contact"
            | "schedule"
            | "completeregistration"
            | "subscribe"
            | "submitapplication"
            | "submitlead"
            | "starttrial" => Some(Self::LeadSubmitted),
            "leadqualified" | "qualified" => Some(Self::QualifiedLead),
            "buy" | "bought" | "sale" | "order" | "purchased" | "donate" | "paid" => {
                Some(Self::Purchase)
            }
            "checkout" | "addpaymentinfo" | "begincheckout" | "initiatedcheckout" => {
                Some(Self::InitiateCheckout)
            }
            "cart" | "addedtocart" | "addtowishlist" => Some(Self::AddToCart),
            "pageview" | "view" | "viewitem" | "search" | "viewedcontent" => {
                Some(Self::ViewContent)
            }
            "placeorder" | "orderplaced" | "createorder" => Some(Self::OrderCreated),
            "shipped" | "shiporder" => Some(Self::OrderShipped),
            "delivered" | "deliverorder" => Some(Self::OrderDelivered),
            "ordercancelled" | "cancelorder" | "canceled" | "cancelled" => {
                Some(Self::OrderCanceled)
            }
            "returned" | "refund" | "orderrefunded" => Some(Self::OrderReturned),
            "abandonedcart" | "cartabandonment" | "abandoncart" => Some(Self::CartAbandoned),
            "rating" | "rate" | "rated" => Some(Self::RatingProvided),
            "review" | "reviewed" => Some(Self::ReviewProvided),
            _ => None,
        })
    }

    /// Whether nobody has reported that Meta takes this name on this channel, although its guide lists it.
    pub const fn is_unverified(self, channel: Channel) -> bool {
        matches!(channel, Channel::Whatsapp)
            && matches!(
                self,
                Self::CartAbandoned | Self::RatingProvided | Self::ReviewProvided
            )
    }

    /// Whether Meta refuses the event without an amount.
    pub const fn needs_value(self) -> bool {
        matches!(self, Self::Purchase)
    }

    /// Whether Meta refuses the event without a currency.
    pub const fn needs_currency(self) -> bool {
        matches!(self, Self::Purchase | Self::OrderCreated)
    }

    /// The business fields that make sense for this event, in the order a form shows them.
    pub const fn fields(self) -> &'static [Field] {
        use Field::*;
        match self {
            Self::Purchase
            | Self::OrderCreated
            | Self::OrderShipped
            | Self::OrderDelivered
            | Self::OrderCanceled
            | Self::OrderReturned => &[Value, Currency, OrderId, ContentType, Contents],
            Self::InitiateCheckout | Self::AddToCart | Self::CartAbandoned => {
                &[Value, Currency, ContentType, Contents]
            }
            Self::ViewContent => &[
                ContentName,
                ContentCategory,
                Value,
                Currency,
                ContentType,
                Contents,
            ],
            Self::LeadSubmitted | Self::QualifiedLead => &[ContentName, Value, Currency],
            Self::RatingProvided | Self::ReviewProvided => &[ContentName, OrderId],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_name_is_suggested() {
        let cases = [
            ("Lead", Some(EventName::LeadSubmitted)),
            ("purchase", Some(EventName::Purchase)),
            ("add_to_cart", Some(EventName::AddToCart)),
            ("Order Cancelled", Some(EventName::OrderCanceled)),
            ("CompleteRegistration", Some(EventName::LeadSubmitted)),
            ("PageView", Some(EventName::ViewContent)),
            ("ReviewProvided", Some(EventName::ReviewProvided)),
            ("Frobnicate", None),
            ("", None),
            ("購入", None),
        ];
        for (text, expected) in cases {
            assert_eq!(EventName::suggest(text), expected, "{text}");
        }
    }

    #[test]
    fn there_are_fourteen_names_and_three_are_unverified_on_whatsapp() {
        assert_eq!(EventName::ALL.len(), 14);
        let unverified = |channel| {
            EventName::ALL
                .iter()
                .filter(|name| name.is_unverified(channel))
                .count()
        };
        assert_eq!(unverified(Channel::Whatsapp), 3);
        assert_eq!(unverified(Channel::Messenger), 0);
    }

    #[test]
    fn a_form_always_offers_what_the_event_needs() {
        for name in EventName::ALL {
            assert!(
                !name.needs_value() || name.fields().contains(&Field::Value),
                "{name}"
            );
            assert!(
                !name.needs_currency() || name.fields().contains(&Field::Currency),
                "{name}"
            );
        }
    }
}
