//! Shapes of a drawing with their names, as lines in the units of the drawing.

use kurbo::{BezPath, PathEl, flatten};
use roxmltree::{Document, Node, ParsingOptions};
use usvg::tiny_skia_path::PathSegment;

use super::layers::Layer;
use super::{Fault, FaultKind};
use crate::{NAME_CHARS_MAX, POINTS_MAX};

/// Where Inkscape keeps the names of layers and shapes.
const INKSCAPE: &str = "http://www.inkscape.org/namespaces/inkscape";
/// What is read as a shape.
const SHAPES: [&str; 7] = ["path", "line", "polyline", "polygon", "rect", "circle", "ellipse"];
/// Elements of a drawing, at most.
const NODES_MAX: u32 = 50_000;
/// Curves become lines that are at most so far from them, in units of the drawing.
const FLAT: f64 = 0.1;

/// One shape. Its line is empty when it cannot be seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub id: String,
    pub name: String,
    pub line: usize,
    pub points: Vec<(f64, f64)>,
}

impl Shape {
    /// What its editor knows it as.
    pub(super) fn called(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// The middle of its bounds.
    pub(super) fn middle(&self) -> (f64, f64) {
        let middle = |of: fn(&(f64, f64)) -> f64| {
            let (least, most) = self
                .points
                .iter()
                .map(of)
                .fold((f64::MAX, f64::MIN), |(least, most), at| (least.min(at), most.max(at)));
            if self.points.is_empty() { 0.0 } else { f64::midpoint(least, most) }
        };
        (middle(|at| at.0), middle(|at| at.1))
    }
}

/// A drawing.
pub(super) struct Drawn {
    pub size: (f64, f64),
    shapes: Vec<(Layer, Vec<Shape>)>,
}

impl Drawn {
    /// The shapes of a layer, in their order.
    pub(super) fn of(&self, layer: Layer) -> &[Shape] {
        self.shapes.iter().find(|(of, _)| *of == layer).map_or(&[], |(_, shapes)| shapes)
    }
}

/// Reads the shapes of all layers.
pub(super) fn read(text: &str) -> Result<Drawn, Fault> {
    let unreadable = |error: roxmltree::Error| Fault {
        line: error.pos().row as usize,
        kind: FaultKind::Unreadable(error.to_string()),
    };
    // With every shape named, its geometry is found by its name.
    let named = with_identifiers(text, &parse(text).map_err(unreadable)?)?;
    let document = parse(&named).map_err(unreadable)?;
    let tree = usvg::Tree::from_xmltree(&document, &options())
        .map_err(|error| Fault { line: 1, kind: FaultKind::Unreadable(error.to_string()) })?;
    let mut shapes: Vec<(Layer, Vec<Shape>)> = Vec::new();
    for (layer, node) in layered(&document) {
        let shape = shape(&tree, &document, node);
        match shapes.iter_mut().find(|(of, _)| *of == layer) {
            Some((_, list)) => list.push(shape),
            None => shapes.push((layer, vec![shape])),
        }
    }
    let size = tree.size();
    Ok(Drawn { size: (f64::from(size.width()), f64::from(size.height())), shapes })
}

fn parse(text: &str) -> Result<Document<'_>, roxmltree::Error> {
    // Without a document type, there are no entities that grow.
    Document::parse_with_options(
        text,
        ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..Default::default() },
    )
}

/// Nothing outside the drawing is read: neither files nor pictures.
fn options() -> usvg::Options<'static> {
    let mut options = usvg::Options::default();
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    options.image_href_resolver.resolve_data = Box::new(|_, _, _| None);
    options
}

/// The same drawing, in which every shape of a layer has an identifier. Clones are refused: a few of them within each
/// other are millions.
fn with_identifiers(text: &str, document: &Document<'_>) -> Result<String, Fault> {
    if let Some(clone) = document.descendants().find(|node| node.has_tag_name((SVG, "use"))) {
        return Err(Fault { line: line(document, clone), kind: FaultKind::Clone });
    }
    let mut named = text.to_owned();
    let bare: Vec<usize> = layered(document)
        .filter(|(_, node)| node.attribute("id").is_none())
        .map(|(_, node)| node.range().start)
        .collect();
    // From the end, so that what comes before keeps its place.
    for (number, start) in bare.into_iter().enumerate().rev() {
        let name_ends = |rest: &str| rest.find(|c: char| c.is_whitespace() || c == '/' || c == '>');
        if let Some(at) = named.get(start + 1..).and_then(name_ends) {
            named.insert_str(start + 1 + at, &format!(" id=\"parvis-{number}\""));
        }
    }
    Ok(named)
}

const SVG: &str = "http://www.w3.org/2000/svg";

/// Every shape that is in a layer, with the innermost one.
fn layered<'d>(document: &'d Document<'d>) -> impl Iterator<Item = (Layer, Node<'d, 'd>)> {
    let shapes = document.descendants().filter(|node| {
        let name = node.tag_name();
        name.namespace() == Some(SVG) && SHAPES.contains(&name.name())
    });
    shapes.filter_map(|node| Some((node.ancestors().find_map(layer_of)?, node)))
}

fn layer_of(node: Node<'_, '_>) -> Option<Layer> {
    if !node.has_tag_name((SVG, "g")) {
        return None;
    }
    let names = [node.attribute((INKSCAPE, "label")), node.attribute("id")];
    names.into_iter().flatten().find_map(Layer::of_name)
}

fn line(document: &Document<'_>, node: Node<'_, '_>) -> usize {
    document.text_pos_at(node.range().start).row as usize
}

fn shape(tree: &usvg::Tree, document: &Document<'_>, node: Node<'_, '_>) -> Shape {
    let id = node.attribute("id").unwrap_or_default();
    let points = match tree.node_by_id(id) {
        Some(usvg::Node::Path(path)) => points(path),
        Some(usvg::Node::Group(_) | usvg::Node::Image(_) | usvg::Node::Text(_)) | None => Vec::new(),
    };
    Shape {
        id: id.chars().take(NAME_CHARS_MAX).collect(),
        name: name(node),
        line: line(document, node),
        points,
    }
}

/// What the editor called it: its title, or its name in the list of objects.
fn name(node: Node<'_, '_>) -> String {
    let title =
        node.children().find(|child| child.has_tag_name((SVG, "title"))).and_then(|title| title.text());
    let name = title.or_else(|| node.attribute((INKSCAPE, "label"))).unwrap_or_default();
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect()
}

/// The corners of the first line of a path, curves made straight.
fn points(path: &usvg::Path) -> Vec<(f64, f64)> {
    let mut curves = BezPath::new();
    let transformed = path.data().clone().transform(path.abs_transform());
    let at = |point: usvg::tiny_skia_path::Point| (f64::from(point.x), f64::from(point.y));
    for segment in transformed.iter().flat_map(usvg::tiny_skia_path::Path::segments) {
        match segment {
            // One shape is one line: what follows is a hole or a second piece.
            PathSegment::MoveTo(_) if !curves.is_empty() => break,
            PathSegment::MoveTo(to) => curves.move_to(at(to)),
            PathSegment::LineTo(to) => curves.line_to(at(to)),
            PathSegment::QuadTo(by, to) => curves.quad_to(at(by), at(to)),
            PathSegment::CubicTo(by, and, to) => curves.curve_to(at(by), at(and), at(to)),
            PathSegment::Close => curves.close_path(),
        }
    }
    let mut points = Vec::new();
    let mut first = None;
    flatten(&curves, FLAT, |piece| match piece {
        PathEl::MoveTo(to) => {
            first = Some((to.x, to.y));
            points.push((to.x, to.y));
        }
        PathEl::LineTo(to) => points.push((to.x, to.y)),
        PathEl::ClosePath => points.extend(first),
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
    });
    points.truncate(POINTS_MAX);
    points
}
