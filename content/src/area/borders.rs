//! Borders between communes, each once: two outlines that share points share a border. Whatever is dashed twice would look
//! like a line.

use std::collections::HashMap;

use parvis_plan::area::Kind;

use super::lines::Draft;
use super::{Commune, Metres};

/// Points nearer than this fraction of a degree are one: about a decimetre.
const DEGREES: f64 = 1e6;

pub(super) fn drafts(communes: &[Commune<'_>], home: Option<usize>) -> Vec<Draft> {
    let mut net = Net::default();
    for (at, commune) in communes.iter().enumerate() {
        let kind = if home == Some(at) { Kind::HomeBorder } else { Kind::Border };
        for (ring, metres) in commune.outline.rings.iter().zip(&commune.rings) {
            let key = |degrees: f64| (degrees * DEGREES).round() as i64;
            let keys = ring.iter().map(|point| (key(point.latitude()), key(point.longitude())));
            let ids: Vec<usize> = keys.zip(metres).map(|(key, at)| net.point(key, *at)).collect();
            for (from, to) in ids.iter().zip(ids.iter().cycle().skip(1)) {
                net.join(*from, *to, kind);
            }
        }
    }
    net.lines().into_iter().map(|(kind, points)| Draft { kind, rank: 0, points }).collect()
}

/// Points, and which ones are joined by a line of which kind.
#[derive(Default)]
pub(super) struct Net {
    known: HashMap<(i64, i64), usize>,
    points: Vec<Metres>,
    /// For each point its neighbours, with the number of the side between them.
    joined: Vec<Vec<(usize, usize)>>,
    sides: HashMap<(usize, usize), usize>,
    kinds: Vec<Kind>,
}

impl Net {
    /// The number of a point that is known by `key`.
    pub(super) fn point(&mut self, key: (i64, i64), at: Metres) -> usize {
        *self.known.entry(key).or_insert_with(|| {
            self.points.push(at);
            self.joined.push(Vec::new());
            self.points.len() - 1
        })
    }

    /// Joins two points, once; of two kinds, the greater stays.
    pub(super) fn join(&mut self, from: usize, to: usize, kind: Kind) {
        if from == to {
            return;
        }
        let side = (from.min(to), from.max(to));
        if let Some(known) = self.sides.get(&side) {
            self.kinds[*known] = self.kinds[*known].max(kind);
            return;
        }
        let number = self.kinds.len();
        self.sides.insert(side, number);
        self.kinds.push(kind);
        self.joined[from].push((to, number));
        self.joined[to].push((from, number));
    }

    /// All sides as lines that are as long as they can be: they end where three meet, or where the kind changes.
    pub(super) fn lines(&self) -> Vec<(Kind, Vec<Metres>)> {
        let mut done = vec![false; self.kinds.len()];
        let mut lines = Vec::new();
        // Lines with ends first; what is left are rings.
        let ends = (0..self.points.len()).filter(|at| self.is_end(*at));
        for from in ends.chain(0..self.points.len()) {
            for (to, side) in &self.joined[from] {
                if !done[*side] {
                    lines.push((self.kinds[*side], self.walk(from, *to, *side, &mut done)));
                }
            }
        }
        lines
    }

    fn walk(&self, from: usize, to: usize, side: usize, done: &mut [bool]) -> Vec<Metres> {
        let mut line = vec![self.points[from]];
        let (mut at, mut side) = (to, side);
        loop {
            done[side] = true;
            line.push(self.points[at]);
            let next = self.joined[at].iter().find(|(_, other)| !done[*other]);
            match next.filter(|_| !self.is_end(at)) {
                Some((to, other)) => (at, side) = (*to, *other),
                None => return line,
            }
        }
    }

    fn is_end(&self, at: usize) -> bool {
        match self.joined[at][..] {
            [(_, one), (_, other)] => self.kinds[one] != self.kinds[other],
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_border_is_one_line() {
        // Two squares side by side; the left one is the hall's.
        let mut net = Net::default();
        let mut square = |left: i32, kind| {
            let corners = [(left, 0), (left + 1, 0), (left + 1, 1), (left, 1)];
            let ids =
                corners.map(|(x, y)| net.point((i64::from(x), i64::from(y)), (f64::from(x), f64::from(y))));
            for (from, to) in ids.iter().zip(ids.iter().cycle().skip(1)) {
                net.join(*from, *to, kind);
            }
        };
        square(1, Kind::Border);
        square(0, Kind::HomeBorder);
        let lines = net.lines();
        let sides = |of| {
            lines.iter().filter(|(kind, _)| *kind == of).map(|(_, line)| line.len() - 1).collect::<Vec<_>>()
        };
        assert_eq!(sides(Kind::Border), [3]);
        let mut home = sides(Kind::HomeBorder);
        home.sort_unstable();
        assert_eq!(home, [1, 3]);
    }

    #[test]
    fn a_ring_alone_is_one_line() {
        let mut net = Net::default();
        let ids: Vec<usize> =
            (0..4_i32).map(|at| net.point((i64::from(at), 0), (f64::from(at), 0.0))).collect();
        for (from, to) in ids.iter().zip(ids.iter().cycle().skip(1)) {
            net.join(*from, *to, Kind::Border);
            net.join(*to, *from, Kind::Border);
        }
        assert_eq!(net.lines().iter().map(|(_, line)| line.len()).collect::<Vec<_>>(), [5]);
    }
}
