//! Rebuilds the crate when a migration is added, since `sqlx::migrate!` reads them while it compiles.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
