//! A moment as the person who lived it read it off the clock: an instant and
//! the offset from UTC that was in force.

use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};

/// An instant with the local offset it was taken at. Never reads a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    time: Timestamp,
    offset: Offset,
}

impl At {
    /// Puts an instant and its offset together.
    pub fn new(time: Timestamp, offset: Offset) -> Self {
        Self { time, offset }
    }

    /// The Unix epoch in UTC; for values that must exist before a time is known.
    pub const EPOCH: At = At { time: Timestamp::UNIX_EPOCH, offset: Offset::UTC };

    /// The instant.
    pub fn timestamp(self) -> Timestamp {
        self.time
    }

    /// This many seconds later; the end of time where there is no such moment.
    #[must_use]
    pub fn later(self, seconds: u64) -> At {
        let span = jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        At { time: self.time.checked_add(span).unwrap_or(Timestamp::MAX), offset: self.offset }
    }

    /// This many seconds earlier; `None` before the beginning of time.
    pub fn earlier(self, seconds: u64) -> Option<At> {
        let span = jiff::SignedDuration::from_secs(i64::try_from(seconds).ok()?);
        Some(At { time: self.time.checked_sub(span).ok()?, offset: self.offset })
    }

    /// `14:35`, as log headings carry it.
    pub fn clock(self) -> String {
        let civil = self.offset.to_datetime(self.time);
        format!("{:02}:{:02}", civil.hour(), civil.minute())
    }

    /// `2026-02-21`.
    pub fn date(self) -> String {
        self.offset.to_datetime(self.time).date().to_string()
    }

    /// RFC 3339 with the numeric offset and seconds: `2026-02-21T14:35:07+01:00`.
    pub fn rfc3339(self) -> String {
        let civil = self.offset.to_datetime(self.time);
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        format!(
            "{}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            civil.date(),
            civil.hour(),
            civil.minute(),
            civil.second(),
            minutes / 60,
            minutes % 60
        )
    }

    /// Reads what [`At::rfc3339`] wrote.
    pub fn parse(text: &str) -> Option<At> {
        let time: Timestamp = text.parse().ok()?;
        let tail = text.get(text.len().checked_sub(6)?..)?;
        let offset = match tail.as_bytes() {
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let hours: i32 = tail.get(1..3)?.parse().ok()?;
                let minutes: i32 = tail.get(4..6)?.parse().ok()?;
                let total = hours * 3600 + minutes * 60;
                Offset::from_seconds(if *sign == b'-' { -total } else { total }).ok()?
            }
            _ => Offset::UTC,
        };
        Some(At { time, offset })
    }
}

impl Serialize for At {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        At::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not an RFC 3339 time")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_keeps_the_offset_it_was_read_at() {
        let at = At::parse("2026-02-21T14:35:07+01:00").unwrap();
        assert_eq!(at.clock(), "14:35");
        assert_eq!(at.date(), "2026-02-21");
        assert_eq!(at.rfc3339(), "2026-02-21T14:35:07+01:00");
        assert_eq!(at.timestamp().to_string(), "2026-02-21T13:35:07Z");
    }

    #[test]
    fn a_negative_offset_with_minutes_survives() {
        let text = "2026-02-21T00:05:00-03:30";
        assert_eq!(At::parse(text).unwrap().rfc3339(), text);
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        assert_eq!(At::parse("yesterday"), None);
        assert_eq!(At::parse(""), None);
    }
}
