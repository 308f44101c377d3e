//! The time, as the person reads it off the clock. The one place that looks.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::At;

/// Now, with the offset in force here.
pub fn now() -> At {
    let time = Timestamp::now();
    At::new(time, TimeZone::system().to_offset(time))
}
