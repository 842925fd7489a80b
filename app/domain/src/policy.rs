//! What the partner decides about events once and for all.

use crate::text_enum::text_enum;

text_enum! {
    /// What becomes of an event whose result is unknown: Meta may have counted it.
    UnconfirmedPolicy {
        /// It waits until somebody resends it or accepts it as delivered.
        Hold = "hold",
        /// It goes out once more by itself, and may be counted twice.
        Resend = "resend",
    }
}
