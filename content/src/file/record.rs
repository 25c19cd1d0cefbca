//! The stored form of everything that is no sheet: description, nodes, guides, places, glossary.

use std::collections::BTreeMap;

use parvis_plan::Plan;
use parvis_plan::area::Area;
use serde::{Deserialize, Serialize};

use super::sheet_record::{
    BlockReader, BlockRecord, SourceRecord, block_records, source, source_record, trail, trail_record,
};
use crate::browse::{ENTRIES_MAX, Entry, Node, NodeKind, Target};
use crate::date::Date;
use crate::glossary::Glossary;
use crate::guide::{ANSWERS_MAX, Answer, Guide, Next, QUESTIONS_MAX, Question};
use crate::id::{GuideId, Lang, NodeId, PlaceId, QuestionId, SheetId};
use crate::library::{Hall, Info};
use crate::outline::{OUTLINES_MAX, Outline, POINTS_MAX, RINGS_MAX};
use crate::place::{OpeningHours, Place, PlaceKind, Position, TimeRange, Weekday};

/// What is wrong with a record, in words.
pub(super) type Reason = String;

pub(super) fn bad(error: impl std::fmt::Display) -> Reason {
    error.to_string()
}

/// ISO form, `2026-11-02`.
#[derive(Serialize, Deserialize)]
pub(super) struct DateRecord(String);

impl From<Date> for DateRecord {
    fn from(date: Date) -> Self {
        Self(date.to_string())
    }
}

impl DateRecord {
    pub(super) fn date(self) -> Result<Date, Reason> {
        Date::parse(&self.0).ok_or_else(|| format!("{:?} is no date", self.0))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TargetRecord {
    Node(String),
    Sheet(String),
    Guide(String),
    Place(String),
}

impl From<&Target> for TargetRecord {
    fn from(target: &Target) -> Self {
        let id = target.id().to_owned();
        match target {
            Target::Node(_) => Self::Node(id),
            Target::Sheet(_) => Self::Sheet(id),
            Target::Guide(_) => Self::Guide(id),
            Target::Place(_) => Self::Place(id),
        }
    }
}

impl TargetRecord {
    pub(super) fn target(self) -> Result<Target, Reason> {
        match self {
            Self::Node(id) => NodeId::new(&id).map(Target::Node),
            Self::Sheet(id) => SheetId::new(&id).map(Target::Sheet),
            Self::Guide(id) => GuideId::new(&id).map(Target::Guide),
            Self::Place(id) => PlaceId::new(&id).map(Target::Place),
        }
        .map_err(bad)
    }
}

#[derive(Serialize, Deserialize)]
struct EntryRecord {
    to: TargetRecord,
    t: String,
    i: Option<String>,
    s: Option<String>,
    g: Option<String>,
}

fn entry_record(entry: &Entry) -> EntryRecord {
    let Entry { target, title, icon, summary, group } = entry.clone();
    EntryRecord { to: (&target).into(), t: title, i: icon, s: summary, g: group }
}

fn entries(records: Vec<EntryRecord>) -> Result<Vec<Entry>, Reason> {
    if records.len() > ENTRIES_MAX {
        return Err(format!("{} entries, more than {ENTRIES_MAX}", records.len()));
    }
    let entry = |r: EntryRecord| {
        Ok(Entry { target: r.to.target()?, title: r.t, icon: r.i, summary: r.s, group: r.g })
    };
    records.into_iter().map(entry).collect()
}

pub(super) fn entries_to_bytes(list: &[Entry]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&list.iter().map(entry_record).collect::<Vec<_>>())
}

pub(super) fn entries_from_bytes(bytes: &[u8]) -> Result<Vec<Entry>, Reason> {
    entries(serde_json::from_slice(bytes).map_err(bad)?)
}

#[derive(Serialize, Deserialize)]
struct NodeRecord {
    id: String,
    kind: NodeKindRecord,
    title: String,
    icon: Option<String>,
    summary: Option<String>,
    intro: Vec<BlockRecord>,
    parent: Option<String>,
    entries: Vec<EntryRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NodeKindRecord {
    Theme,
    SubTheme,
    Folder,
    LifeEvents,
    Places,
}

pub(crate) fn node_to_bytes(node: &Node) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&NodeRecord {
        id: node.id.to_string(),
        kind: match node.kind {
            NodeKind::Theme => NodeKindRecord::Theme,
            NodeKind::SubTheme => NodeKindRecord::SubTheme,
            NodeKind::Folder => NodeKindRecord::Folder,
            NodeKind::LifeEvents => NodeKindRecord::LifeEvents,
            NodeKind::Places => NodeKindRecord::Places,
        },
        title: node.title.clone(),
        icon: node.icon.clone(),
        summary: node.summary.clone(),
        intro: block_records(&node.intro),
        parent: node.parent.as_ref().map(NodeId::to_string),
        entries: node.entries.iter().map(entry_record).collect(),
    })
}

pub(crate) fn node_from_bytes(bytes: &[u8]) -> Result<Node, Reason> {
    let record: NodeRecord = serde_json::from_slice(bytes).map_err(bad)?;
    Ok(Node {
        id: NodeId::new(&record.id).map_err(bad)?,
        kind: match record.kind {
            NodeKindRecord::Theme => NodeKind::Theme,
            NodeKindRecord::SubTheme => NodeKind::SubTheme,
            NodeKindRecord::Folder => NodeKind::Folder,
            NodeKindRecord::LifeEvents => NodeKind::LifeEvents,
            NodeKindRecord::Places => NodeKind::Places,
        },
        title: record.title,
        icon: record.icon,
        summary: record.summary,
        intro: BlockReader::default().blocks(record.intro, 0)?,
        parent: record.parent.as_deref().map(NodeId::new).transpose().map_err(bad)?,
        entries: entries(record.entries)?,
    })
}

#[derive(Serialize, Deserialize)]
struct GuideRecord {
    id: String,
    lang: String,
    title: String,
    intro: Vec<String>,
    start: String,
    questions: Vec<QuestionRecord>,
    source: SourceRecord,
    checked: Option<DateRecord>,
    trail: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct QuestionRecord {
    id: String,
    text: String,
    help: Vec<BlockRecord>,
    answers: Vec<AnswerRecord>,
}

#[derive(Serialize, Deserialize)]
struct AnswerRecord {
    label: String,
    help: Vec<BlockRecord>,
    next: NextRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NextRecord {
    Question(String),
    Outcome(Vec<BlockRecord>),
}

pub(crate) fn guide_to_bytes(guide: &Guide) -> Result<Vec<u8>, serde_json::Error> {
    let answer = |answer: &Answer| AnswerRecord {
        label: answer.label.clone(),
        help: block_records(&answer.help),
        next: match &answer.next {
            Next::Question(id) => NextRecord::Question(id.to_string()),
            Next::Outcome(blocks) => NextRecord::Outcome(block_records(blocks)),
        },
    };
    let question = |question: &Question| QuestionRecord {
        id: question.id.to_string(),
        text: question.text.clone(),
        help: block_records(&question.help),
        answers: question.answers.iter().map(answer).collect(),
    };
    serde_json::to_vec(&GuideRecord {
        id: guide.id.to_string(),
        lang: guide.lang.to_string(),
        title: guide.title.clone(),
        intro: guide.intro.clone(),
        start: guide.start.to_string(),
        questions: guide.questions.iter().map(question).collect(),
        source: source_record(&guide.source),
        checked: guide.checked.map(DateRecord::from),
        trail: trail_record(&guide.trail),
    })
}

pub(crate) fn guide_from_bytes(bytes: &[u8]) -> Result<Guide, Reason> {
    let record: GuideRecord = serde_json::from_slice(bytes).map_err(bad)?;
    if record.questions.len() > QUESTIONS_MAX {
        return Err(format!("more than {QUESTIONS_MAX} questions"));
    }
    let mut reader = BlockReader::default();
    let mut questions = Vec::with_capacity(record.questions.len());
    for question in record.questions {
        questions.push(question_from(question, &mut reader)?);
    }
    let guide = Guide {
        id: GuideId::new(&record.id).map_err(bad)?,
        lang: Lang::new(&record.lang).map_err(bad)?,
        title: record.title,
        intro: record.intro,
        start: QuestionId::new(&record.start).map_err(bad)?,
        questions,
        source: source(record.source),
        checked: record.checked.map(DateRecord::date).transpose()?,
        trail: trail(record.trail)?,
    };
    guide.check().map_err(bad)?;
    Ok(guide)
}

fn question_from(record: QuestionRecord, reader: &mut BlockReader) -> Result<Question, Reason> {
    if record.answers.len() > ANSWERS_MAX {
        return Err(format!("more than {ANSWERS_MAX} answers"));
    }
    let mut answers = Vec::with_capacity(record.answers.len());
    for answer in record.answers {
        let next = match answer.next {
            NextRecord::Question(id) => Next::Question(QuestionId::new(&id).map_err(bad)?),
            NextRecord::Outcome(blocks) => Next::Outcome(reader.blocks(blocks, 0)?),
        };
        answers.push(Answer { label: answer.label, help: reader.blocks(answer.help, 0)?, next });
    }
    Ok(Question {
        id: QuestionId::new(&record.id).map_err(bad)?,
        text: record.text,
        help: reader.blocks(record.help, 0)?,
        answers,
    })
}

#[derive(Serialize, Deserialize)]
struct HoursRecord {
    days: [Vec<(u16, u16)>; 7],
    note: Option<String>,
}

fn hours_record(hours: &OpeningHours) -> HoursRecord {
    let day = |day: Weekday| hours.on(day).iter().map(|r| (r.from(), r.to())).collect();
    HoursRecord { days: Weekday::ALL.map(day), note: hours.note.clone() }
}

fn hours(record: HoursRecord) -> Result<OpeningHours, Reason> {
    let mut days: [Vec<TimeRange>; 7] = Default::default();
    for (day, ranges) in days.iter_mut().zip(record.days) {
        for (from, to) in ranges {
            day.push(TimeRange::new(from, to).ok_or_else(|| format!("hours from {from} to {to}"))?);
        }
    }
    OpeningHours::new(days, record.note).ok_or_else(|| "opening hours overlap".to_owned())
}

#[derive(Serialize, Deserialize)]
struct PlaceRecord {
    id: String,
    name: String,
    kind: String,
    address: Vec<String>,
    commune: String,
    phone: Option<String>,
    hours: HoursRecord,
    services: Vec<String>,
    note: Option<String>,
    position: Option<(f64, f64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
}

pub(super) fn place_to_bytes(place: &Place) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&PlaceRecord {
        id: place.id.to_string(),
        name: place.name.clone(),
        kind: place.kind.name().to_owned(),
        address: place.address.clone(),
        commune: place.commune.clone(),
        phone: place.phone.clone(),
        hours: hours_record(&place.hours),
        services: place.services.clone(),
        note: place.note.clone(),
        position: place.position.map(|p| (p.latitude(), p.longitude())),
        plan: place.plan.clone(),
    })
}

pub(super) fn place_from_bytes(bytes: &[u8]) -> Result<Place, Reason> {
    let record: PlaceRecord = serde_json::from_slice(bytes).map_err(bad)?;
    Ok(Place {
        id: PlaceId::new(&record.id).map_err(bad)?,
        name: record.name,
        kind: PlaceKind::from_name(&record.kind).unwrap_or(PlaceKind::Other),
        address: record.address,
        commune: record.commune,
        phone: record.phone,
        hours: hours(record.hours)?,
        services: record.services,
        note: record.note,
        position: record.position.map(position_of).transpose()?,
        plan: record.plan,
    })
}

fn position_of((latitude, longitude): (f64, f64)) -> Result<Position, Reason> {
    Position::new(latitude, longitude).ok_or_else(|| format!("position {latitude}, {longitude}"))
}

/// Points are whole hundred-thousandths of a degree: about a metre.
const DEGREE: f64 = 100_000.0;

pub(super) fn plan_to_bytes(plan: &Plan) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(plan)
}

pub(super) fn plan_from_bytes(bytes: &[u8]) -> Result<Plan, Reason> {
    let plan: Plan = serde_json::from_slice(bytes).map_err(bad)?;
    plan.check().map_err(|broken| broken.to_string())?;
    Ok(plan)
}

pub(super) fn area_to_bytes(area: &Area) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(area)
}

pub(super) fn area_from_bytes(bytes: &[u8]) -> Result<Area, Reason> {
    let area: Area = serde_json::from_slice(bytes).map_err(bad)?;
    area.check().map_err(|broken| broken.to_string())?;
    Ok(area)
}

#[derive(Serialize, Deserialize)]
struct OutlineRecord {
    i: String,
    n: String,
    /// Latitude and longitude by turns.
    r: Vec<Vec<i32>>,
}

pub(super) fn outlines_to_bytes(outlines: &[Outline]) -> Result<Vec<u8>, serde_json::Error> {
    let whole = |degrees: f64| (degrees * DEGREE).round() as i32;
    let ring = |ring: &Vec<Position>| {
        ring.iter().flat_map(|p| [whole(p.latitude()), whole(p.longitude())]).collect::<Vec<i32>>()
    };
    let record = |outline: &Outline| OutlineRecord {
        i: outline.insee.clone(),
        n: outline.name.clone(),
        r: outline.rings.iter().map(ring).collect(),
    };
    serde_json::to_vec(&outlines.iter().map(record).collect::<Vec<_>>())
}

pub(super) fn outlines_from_bytes(bytes: &[u8]) -> Result<Vec<Outline>, Reason> {
    let records: Vec<OutlineRecord> = serde_json::from_slice(bytes).map_err(bad)?;
    if records.len() > OUTLINES_MAX {
        return Err(format!("{} outlines, more than {OUTLINES_MAX}", records.len()));
    }
    records.into_iter().map(outline).collect()
}

fn outline(record: OutlineRecord) -> Result<Outline, Reason> {
    let numbers: usize = record.r.iter().map(Vec::len).sum();
    if record.r.len() > RINGS_MAX || numbers > 2 * POINTS_MAX {
        return Err(format!("outline of {} with {} rings and {numbers} numbers", record.i, record.r.len()));
    }
    let point = |pair: &[i32]| {
        let degrees = |at: usize| pair.get(at).map(|whole| f64::from(*whole) / DEGREE);
        let position = degrees(0).zip(degrees(1)).and_then(|(lat, lon)| Position::new(lat, lon));
        position.ok_or_else(|| format!("a point of the outline of {} is nowhere", record.i))
    };
    let ring = |ring: &Vec<i32>| {
        if ring.len() < 6 {
            return Err(format!("a ring of the outline of {} has less than three points", record.i));
        }
        ring.chunks(2).map(point).collect::<Result<Vec<_>, Reason>>()
    };
    let rings = record.r.iter().map(ring).collect::<Result<_, Reason>>()?;
    Ok(Outline { insee: record.i, name: record.n, rings })
}

#[derive(Serialize, Deserialize)]
struct InfoRecord {
    bundle: String,
    title: String,
    hall: HallRecord,
    languages: Vec<String>,
    newest: Option<DateRecord>,
    demonstration: bool,
    sheets: u32,
    guides: u32,
    places: u32,
}

#[derive(Serialize, Deserialize)]
struct HallRecord {
    name: String,
    address: Vec<String>,
    phone: Option<String>,
    hours: HoursRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<(f64, f64)>,
}

pub(super) fn info_to_bytes(info: &Info) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&InfoRecord {
        bundle: info.bundle.clone(),
        title: info.title.clone(),
        hall: HallRecord {
            name: info.hall.name.clone(),
            address: info.hall.address.clone(),
            phone: info.hall.phone.clone(),
            hours: hours_record(&info.hall.hours),
            position: info.hall.position.map(|p| (p.latitude(), p.longitude())),
        },
        languages: info.languages.iter().map(Lang::to_string).collect(),
        newest: info.newest.map(DateRecord::from),
        demonstration: info.demonstration,
        sheets: info.sheets,
        guides: info.guides,
        places: info.places,
    })
}

pub(super) fn info_from_bytes(bytes: &[u8]) -> Result<Info, Reason> {
    let record: InfoRecord = serde_json::from_slice(bytes).map_err(bad)?;
    let HallRecord { name, address, phone, hours: week, position } = record.hall;
    let position = position.map(position_of).transpose()?;
    Ok(Info {
        bundle: record.bundle,
        title: record.title,
        hall: Hall { name, address, phone, hours: hours(week)?, position },
        languages: record.languages.iter().map(|l| Lang::new(l)).collect::<Result<_, _>>().map_err(bad)?,
        newest: record.newest.map(DateRecord::date).transpose()?,
        demonstration: record.demonstration,
        sheets: record.sheets,
        guides: record.guides,
        places: record.places,
    })
}

pub(super) fn glossary_to_bytes(glossary: &Glossary) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&glossary.iter().collect::<BTreeMap<_, _>>())
}

pub(super) fn glossary_from_bytes(bytes: &[u8]) -> Result<Glossary, Reason> {
    let record: BTreeMap<String, String> = serde_json::from_slice(bytes).map_err(bad)?;
    let mut glossary = Glossary::default();
    for (acronym, expansion) in &record {
        glossary.insert(acronym, expansion);
    }
    Ok(glossary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_that_cannot_be_are_refused() {
        let one = |rings: &str| format!("[{{\"i\":\"35001\",\"n\":\"X\",\"r\":{rings}}}]");
        assert_eq!(outlines_from_bytes(one("[[1,2,3,4,5,6]]").as_bytes()).unwrap()[0].rings[0].len(), 3);
        let many = |n: usize| vec!["[1,2,3,4,5,6]"; n].join(",");
        for bad in [
            "[[1,2,3,4]]".to_owned(),
            "[[1,2,3,4,5,6,7]]".to_owned(),
            "[[1,2,3,4,5,99999999]]".to_owned(),
            format!("[{}]", many(RINGS_MAX + 1)),
            format!("[[{}]]", vec!["1"; 2 * POINTS_MAX + 2].join(",")),
        ] {
            assert!(outlines_from_bytes(one(&bad).as_bytes()).is_err(), "{bad}");
        }
        let all = vec!["{\"i\":\"1\",\"n\":\"X\",\"r\":[]}"; OUTLINES_MAX + 1].join(",");
        assert!(outlines_from_bytes(format!("[{all}]").as_bytes()).is_err());
    }
}
