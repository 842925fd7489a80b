//! The commands of `patchbay`.

use std::process::ExitCode;

use anyhow::{Context, bail};
use backend::{Scope, StaffDraft};
use clap::{Parser, Subcommand};
use domain::{Email, Language, NewPassword, PersonName, Role};
use secrecy::SecretString;

use crate::{
    demo, doctor,
    import::{self, AdvertisersCommand},
    keys::{self, ApiKeyCommand},
    serve,
    settings::Settings,
};

/// The console of a business messaging partner.
#[derive(Parser)]
#[command(name = "patchbay", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the console, the webhook and the delivery of events.
    Serve,
    /// Serves a demo: a simulated Meta and a week of a partner's life. Nothing leaves this machine.
    Demo {
        /// Forgets the demo there is and makes a new one.
        #[arg(long)]
        reseed: bool,
        /// The simulated Meta's port; 0 takes a free one.
        #[arg(long, env = "SANDBOX_PORT", default_value_t = 3001)]
        sandbox_port: u16,
    },
    Doctor(doctor::Doctor),
    /// The partner's staff.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// The advertisers.
    #[command(subcommand)]
    Advertisers(AdvertisersCommand),
    /// Keys that programs send events with.
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
}

#[derive(Subcommand)]
enum StaffCommand {
    /// Adds somebody and prints their first password.
    Add {
        /// What they sign in with.
        #[arg(long)]
        email: Email,
        /// What colleagues call them.
        #[arg(long)]
        name: PersonName,
        /// owner, operator, support or auditor.
        #[arg(long)]
        role: Role,
        /// The language of mails to them: en or ja.
        #[arg(long, default_value_t = Language::En)]
        language: Language,
    },
    /// Gives somebody a new password, prints it, and signs them out everywhere.
    ResetPassword {
        /// What they sign in with.
        #[arg(long)]
        email: Email,
    },
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    let arguments = Arguments::parse();
    start_log();
    match command(arguments.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whole sentences for whoever sits before the terminal.
            eprintln!("patchbay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn command(command: Command) -> anyhow::Result<()> {
    let settings = Settings::read()?;
    match command {
        Command::Serve => serve::serve(settings).await,
        Command::Demo {
            reseed,
            sandbox_port,
        } => demo::run(settings, sandbox_port, reseed).await,
        Command::Doctor(arguments) => doctor::run(settings, arguments).await,
        Command::Staff(staff) => {
            with_backend(settings, async |backend| run_staff(backend, staff).await).await
        }
        Command::Advertisers(command) => {
            with_backend(settings, async |backend| {
                import::run(backend, command).await
            })
            .await
        }
        Command::ApiKey(command) => {
            with_backend(settings, async |backend| keys::run(backend, command).await).await
        }
    }
}

/// Runs a command beside a running server or without one.
async fn with_backend(
    settings: Settings,
    command: impl AsyncFnOnce(&backend::Backend) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (backend, cluster) = serve::command_backend(settings).await?;
    let done = command(&backend).await;
    backend.close().await;
    if let Some(cluster) = cluster {
        cluster.stop().await?;
    }
    done
}

async fn run_staff(backend: &backend::Backend, command: StaffCommand) -> anyhow::Result<()> {
    let scope = Scope::command();
    let (email, password) = match command {
        StaffCommand::Add {
            email,
            name,
            role,
            language,
        } => {
            let (shown, password) = generate_password()?;
            let draft = StaffDraft {
                email: email.clone(),
                name,
                role,
                language,
                password,
            };
            match backend.add_staff(&scope, draft).await {
                Err(backend::Error::Conflict(_)) => {
                    bail!("{email} signs in already; `staff reset-password` gives a new password")
                }
                added => added.map(|_| (email, shown))?,
            }
        }
        StaffCommand::ResetPassword { email } => {
            let (shown, password) = generate_password()?;
            match backend.reset_password(&scope, &email, password).await {
                Err(backend::Error::NotFound(_)) => {
                    bail!("nobody signs in as {email}; `staff add` adds them")
                }
                reset => reset.map(|_| (email, shown))?,
            }
        }
    };
    use secrecy::ExposeSecret;
    println!("{email} signs in with: {}", password.expose_secret());
    Ok(())
}

/// Twenty characters nobody can guess: as the text to show once, and as the value to store hashed.
fn generate_password() -> anyhow::Result<(SecretString, NewPassword)> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let text = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 15]>());
    let password = text
        .parse()
        .ok()
        .context("a generated password is a valid one")?;
    Ok((text.into(), password))
}

fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt, prelude::*};
    let filter = EnvFilter::try_from_env("PATCHBAY_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"))
        // It writes whole addresses, with the secrets of links and logins in them.
        .add_directive("tower_http::csrf=off".parse().expect("a directive"));
    let to_stderr = fmt::layer().with_writer(std::io::stderr);
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let layer = if is_terminal {
        to_stderr.compact().boxed()
    } else {
        to_stderr.json().boxed()
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .init();
}
