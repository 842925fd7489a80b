//! WhatsApp Business Accounts (WABAs) and their phone numbers.

use crate::{
    AccessToken, Business, Client, Result,
    pages::{is_about_a_field, shared_or_none},
    tokens::Done,
    tolerant,
};
use serde::Deserialize;

/// From everything that we can use to what any token may see: Meta refuses the whole call for one field.
const FIELDS: [&str; 2] = [
    "id,name,currency,timezone_id,business_verification_status,owner_business_info",
    "id,name",
];

/// A WhatsApp Business Account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Waba {
    /// Its id.
    #[serde(deserialize_with = "tolerant::id")]
    pub id: String,
    /// Its name; empty where the token may not see it.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub name: String,
    /// The business that owns it, where the token may see that.
    #[serde(
        default,
        rename = "owner_business_info",
        deserialize_with = "tolerant::lenient"
    )]
    pub owner: Option<Business>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub currency: Option<String>,
    /// `verified`, `not_verified`, `pending` and others, of the owner.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub business_verification_status: Option<String>,
}

/// A phone number of a WABA.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PhoneNumber {
    /// Its id, which is not the number.
    #[serde(deserialize_with = "tolerant::id")]
    pub id: String,
    /// The number as people write it.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub display_phone_number: String,
    /// The name that WhatsApp shows for it.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub verified_name: String,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub quality_rating: Option<String>,
}

impl Client {
    /// One WABA by its id.
    pub async fn waba(&self, token: &AccessToken, id: &str) -> Result<Waba> {
        let all = self.get(token, &[id], &[("fields", FIELDS[0])]).await;
        if all.as_ref().is_err_and(is_about_a_field) {
            return self.get(token, &[id], &[("fields", FIELDS[1])]).await;
        }
        all
    }

    /// The WABAs that a business owns or was given by another, each once. The token needs `business_management`.
    pub async fn business_wabas(
        &self,
        token: &AccessToken,
        business_id: &str,
    ) -> Result<Vec<Waba>> {
        let at = async |edge| self.wabas_at(token, &[business_id, edge]).await;
        let mut wabas = at("owned_whatsapp_business_accounts").await?;
        let shared = at("client_whatsapp_business_accounts").await;
        for waba in shared_or_none(shared)? {
            if wabas.iter().all(|known| known.id != waba.id) {
                wabas.push(waba);
            }
        }
        Ok(wabas)
    }

    async fn wabas_at(&self, token: &AccessToken, path: &[&str]) -> Result<Vec<Waba>> {
        let all = self.list(token, path, FIELDS[0]).await;
        if all.as_ref().is_err_and(is_about_a_field) {
            return self.list(token, path, FIELDS[1]).await;
        }
        all
    }

    /// The phone numbers of a WABA.
    pub async fn phone_numbers(
        &self,
        token: &AccessToken,
        waba_id: &str,
    ) -> Result<Vec<PhoneNumber>> {
        let fields = "id,display_phone_number,verified_name,quality_rating";
        self.list(token, &[waba_id, "phone_numbers"], fields).await
    }

    /// Subscribes our app to a WABA. Which fields it receives is decided for the whole app (see
    /// [`Client::app_subscriptions`]). Doing it again is harmless.
    pub async fn subscribe_waba(&self, token: &AccessToken, waba_id: &str) -> Result<()> {
        self.post::<Done>(token, &[waba_id, "subscribed_apps"], &[])
            .await?
            .check()
    }

    /// Ends our app's subscription to a WABA. Which apps are subscribed, [`Client::subscribed_apps`] says.
    pub async fn unsubscribe_waba(&self, token: &AccessToken, waba_id: &str) -> Result<()> {
        self.delete::<Done>(token, &[waba_id, "subscribed_apps"])
            .await?
            .check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Stub;
    use serde_json::json;

    fn token() -> AccessToken {
        AccessToken::new("t")
    }

    #[tokio::test]
    async fn a_waba_is_read_with_its_owner_and_without_where_that_is_not_allowed() {
        let stub = Stub::in_turn([
            (200, json!({"id": 33, "name": "Acme", "currency": "JPY", "owner_business_info": {"id": 22, "name": "A"}})),
            (403, json!({"error": {"code": 200}})),
            (200, json!({"id": "33", "name": "Acme"})),
        ])
        .await;
        let waba = stub.client().waba(&token(), "33").await.unwrap();
        assert_eq!(waba.owner.unwrap().id, "22");
        let waba = stub.client().waba(&token(), "33").await.unwrap();
        assert_eq!((waba.name.as_str(), waba.owner), ("Acme", None));
        assert!(stub.requests()[2].uri.ends_with("fields=id%2Cname"));
    }

    #[tokio::test]
    async fn a_businesss_wabas_are_its_own_and_those_it_was_given() {
        let stub = Stub::in_turn([
            (200, json!({"data": [{"id": "33"}]})),
            (200, json!({"data": [{"id": "33"}, {"id": "34"}]})),
        ])
        .await;
        let wabas = stub.client().business_wabas(&token(), "22").await.unwrap();
        let ids: Vec<_> = wabas.iter().map(|waba| waba.id.as_str()).collect();
        assert_eq!(ids, ["33", "34"]);

        let refused = (400, json!({"error": {"code": 100}}));
        let own = (200, json!({"data": [{"id": "33"}]}));
        let stub = Stub::in_turn([own, refused]).await;
        let wabas = stub.client().business_wabas(&token(), "22").await.unwrap();
        assert_eq!(wabas.len(), 1, "what others share is an extra");
    }

    #[tokio::test]
    async fn phone_numbers_are_listed() {
        let number = json!({"id": 1066, "display_phone_number": "+81 50", "verified_name": "Acme", "quality_rating": null});
        let stub = Stub::answering(200, json!({"data": [number]})).await;
        let numbers = stub.client().phone_numbers(&token(), "33").await.unwrap();
        let number = &numbers[0];
        assert_eq!(
            (
                number.id.as_str(),
                number.display_phone_number.as_str(),
                &number.quality_rating
            ),
            ("1066", "+81 50", &None)
        );
    }

    #[tokio::test]
    async fn a_waba_is_subscribed_listed_and_unsubscribed() {
        let app = json!({"whatsapp_business_api_data": {"id": 1200, "name": "Bot", "link": "x"}});
        let stub = Stub::in_turn([
            (200, json!({"success": true})),
            (200, json!({"data": [app]})),
            (200, json!({"success": true})),
        ])
        .await;
        let client = stub.client();
        client.subscribe_waba(&token(), "33").await.unwrap();
        let apps = client.subscribed_apps(&token(), "33").await.unwrap();
        assert_eq!((apps[0].id.as_str(), apps[0].fields.len()), ("1200", 0));
        client.unsubscribe_waba(&token(), "33").await.unwrap();
        let methods: Vec<_> = stub.requests().into_iter().map(|it| it.method).collect();
        assert_eq!(methods, ["POST", "GET", "DELETE"]);
    }
}
