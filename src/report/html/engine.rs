//! The template engine of the page: our templates with a user's laid over them, and the words as filters.
//!
//! Whatever a user's file is called and does, values are escaped: escaping is on for every name, the filters that could take it off do
//! nothing, and what the page must hold unescaped (style, scripts, data, policy) is handed over ready instead of by a filter.

use super::markup;
use crate::model::{Diagnostic, Diagnostics, SourceText, Span};
use crate::report::RenderError;
use crate::report::presentation::{Presentation, Words};
use std::sync::Arc;
use tera::{Error, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

/// The templates, by the name other templates call them.
const TEMPLATES: [(&str, &str); 14] = [
    ("parts.html", include_str!("../../../templates/html/parts.html")),
    ("sprites.html", include_str!("../../../templates/html/sprites.html")),
    ("header.html", include_str!("../../../templates/html/header.html")),
    ("frameworks.html", include_str!("../../../templates/html/frameworks.html")),
    ("trend.html", include_str!("../../../templates/html/trend.html")),
    ("indicators.html", include_str!("../../../templates/html/indicators.html")),
    ("findings.html", include_str!("../../../templates/html/findings.html")),
    ("unread.html", include_str!("../../../templates/html/unread.html")),
    ("requirements.html", include_str!("../../../templates/html/requirements.html")),
    ("controls.html", include_str!("../../../templates/html/controls.html")),
    ("decisions.html", include_str!("../../../templates/html/decisions.html")),
    ("evidence.html", include_str!("../../../templates/html/evidence.html")),
    ("footer.html", include_str!("../../../templates/html/footer.html")),
    ("page.html", include_str!("../../../templates/html/page.html")),
];

/// The templates of one page.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Set {
    /// The folder below `templates/`.
    pub folder: &'static str,
    /// Ours by name.
    pub ours: &'static [(&'static str, &'static str)],
    /// What the keys of its words begin with.
    pub below: &'static str,
}

/// The page of a snapshot.
pub(in crate::report) const PAGE: Set = Set { folder: "html", ours: &TEMPLATES, below: "html." };

/// The engine of a page in a presentation.
///
/// # Errors
///
/// A template that is none: of ours as [`RenderError::Template`], of the user's with its place.
pub(in crate::report) fn engine(set: Set, presentation: &Presentation) -> Result<Tera, RenderError> {
    let mut tera = Tera::new();
    tera.autoescape_on([""]);
    // Ours never ask for these two; in a user's template they would be a way around escaping.
    tera.register_filter("safe", |value: Value, _: Kwargs, _: &State| value);
    tera.register_filter("replace", replace);
    let words = Arc::new(presentation.words.clone());
    let of = Arc::clone(&words);
    tera.register_filter("t", move |key: &str, values: Kwargs, _: &State| text(&of, &format!("{}{key}", set.below), &values));
    let of = Arc::clone(&words);
    tera.register_filter("rich", move |key: &str, values: Kwargs, _: &State| rich(&of, &format!("{}{key}", set.below), &values));
    let of = Arc::clone(&words);
    tera.register_filter("many", move |noun: &str, values: Kwargs, _: &State| many(&of, noun, &values));
    let of = Arc::clone(&words);
    tera.register_filter("label", move |key: &str, _: Kwargs, _: &State| super::words::label(&of, key));
    let of = Arc::clone(&words);
    tera.register_filter("detail", move |label: &str, _: Kwargs, _: &State| of.detail(label, "").0.to_owned());
    let of = Arc::clone(&words);
    tera.register_filter("value_of", move |value: &str, values: Kwargs, _: &State| {
        values.must_get::<&str>("detail").map(|label| of.detail(label, value).1.to_owned())
    });
    let of = Arc::clone(&words);
    tera.register_filter("count", move |number: u64, _: Kwargs, _: &State| of.count(number));
    let of = Arc::clone(&words);
    tera.register_filter("day", move |text: &str, _: Kwargs, _: &State| of.day(text));
    let of = words;
    tera.register_filter("moment", move |text: &str, _: Kwargs, _: &State| of.moment(text));
    // Includes and components may stand in any file, so all are added at once; one that is broken is looked for alone.
    tera.add_raw_templates(sources(set, presentation)).map_err(|error| place(error, set, presentation))?;
    Ok(tera)
}

/// Names and texts: ours, each with the user's in its place, then the user's own.
fn sources(set: Set, presentation: &Presentation) -> Vec<(&str, &str)> {
    let given = |name: &str| presentation.templates.get(&format!("{}/{name}", set.folder)).map(|file| file.text.as_str());
    let ours = set.ours.iter().map(|(name, text)| (*name, given(name).unwrap_or(text)));
    let theirs = presentation.templates.iter().filter_map(|(path, file)| {
        let name = below(set, path).filter(|name| !is_asset(name))?;
        (!set.ours.iter().any(|(known, _)| *known == name)).then_some((name, file.text.as_str()))
    });
    ours.chain(theirs).collect()
}

/// The name of a user's file in its folder.
fn below(set: Set, path: &str) -> Option<&str> {
    path.strip_prefix(set.folder)?.strip_prefix('/')
}

/// Whether a file is style or script and no template.
fn is_asset(name: &str) -> bool {
    name.starts_with("css/") || name.starts_with("js/") || name.ends_with(".css")
}

/// The error of a template with the place in the user's file, or, in a file of ours, as our own fault.
pub(in crate::report) fn place(error: Error, set: Set, presentation: &Presentation) -> RenderError {
    let report = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Some(report),
        _ => None,
    };
    let file = |name: &str| presentation.templates.get(&format!("{}/{name}", set.folder));
    if let Some((report, file)) = report.and_then(|report| Some((report, file(report.filename())?))) {
        let span = Span { file: Arc::clone(file), range: report.span().range.clone() };
        let mut message = report.message().to_owned();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        return Diagnostics::from(Diagnostic::at(span, format!("template: {message}"), "here")).into();
    }
    // What is missing (a filter, a template that is included) is told as text that names the file.
    let message = chain(&error);
    let named = presentation.templates.keys().filter_map(|path| below(set, path)).find(|name| message.contains(*name));
    match named.and_then(|name| Some((name, file(name)?))) {
        Some((name, file)) => Diagnostics::from(by_line(&message, name, file)).into(),
        None => RenderError::Template { format: "html", message },
    }
}

/// A mistake whose place stands only in the engine's text, `name:line:column`.
fn by_line(message: &str, name: &str, file: &Arc<SourceText>) -> Diagnostic {
    let number =
        message.split(&format!("{name}:")).nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok());
    let first = message.lines().map(|line| line.trim_start_matches("error:").trim()).find(|line| !line.is_empty()).unwrap_or(message);
    let what = format!("template: {first}");
    let Some(line) = number.and_then(|number| number.checked_sub(1)) else { return Diagnostic::general(format!("{}: {what}", file.name)) };
    let start: usize = file.text.split_inclusive('\n').take(line).map(str::len).sum();
    let length = file.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    Diagnostic::at(Span { file: Arc::clone(file), range: start..start + length }, what, "here")
}

/// The whole chain of an engine error, in one line.
pub(in crate::report) fn chain(error: &Error) -> String {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    message
}

/// What `{name}` stands for: a text as it is, a number in the language's way.
fn value(words: &Words, values: &Kwargs, name: &str) -> Option<String> {
    let value = values.get::<Value>(name).ok().flatten()?;
    Some(match value.as_u64() {
        Some(number) => words.count(number),
        None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    })
}

/// The text of a key, or an error that names it: a template that asks for words which no language has is wrong.
fn find<'w>(words: &'w Words, key: &str) -> TeraResult<&'w str> {
    words.find(key).ok_or_else(|| Error::message(format!("no language has the words `{key}`")))
}

fn text(words: &Words, key: &str, values: &Kwargs) -> TeraResult<String> {
    Ok(crate::report::presentation::filled(find(words, key)?, |name| value(words, values, name)))
}

fn rich(words: &Words, key: &str, values: &Kwargs) -> TeraResult<Value> {
    Ok(Value::safe_string(&markup::html(find(words, key)?, &|name| value(words, values, name))))
}

/// `1 finding`, `3 findings`: a noun of `[number]`.
fn many(words: &Words, noun: &str, values: &Kwargs) -> TeraResult<String> {
    let number = values.must_get::<u64>("n")?;
    let key = format!("number.{noun}");
    if words.find(&format!("{key}_many")).is_none() {
        return Err(Error::message(format!("no language has the words `{key}_many`")));
    }
    Ok(words.plural(&key, number))
}

/// Tera's own keeps what is safe safe, so that `escape | replace` could turn escapes back into markup.
fn replace(text: &str, values: Kwargs, _: &State) -> TeraResult<String> {
    Ok(text.replace(values.must_get::<&str>("from")?, values.must_get::<&str>("to")?))
}
