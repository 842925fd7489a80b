//! The list as a file: for spreadsheets, and to be changed there and imported again.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    AdvertiserId, Channel, Language, OnboardingStep, Permission,
    console::{AdvertiserFilter, FileColumn},
};
use serde_json::json;

use super::sheet::guarded;
use crate::{
    Backend, Error, Result, Scope, Tx,
    advertisers::{contact_place, containing},
};

/// Rows read at once.
const BATCH: i64 = 1_000;
/// Headings beside those of [`FileColumn`]; an import leaves them out.
const READ_ONLY: [&str; 3] = ["onboarding_step", "since", "last_delivered"];

impl Backend {
    /// The advertisers that a list shows, as CSV in UTF-8 with a byte order mark. Who may not manage advertisers gets no
    /// addresses of people.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn export_advertisers(
        &self,
        scope: &Scope,
        filter: &AdvertiserFilter,
    ) -> Result<Vec<u8>> {
        scope.require(Permission::ViewAdvertisers)?;
        let with_emails = scope.may(Permission::ManageAdvertisers);
        let columns = FileColumn::ALL
            .iter()
            .filter(|column| with_emails || **column != FileColumn::ContactEmail);
        let heading = columns.map(|column| column.as_str()).chain(READ_ONLY);
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(heading).map_err(broken)?;
        let mut tx = self.begin_list(scope).await?;
        let mut after = None;
        let mut count = 0_usize;
        loop {
            let rows = tx.exported(filter, after).await?;
            for row in &rows {
                let email = match row.contact_email_sealed.as_deref().filter(|_| with_emails) {
                    Some(sealed) => {
                        let email = self.keys().open(contact_place(row.id), sealed)?;
                        String::from_utf8_lossy(&email).into_owned()
                    }
                    None => String::new(),
                };
                writer
                    .write_record(row.cells(with_emails.then_some(email)))
                    .map_err(broken)?;
            }
            count += rows.len();
            after = rows.last().map(|row| row.id);
            if rows.len() < BATCH as usize {
                break;
            }
        }
        tx.audit_with(
            "advertisers.exported",
            "advertisers",
            json!({ "count": count, "with_emails": with_emails }),
        )
        .await?;
        tx.commit().await?;
        writer.into_inner().map_err(broken)
    }
}

fn broken<E>(_: E) -> Error {
    Error::Internal("a table in memory could not be written")
}

struct Exported {
    id: AdvertiserId,
    name: String,
    reference: String,
    language: Language,
    time_zone: String,
    channels: Vec<Channel>,
    contact_email_sealed: Option<Vec<u8>>,
    step: OnboardingStep,
    since: DateTime<Utc>,
    last_accepted_at: Option<DateTime<Utc>>,
}

impl Exported {
    fn cells(&self, email: Option<String>) -> Vec<String> {
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let channels: Vec<_> = self
            .channels
            .iter()
            .map(|channel| channel.as_str())
            .collect();
        let cells = [
            Some(self.name.clone()),
            Some(self.reference.clone()),
            Some(self.language.to_string()),
            Some(self.time_zone.clone()),
            email,
            Some(channels.join(" ")),
            Some(self.step.to_string()),
            Some(time(self.since)),
            Some(self.last_accepted_at.map(time).unwrap_or_default()),
        ];
        cells
            .into_iter()
            .flatten()
            .map(|cell| guarded(&cell))
            .collect()
    }
}

impl Tx {
    async fn exported(
        &mut self,
        filter: &AdvertiserFilter,
        after: Option<AdvertiserId>,
    ) -> Result<Vec<Exported>> {
        Ok(sqlx::query_as!(
            Exported,
            r#"SELECT advertiser.id AS "id: AdvertiserId", name, reference, language AS "language: Language", time_zone,
                      advertiser.channels AS "channels: Vec<Channel>", contact_email_sealed,
                      onboarding.step AS "step: OnboardingStep", since,
                      (SELECT max(last_accepted_at) FROM connection
                       WHERE connection.advertiser_id = advertiser.id) AS last_accepted_at
               FROM advertiser
               JOIN onboarding ON onboarding.advertiser_id = advertiser.id
               WHERE (archived_at IS NOT NULL) = $1
                 AND ($2 = '%%' OR name ILIKE $2 OR reference ILIKE $2)
                 AND ($3::text IS NULL OR onboarding.channels @> ARRAY[$3])
                 AND ($4::text IS NULL OR onboarding.step = $4)
                 AND ($5::text IS NULL OR language = $5)
                 AND ($6::uuid IS NULL OR advertiser.id < $6)
               ORDER BY advertiser.id DESC LIMIT $7"#,
            filter.archived,
            containing(&filter.search),
            filter.channel.map(Channel::as_str),
            filter.step.map(OnboardingStep::as_str),
            filter.language.map(Language::as_str),
            after.map(AdvertiserId::uuid),
            BATCH,
        )
        .fetch_all(&mut **self)
        .await?)
    }
}
