//! Places: where a visitor can go, with hours that are shown as they are, never judged "open now".

use crate::id::PlaceId;

/// Most ranges in one day. The national list of France services reaches five.
pub const RANGES_MAX: usize = 6;
/// Most places in one bundle.
pub const PLACES_MAX: usize = 5_000;

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its identifier.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// The lines of the postal address, without the commune.
    pub address: Vec<String>,
    /// Postcode and commune, or the commune alone.
    pub commune: String,
    /// The number as it is dialled, with spaces.
    pub phone: Option<String>,
    /// When it is open.
    pub hours: OpeningHours,
    /// What one can do there.
    pub services: Vec<String>,
    /// A remark of the editor.
    pub note: Option<String>,
    /// Where it is on the map.
    pub position: Option<Position>,
    /// Where it is on the plan of the hall: the identifier of a place there.
    pub plan: Option<String>,
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A France services house or bus.
    FranceServices,
    /// A town hall.
    TownHall,
    /// A departmental social centre (CDAS).
    SocialCentre,
    /// A municipal social-action centre (CCAS, CIAS).
    SocialAction,
    /// A prefecture or sub-prefecture.
    Prefecture,
    /// A tax office.
    TaxOffice,
    /// France Travail.
    EmploymentAgency,
    /// A family-benefits office (CAF).
    FamilyBenefits,
    /// A health-insurance office (CPAM, MSA).
    HealthInsurance,
    /// A pension office (CARSAT).
    Pension,
    /// A post office.
    PostOffice,
    /// A court, a house of justice, a legal-advice point.
    Justice,
    /// Police or gendarmerie.
    Police,
    /// Hospital, health centre, pharmacy.
    Health,
    /// Library or digital-help place.
    DigitalHelp,
    /// School or training centre.
    School,
    /// Association.
    Association,
    /// A part of this very hall.
    Here,
    /// Anything else.
    Other,
}

impl PlaceKind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::FranceServices,
        Self::TownHall,
        Self::SocialCentre,
        Self::SocialAction,
        Self::Prefecture,
        Self::TaxOffice,
        Self::EmploymentAgency,
        Self::FamilyBenefits,
        Self::HealthInsurance,
        Self::Pension,
        Self::PostOffice,
        Self::Justice,
        Self::Police,
        Self::Health,
        Self::DigitalHelp,
        Self::School,
        Self::Association,
        Self::Here,
        Self::Other,
    ];

    /// The name in sources and in the content file.
    pub fn name(self) -> &'static str {
        match self {
            Self::FranceServices => "france-services",
            Self::TownHall => "town-hall",
            Self::SocialCentre => "social-centre",
            Self::SocialAction => "social-action",
            Self::Prefecture => "prefecture",
            Self::TaxOffice => "tax-office",
            Self::EmploymentAgency => "employment-agency",
            Self::FamilyBenefits => "family-benefits",
            Self::HealthInsurance => "health-insurance",
            Self::Pension => "pension",
            Self::PostOffice => "post-office",
            Self::Justice => "justice",
            Self::Police => "police",
            Self::Health => "health",
            Self::DigitalHelp => "digital-help",
            Self::School => "school",
            Self::Association => "association",
            Self::Here => "here",
            Self::Other => "other",
        }
    }

    /// The kind with that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// Lundi.
    Monday,
    /// Mardi.
    Tuesday,
    /// Mercredi.
    Wednesday,
    /// Jeudi.
    Thursday,
    /// Vendredi.
    Friday,
    /// Samedi.
    Saturday,
    /// Dimanche.
    Sunday,
}

impl Weekday {
    /// The week, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The key in `places.toml`: `mon`, `tue`, … `sun`.
    pub fn key(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }
}

/// A range of one day, in minutes after midnight; `from < to <= 1440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeRange {
    from: u16,
    to: u16,
}

impl TimeRange {
    /// The range, or `None` unless `from < to <= 1440` minutes.
    pub fn new(from: u16, to: u16) -> Option<Self> {
        (from < to && to <= 24 * 60).then_some(Self { from, to })
    }

    /// Reads `09:00-12:30`; spaces around the hyphen are accepted.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        Self::new(minutes(from)?, minutes(to)?)
    }

    /// Opening, in minutes after midnight.
    pub fn from(self) -> u16 {
        self.from
    }

    /// Closing, in minutes after midnight.
    pub fn to(self) -> u16 {
        self.to
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |part: &str, max: u16| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok()).flatten().filter(|n| *n <= max)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 59)?)
}

/// Opening hours of a usual week and a remark for everything a table cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpeningHours {
    days: [Vec<TimeRange>; 7],
    /// Exceptions, appointments, "semaines paires"…
    pub note: Option<String>,
}

impl OpeningHours {
    /// Hours of a week. Ranges of each day are sorted; `None` when a day holds more than [`RANGES_MAX`] ranges or
    /// two that overlap.
    pub fn new(mut days: [Vec<TimeRange>; 7], note: Option<String>) -> Option<Self> {
        for day in &mut days {
            day.sort_unstable();
            let apart = day.windows(2).all(|pair| pair[0].to <= pair[1].from);
            if day.len() > RANGES_MAX || !apart {
                return None;
            }
        }
        Some(Self { days, note })
    }

    /// The ranges of `day`; none means closed, unless no day has any ([`is_unknown`](Self::is_unknown)).
    pub fn on(&self, day: Weekday) -> &[TimeRange] {
        &self.days[day as usize]
    }

    /// No day has hours: they are unknown, or only the note tells them.
    pub fn is_unknown(&self) -> bool {
        self.days.iter().all(Vec::is_empty)
    }
}

/// WGS 84, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

impl Eq for Position {}

impl Position {
    /// `None` unless both are finite, −90…90 and −180…180.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let inside = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        inside.then_some(Self { latitude, longitude })
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Distance as the crow flies, in kilometres, on a sphere of 6,371 km (haversine).
    pub fn distance_km(self, other: Self) -> f64 {
        let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let chord = half(self.latitude, other.latitude) + across * half(self.longitude, other.longitude);
        2.0 * 6_371.0 * chord.sqrt().min(1.0).asin()
    }

    /// Metres to the east and to the south of here at which `other` lies on a map around here: distance and direction from
    /// here are exact (azimuthal equidistant).
    pub fn metres_to(self, other: Self) -> (f64, f64) {
        let (far, wind) = (self.distance_km(other) * 1_000.0, self.bearing(other).to_radians());
        (far * wind.sin(), -far * wind.cos())
    }

    /// The direction in which `other` lies, in degrees clockwise from north, 0 to 360.
    pub fn bearing(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let across = (other.longitude - self.longitude).to_radians();
        let east = across.sin() * to.cos();
        let north = from.cos() * to.sin() - from.sin() * to.cos() * across.cos();
        east.atan2(north).to_degrees().rem_euclid(360.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_go_round_with_the_clock_from_north() {
        let at = |latitude, longitude| Position::new(latitude, longitude).unwrap();
        let here = at(48.0, -2.0);
        for (there, degrees) in
            [(at(48.1, -2.0), 0.0), (at(48.0, -1.9), 90.0), (at(47.9, -2.0), 180.0), (at(48.0, -2.1), 270.0)]
        {
            let off = (here.bearing(there) - degrees).abs();
            assert!(off.min(360.0 - off) < 0.1, "{degrees}");
        }
    }

    #[test]
    fn ranges_are_read_as_editors_write_them() {
        let range = TimeRange::parse("09:00-12:30").unwrap();
        assert_eq!((range.from(), range.to()), (540, 750));
        assert_eq!(TimeRange::parse("13:30 - 17:00"), TimeRange::new(810, 1020));
        for bad in ["9:00-12:00", "12:00-09:00", "09:00", "09:60-10:00", "25:00-26:00", "", "-"] {
            assert_eq!(TimeRange::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn overlapping_ranges_of_one_day_are_refused() {
        let range = |text| TimeRange::parse(text).unwrap();
        let mut days: [Vec<TimeRange>; 7] = Default::default();
        days[0] = vec![range("13:30-17:00"), range("09:00-12:00")];
        let hours = OpeningHours::new(days.clone(), None).unwrap();
        assert_eq!(hours.on(Weekday::Monday)[0].from(), 540);
        days[0].push(range("11:00-12:30"));
        assert_eq!(OpeningHours::new(days, None), None);
    }
}
