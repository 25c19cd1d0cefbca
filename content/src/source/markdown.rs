//! The body of a sheet: a small part of Markdown, everything else is a fault.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "the parser's events are not ours and grow: what is not named here is text inside a block, or a fault"
)]

use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, HeadingLevel, OffsetIter, Options, Parser, Tag, TagEnd};

use super::{Faults, Rule, Said, line_at, said, title};
use crate::browse::{Link, Target};
use crate::id::{GuideId, PlaceId, SheetId};
use crate::plain;
use crate::sheet::{Block, Case, NoteKind, Section};

/// Deepest nesting of lists and notes in an editor's sheet.
const DEPTH_MAX: usize = 6;

/// A body that was read: the short version and the sections.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Paragraphs before the first section, each with its line.
    pub(super) summary: Vec<(String, usize)>,
    pub(super) sections: Vec<Section>,
    /// Links inside the content, each with its line.
    pub(super) links: Vec<(Target, usize)>,
}

/// Reads `text`, whose first line is line `first` of `file`.
pub(super) fn read(file: &Path, text: &str, first: usize, faults: &mut Faults) -> Body {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let mut reader = Reader { file, text, first, faults, events, links: Vec::new() };
    let mut pieces = Vec::new();
    while let Some((event, span)) = reader.events.next() {
        reader.top(event, &span, &mut pieces);
    }
    let links = std::mem::take(&mut reader.links);
    let mut body = reader.arrange(pieces);
    body.links = links;
    body
}

/// The body as it comes: titles and blocks in one row.
enum Piece {
    Heading(u8, String, usize),
    Block(Block, usize),
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    first: usize,
    faults: &'a mut Faults,
    events: OffsetIter<'a>,
    links: Vec<(Target, usize)>,
}

impl<'a> Reader<'a> {
    fn line(&self, span: &Range<usize>) -> usize {
        self.first + line_at(self.text, span.start) - 1
    }

    fn fault(&mut self, span: &Range<usize>, message: Said) {
        let line = self.line(span);
        self.faults.add(self.file, line, message);
    }

    fn html(&mut self, span: &Range<usize>) {
        self.fault(span, said!("HTML : écrivez du texte", "HTML : write text"));
    }

    fn top(&mut self, event: Event<'a>, span: &Range<usize>, pieces: &mut Vec<Piece>) {
        let line = self.line(span);
        if let Event::Start(Tag::Heading { level, .. }) = event {
            let text = self.plain_until(TagEnd::Heading(level));
            let text = title(self.faults, self.file, line, ["le titre", "the title"], &text);
            let level = match level {
                HeadingLevel::H2 => 2,
                HeadingLevel::H3 => 3,
                HeadingLevel::H4 => 4,
                HeadingLevel::H1 | HeadingLevel::H5 | HeadingLevel::H6 => {
                    self.fault(
                        span,
                        said!(
                            "titre « # », « ##### » ou « ###### » : utilisez ##, ### ou ####",
                            "title \"#\", \"#####\" or \"######\" : use ##, ### or ####"
                        ),
                    );
                    2
                }
            };
            pieces.push(Piece::Heading(level, text, line));
            return;
        }
        let mut blocks = Vec::new();
        self.block(event, span, 0, &mut blocks);
        pieces.extend(blocks.into_iter().map(|block| Piece::Block(block, line)));
    }

    /// One block; what the kiosk cannot show is a fault and left out.
    fn block(&mut self, event: Event<'a>, span: &Range<usize>, depth: usize, out: &mut Vec<Block>) {
        if depth > DEPTH_MAX {
            self.fault(
                span,
                said!(
                    "listes ou notes imbriquées trop profondément : aplatissez",
                    "lists or notes nested too deeply : flatten them"
                ),
            );
            if let Event::Start(tag) = event {
                self.skip(tag.to_end());
            }
            return;
        }
        match event {
            Event::Start(Tag::Paragraph) => self.paragraph(TagEnd::Paragraph, out),
            Event::Start(Tag::List(start)) => {
                let end = TagEnd::List(start.is_some());
                let mut items = Vec::new();
                while let Some((event, _)) = self.events.next() {
                    match event {
                        Event::End(tag) if tag == end => break,
                        Event::Start(Tag::Item) => items.push(self.item(depth)),
                        _ => {}
                    }
                }
                items.retain(|item| !item.is_empty());
                out.push(Block::List { ordered: start.is_some(), items });
            }
            Event::Start(Tag::BlockQuote(kind)) => {
                let end = TagEnd::BlockQuote(kind);
                let mut blocks = Vec::new();
                while let Some((event, span)) = self.events.next() {
                    if matches!(&event, Event::End(tag) if *tag == end) {
                        break;
                    }
                    self.block(event, &span, depth + 1, &mut blocks);
                }
                out.push(Block::Note { kind: NoteKind::Info, title: None, blocks });
            }
            Event::Start(Tag::Table(_)) => out.push(self.table()),
            Event::Start(Tag::CodeBlock(_)) => {
                self.fault(
                    span,
                    said!(
                        "texte décalé ou entre ``` : retirez les espaces du début de la ligne",
                        "indented text or ``` : take out the spaces at the beginning of the line"
                    ),
                );
                self.skip(TagEnd::CodeBlock);
            }
            Event::Start(tag) => {
                self.fault(
                    span,
                    said!(
                        "la borne ne sait pas montrer ceci (HTML, note de bas de page…) : écrivez du texte",
                        "the kiosk cannot show this (HTML, footnote…) : write text"
                    ),
                );
                self.skip(tag.to_end());
            }
            Event::Rule => self.fault(
                span,
                said!(
                    "trait « --- » : utilisez un titre ## pour séparer",
                    "rule \"---\" : part with a ## title"
                ),
            ),
            Event::Html(_) | Event::InlineHtml(_) => self.html(span),
            _ => {}
        }
    }

    /// An item of a list: loose items hold paragraphs, tight ones bare text.
    fn item(&mut self, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut bare = String::new();
        let flush = |bare: &mut String, blocks: &mut Vec<Block>| {
            let text = plain::line(bare);
            bare.clear();
            if !text.is_empty() {
                blocks.push(Block::Paragraph(text));
            }
        };
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::Item) => break,
                Event::Start(Tag::Link { dest_url, .. }) if bare.trim().is_empty() => {
                    let label = self.plain_until(TagEnd::Link);
                    blocks.extend(self.link(&dest_url, &label, &span));
                }
                Event::Start(
                    Tag::Paragraph | Tag::List(_) | Tag::BlockQuote(_) | Tag::Table(_) | Tag::CodeBlock(_),
                ) => {
                    flush(&mut bare, &mut blocks);
                    self.block(event, &span, depth + 1, &mut blocks);
                }
                other => self.inline(other, &span, &mut bare),
            }
        }
        flush(&mut bare, &mut blocks);
        blocks
    }

    /// A paragraph, or the buttons that stand alone on its lines.
    fn paragraph(&mut self, end: TagEnd, out: &mut Vec<Block>) {
        let mut text = String::new();
        let mut links = Vec::new();
        let mut first: Option<Range<usize>> = None;
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(tag) if tag == end => break,
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let label = self.plain_until(TagEnd::Link);
                    links.extend(self.link(&dest_url, &label, &span));
                    first.get_or_insert(span);
                }
                other => self.inline(other, &span, &mut text),
            }
        }
        let text = plain::line(&text);
        match first {
            Some(span) if !text.is_empty() => {
                self.fault(
                    &span,
                    said!(
                        "lien au milieu d'une phrase : mettez-le seul sur sa ligne",
                        "link inside a sentence : put it alone on its line"
                    ),
                );
            }
            Some(_) => out.extend(links),
            None if text.is_empty() => {}
            None => out.push(Block::Paragraph(text)),
        }
    }

    fn link(&mut self, destination: &str, label: &str, span: &Range<usize>) -> Option<Block> {
        let label = plain::line(label);
        if label.is_empty() {
            self.fault(
                span,
                said!(
                    "lien sans texte : écrivez le texte du bouton entre les crochets",
                    "link without text : write the words of the button between the brackets"
                ),
            );
        }
        let inside = match destination.split_once(':') {
            Some(("sheet", id)) => SheetId::new(id).map(Target::Sheet),
            Some(("place", id)) => PlaceId::new(id).map(Target::Place),
            Some(("guide", id)) => GuideId::new(id).map(Target::Guide),
            Some(("https" | "http", _)) => {
                return Some(Block::Link { target: Link::Web(destination.to_owned()), label });
            }
            _ => {
                self.fault(
                    span,
                    said!(
                        "lien inconnu : écrivez sheet:…, place:…, guide:… ou https://…",
                        "unknown link : write sheet:…, place:…, guide:… or https://…"
                    ),
                );
                return None;
            }
        };
        match inside {
            Ok(target) => {
                let line = self.line(span);
                self.links.push((target.clone(), line));
                Some(Block::Link { target: Link::Inside(target), label })
            }
            Err(error) => {
                self.fault(
                    span,
                    Said::join(&said!("lien « {destination} »", "link \"{destination}\""), &said::id(&error)),
                );
                None
            }
        }
    }

    /// Text inside a block; bold and italics fall away.
    fn inline(&mut self, event: Event<'a>, span: &Range<usize>, out: &mut String) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::Start(Tag::Image { dest_url, .. }) => {
                let message = said!(
                    "image « {dest_url} » : les fiches n'en portent pas, décrivez-la avec des mots",
                    "picture \"{dest_url}\" : sheets hold none, describe it in words"
                );
                let line = self.line(span);
                self.faults.breaks(Rule::Picture, self.file, line, message);
            }
            Event::Start(Tag::Link { .. }) => {
                self.fault(
                    span,
                    said!(
                        "lien au milieu d'une phrase : mettez-le seul sur sa ligne",
                        "link inside a sentence : put it alone on its line"
                    ),
                );
            }
            Event::Html(_) | Event::InlineHtml(_) => self.html(span),
            _ => {}
        }
    }

    fn plain_until(&mut self, end: TagEnd) -> String {
        let mut out = String::new();
        while let Some((event, span)) = self.events.next() {
            if matches!(&event, Event::End(tag) if *tag == end) {
                break;
            }
            self.inline(event, &span, &mut out);
        }
        out
    }

    fn skip(&mut self, end: TagEnd) {
        let mut depth = 1;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(tag) if tag.to_end() == end => depth += 1,
                Event::End(tag) if tag == end => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }

    fn table(&mut self) -> Block {
        let (mut header, mut rows, mut row) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::TableCell) => row.push(plain::line(&self.plain_until(TagEnd::TableCell))),
                Event::End(TagEnd::TableHead) => header = std::mem::take(&mut row),
                Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        Block::Table { caption: None, header, rows }
    }

    /// Puts titles and blocks into sections, choices and cases.
    fn arrange(&mut self, pieces: Vec<Piece>) -> Body {
        let mut body = Body::default();
        let mut pieces = pieces.into_iter().peekable();
        while let Some(piece) = pieces.next_if(|piece| !matches!(piece, Piece::Heading(..))) {
            match piece {
                Piece::Block(Block::Paragraph(text), line) => body.summary.push((text, line)),
                Piece::Block(_, line) => self.faults.add(
                    self.file,
                    line,
                    said!("la version courte (avant le premier ##) ne contient que des paragraphes : déplacez ceci plus bas", "the short version (before the first ##) holds paragraphs only : move this down"),
                ),
                Piece::Heading(..) => {}
            }
        }
        let mut rest = pieces.collect::<Vec<_>>().into_iter().peekable();
        while let Some(piece) = rest.next() {
            match piece {
                Piece::Heading(2, title, _) => body.sections.push(Section { title, blocks: Vec::new() }),
                Piece::Heading(3, title, line) => {
                    let blocks = self.third(title, line, &mut rest);
                    self.last(&mut body, line).extend(blocks);
                }
                Piece::Heading(_, _, line) => {
                    self.faults.add(
                        self.file,
                        line,
                        said!(
                            "« #### » sans question : mettez un titre ### avant",
                            "\"####\" without a question : put a ### title before it"
                        ),
                    );
                }
                Piece::Block(block, line) => self.last(&mut body, line).push(block),
            }
        }
        body
    }

    fn last<'b>(&mut self, body: &'b mut Body, line: usize) -> &'b mut Vec<Block> {
        if body.sections.is_empty() {
            self.faults.add(
                self.file,
                line,
                said!(
                    "titre ### ou #### avant toute section : commencez par ##",
                    "### or #### title before any section : begin with ##"
                ),
            );
            body.sections.push(Section { title: String::new(), blocks: Vec::new() });
        }
        let last = body.sections.len() - 1;
        &mut body.sections[last].blocks
    }

    /// What follows `###`: a question with its cases, or a titled part.
    fn third(
        &mut self,
        title: String,
        line: usize,
        rest: &mut std::iter::Peekable<std::vec::IntoIter<Piece>>,
    ) -> Vec<Block> {
        let mut before = blocks_until_heading(rest);
        let mut cases = Vec::new();
        while let Some(Piece::Heading(_, case, at)) = rest.next_if(|p| matches!(p, Piece::Heading(4, ..))) {
            let blocks = blocks_until_heading(rest);
            if blocks.is_empty() {
                self.faults.add(
                    self.file,
                    at,
                    said!(
                        "le cas « {case} » est vide : dites ce qui vaut dans ce cas",
                        "the case \"{case}\" is empty : say what holds in it"
                    ),
                );
            }
            cases.push(Case { title: case, blocks });
        }
        match cases.len() {
            0 => vec![Block::SubSection { title, blocks: before }],
            1 => {
                self.faults.add(
                    self.file,
                    line,
                    said!(
                        "une question avec un seul cas : ajoutez un ####, ou retirez la question",
                        "a question with a single case : add a ####, or take the question out"
                    ),
                );
                before
            }
            _ => {
                before.push(Block::Choices { question: Some(title), cases });
                before
            }
        }
    }
}

fn blocks_until_heading(rest: &mut std::iter::Peekable<std::vec::IntoIter<Piece>>) -> Vec<Block> {
    let mut blocks = Vec::new();
    while let Some(Piece::Block(block, _)) = rest.next_if(|piece| matches!(piece, Piece::Block(..))) {
        blocks.push(block);
    }
    blocks
}
