//! When to draw next.
//!
//! Owns the pace: requests become one frame, the echo of a key at once, all else at most sixty times a second, and
//! nothing while nobody asks. Must not know the clock: time comes as an argument.

use std::time::{Duration, Instant};

/// The least time between two frames that nobody is typing at: 60 a second.
const INTERVAL: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// How much a request hurries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// A person looks for the effect of a key: now.
    Echo,
    /// Something changed: with the next frame.
    Soon,
}

/// Collects requests into one moment. After drawing, [`Self::drawn`] forgets them all.
#[derive(Debug, Default)]
pub struct FramePacer {
    due: Option<Instant>,
    last: Option<Instant>,
}

impl FramePacer {
    /// Asks for a frame. Never puts off one that is due earlier.
    pub fn request(&mut self, now: Instant, urgency: Urgency) {
        let wanted = match (urgency, self.last) {
            (Urgency::Soon, Some(last)) => now.max(last + INTERVAL),
            (Urgency::Echo, _) | (Urgency::Soon, None) => now,
        };
        self.due = Some(self.due.map_or(wanted, |due| due.min(wanted)));
    }

    /// When to draw; none while nothing changed.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// A frame was drawn at `now` and shows everything asked for so far.
    pub fn drawn(&mut self, now: Instant) {
        self.due = None;
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    #[test]
    fn nobody_asking_means_no_frame() {
        let mut pacer = FramePacer::default();
        assert_eq!(pacer.due(), None);
        pacer.request(Instant::now(), Urgency::Soon);
        pacer.drawn(Instant::now());
        assert_eq!(pacer.due(), None);
    }

    #[test]
    fn the_first_frame_is_due_at_once() {
        let (mut pacer, start) = (FramePacer::default(), Instant::now());
        pacer.request(start, Urgency::Soon);
        assert_eq!(pacer.due(), Some(start));
    }

    #[test]
    fn a_flood_is_drawn_sixty_times_a_second() {
        let (mut pacer, start) = (FramePacer::default(), Instant::now());
        let mut frames = 0;
        for tenth in 0..10_000 {
            let now = start + Duration::from_micros(100 * tenth);
            pacer.request(now, Urgency::Soon);
            if pacer.due().is_some_and(|due| due <= now) {
                pacer.drawn(now);
                frames += 1;
            }
        }
        assert!((58..=61).contains(&frames), "{frames}");
    }

    #[test]
    fn a_key_is_echoed_at_once_in_the_middle_of_a_flood() {
        let (mut pacer, start) = (FramePacer::default(), Instant::now());
        pacer.drawn(start);
        pacer.request(after(start, 1), Urgency::Soon);
        assert_eq!(pacer.due(), Some(start + INTERVAL));
        pacer.request(after(start, 2), Urgency::Echo);
        assert_eq!(pacer.due(), Some(after(start, 2)));
    }

    #[test]
    fn a_later_request_puts_nothing_off() {
        let (mut pacer, start) = (FramePacer::default(), Instant::now());
        pacer.request(start, Urgency::Echo);
        pacer.request(after(start, 5), Urgency::Soon);
        assert_eq!(pacer.due(), Some(start));
    }

    #[test]
    fn a_change_after_a_pause_is_drawn_at_once() {
        let (mut pacer, start) = (FramePacer::default(), Instant::now());
        pacer.drawn(start);
        pacer.request(after(start, 100), Urgency::Soon);
        assert_eq!(pacer.due(), Some(after(start, 100)));
    }
}
