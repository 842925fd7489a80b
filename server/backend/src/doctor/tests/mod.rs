//! The list against a simulated Meta: what is broken there is named here, what is behind it is not run, and what is
//! mended heals without anybody's doing.

mod ailments;
mod rounds;
mod silence;
mod subscribe;
mod ward;
