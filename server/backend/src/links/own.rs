//! The advertiser's own page: how it goes, in words alone.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, Channel, EventState, Health, Permission, StateGroup,
    console::{OwnChannel, OwnPage},
};

use super::visit::is_asked;
use crate::{
    Backend, Error, Result, Scope, Tx, advertisers::moment, connections::is_visible_to_advertiser,
};

/// Counting stops here for each state: who has more reads *more than*.
pub const MOST_COUNTED: i64 = 100_000;

impl Backend {
    /// How it goes, for who came by a link or signs in for one advertiser alone.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for the partner's staff, whose scope names no advertiser.
    pub async fn own_page(&self, scope: &Scope) -> Result<OwnPage> {
        if scope.link().is_none() {
            scope.require(Permission::ViewAdvertisers)?;
        }
        let advertiser = scope.only().ok_or(Error::Forbidden)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let shown = tx.advertiser(advertiser).await?;
        let channels = tx.own_channels(advertiser, &shown.time_zone).await?;
        let counts = tx.week_counts(advertiser).await?;
        let partner = self.partner_in(&mut tx).await?;
        let asked_at = match scope.link() {
            Some((link, _)) => tx.link(advertiser, link).await?.asked_at,
            None => None,
        };
        let count = |group: StateGroup| -> i64 {
            let of = counts.iter().filter(|(state, _)| state.group() == group);
            of.map(|(_, count)| count).sum()
        };
        let may_connect = scope.may(Permission::ManageConnections);
        Ok(OwnPage {
            partner_name: partner.called(scope.language()).to_owned(),
            advertiser_name: shown.name,
            channels,
            arrived: count(StateGroup::Arrived),
            on_their_way: count(StateGroup::OnItsWay),
            waiting: count(StateGroup::NeedsAttention),
            not_counted: count(StateGroup::NotCounted),
            events_manager_url: self.config().events_manager_url.to_string(),
            reconnect_at: match may_connect {
                true => format!("/advertisers/{advertiser}/connect"),
                false => String::new(),
            },
            is_visitor: scope.link().is_some(),
            is_asked: is_asked(asked_at, tx.now()),
        })
    }
}

impl Tx {
    async fn own_channels(
        &mut self,
        advertiser: AdvertiserId,
        zone: &str,
    ) -> Result<Vec<OwnChannel>> {
        let rows = sqlx::query!(
            r#"SELECT connection.channel AS "channel: Channel", asset.name, health AS "health: Health",
                      awaits_confirmation, last_accepted_at, business_name, scopes
               FROM connection
               JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               JOIN credential ON credential.advertiser_id = $1 AND credential.id = connection.credential_id
               WHERE connection.advertiser_id = $1 ORDER BY connection.id"#,
            advertiser.uuid()
        )
        .fetch_all(&mut **self)
        .await?;
        let of = |channel: Channel| {
            let rows = rows.iter().filter(|row| row.channel == channel);
            Some(OwnChannel {
                channel,
                names: rows.clone().map(|row| row.name.clone()).collect(),
                health: rows.clone().map(|row| row.health).max()?,
                awaits_confirmation: rows.clone().any(|row| row.awaits_confirmation),
                is_visible: rows
                    .clone()
                    .all(|row| is_visible_to_advertiser(&row.business_name, &row.scopes)),
                last_accepted: rows
                    .filter_map(|row| row.last_accepted_at)
                    .max()
                    .map(|at| moment(zone, at)),
            })
        };
        Ok(Channel::ALL
            .iter()
            .filter_map(|channel| of(*channel))
            .collect())
    }

    /// Live events of the last seven days by state.
    async fn week_counts(&mut self, advertiser: AdvertiserId) -> Result<Vec<(EventState, i64)>> {
        let since = self.now() - TimeDelta::days(7);
        let rows = sqlx::query!(
            r#"SELECT state AS "state!: EventState",
                      (SELECT count(*) FROM (
                          SELECT FROM event WHERE event.advertiser_id = $1 AND event.state = known.state
                                              AND event.id >= uuid_from($2) AND event.test_code = '' LIMIT $3) AS found) AS "count!"
               FROM unnest($4::text[]) AS known (state)"#,
            advertiser.uuid(),
            since,
            MOST_COUNTED,
            &EventState::ALL.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
    }
}
