//! Files of advertisers: checked, then imported. They are uploaded by a plain form, see `server`.

use domain::console::FileReport;
use leptos::prelude::*;

use crate::Error;

/// What an import of the file would do, or has done.
#[server(endpoint = "load_advertiser_file")]
pub async fn load_advertiser_file(file: String) -> Result<FileReport, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.advertiser_file(&scope()?, id(&file)?).await?)
}

/// Imports the file; its page shows what was done.
#[server(endpoint = "import_advertisers")]
pub async fn import_advertisers(file: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?.import_advertisers(&scope()?, id(&file)?).await?;
    leptos_axum::redirect(&format!("/advertisers/import?file={file}"));
    Ok(())
}
