//! debug
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let library = parvis_content::source::read(std::path::Path::new(&a[1])).unwrap().library;
    let blob = parvis_content::search::build(&library, &parvis_content::Lang::french()).unwrap();
    println!("#{}", blob.len());
    let index = parvis_content::SearchIndex::open(blob.into()).unwrap();
    for f in &a[2..] {
        for line in std::fs::read_to_string(f).unwrap().lines() {
            let (q, label, kind) = if line.starts_with('{') {
                let v: serde_json::Value = serde_json::from_str(line).unwrap();
                (v["q"].as_str().unwrap().to_owned(), !v["expect"].as_array().unwrap().is_empty(), v["kind"].as_str().unwrap().to_owned())
            } else { (line.to_owned(), false, "mine".to_owned()) };
            let e = index.explain(&q, 1);
            let g = &e.signals;
            let x = [g.agreement, g.unknown, g.impact, g.odds(), g.elsewhere as u8 as f32, g.one_word as u8 as f32];
            println!("{}\t{}\t{}\t{}\t{}", label as u8, kind, q, x.iter().map(|v| format!("{v:.3}")).collect::<Vec<_>>().join(","), e.hits.first().map(|h| h.title.clone()).unwrap_or_default());
        }
    }
}
