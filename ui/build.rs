//! Compiles the screens. Their sentences are French, inside `@tr`; the first translation adds
//! `.with_bundled_translations("lang")` here and `lang/<lang>/LC_MESSAGES/parvis-ui.po` beside it.

fn main() {
    let config = slint_build::CompilerConfiguration::new()
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles)
        // Without it element queries find nothing, and the screens audit would pass empty.
        .with_debug_info(true);
    slint_build::compile_with_config("ui/app.slint", config).expect("the screens compile");
}
