//! A calendar day, as sheets carry it ("à jour au …"). No clock, no time zone.

use std::fmt;

/// A day between 1990-01-01 and 2199-12-31. Sources also hold typing errors such as year 0023: those are no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, or `None` if it does not exist or lies outside 1990–2199.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let length = month_length(year, month)?;
        ((1990..=2199).contains(&year) && (1..=length).contains(&day)).then_some(Self { year, month, day })
    }

    /// Reads `2026-11-02`. A time after a `T` is ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let day = text.split('T').next()?;
        let mut parts = day.splitn(3, '-');
        let mut number =
            |width: usize| parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()));
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day of a clock that counts seconds since 1970, in UTC; `None` outside 1990–2199.
    pub fn of_unix_seconds(seconds: u64) -> Option<Self> {
        let mut days = seconds / 86_400;
        let mut year = 1970_u16;
        while year <= 2199 {
            for month in 1..=12 {
                let length = month_length(year, month)?;
                if days < u64::from(length) {
                    return Self::new(year, month, days as u8 + 1);
                }
                days -= u64::from(length);
            }
            year += 1;
        }
        None
    }

    /// The day after, or `None` after 2199.
    pub fn next(self) -> Option<Self> {
        let Self { year, month, day } = self;
        Self::new(year, month, day + 1)
            .or_else(|| Self::new(year, month + 1, 1))
            .or_else(|| Self::new(year + 1, 1, 1))
    }

    /// The year, 1990 to 2199.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }
}

/// Days of a month, or `None` if there is no such month.
fn month_length(year: u16, month: u8) -> Option<u8> {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if leap => Some(29),
        2 => Some(28),
        _ => None,
    }
}

impl fmt::Display for Date {
    /// ISO form: `2026-11-02`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_dates() {
        assert_eq!(Date::parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        assert_eq!(Date::parse("2024-03-06T01:51:44"), Date::new(2024, 3, 6));
        for bad in ["0023-06-07", "2023-02-29", "2024-13-01", "2024-1-1", "", "2024-00-10", "+024-01-01"] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_follows_each_but_the_last() {
        for (day, next) in [
            ("2024-02-28", Some("2024-02-29")),
            ("2023-02-28", Some("2023-03-01")),
            ("2026-12-31", Some("2027-01-01")),
            ("2199-12-31", None),
        ] {
            let found = Date::parse(day).unwrap().next().map(|date| date.to_string());
            assert_eq!(found.as_deref(), next, "{day}");
        }
    }

    #[test]
    fn a_clock_gives_its_day() {
        for (seconds, day) in [
            (1_709_164_799, Some("2024-02-28")),
            (1_709_164_800, Some("2024-02-29")),
            (1_735_689_599, Some("2024-12-31")),
            (1_795_305_600, Some("2026-11-22")),
            (0, None),
            (u64::MAX, None),
        ] {
            let found = Date::of_unix_seconds(seconds).map(|date| date.to_string());
            assert_eq!(found.as_deref(), day, "{seconds}");
        }
    }
}
