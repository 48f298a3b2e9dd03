//! How reports are dressed: languages, a user's templates, company and colours, from the library and from the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/program.rs"]
mod program;
#[path = "report_html/views.rs"]
#[allow(dead_code)]
mod views;

use assize::model::SourceText;
use assize::report::html::Html;
use assize::report::presentation::{Colour, Logo, Presentation, Words};
use assize::report::view::ReportView;
use assize::report::{RenderError, Renderer};
use base64::Engine as _;
use program::{BAD_POD, Place};
use sha2::{Digest, Sha256};
use std::sync::Arc;

fn given(files: &[(&str, &str)]) -> Presentation {
    let file =
        |(name, text): &(&str, &str)| ((*name).to_owned(), Arc::new(SourceText { name: format!("mine/{name}"), text: (*text).to_owned() }));
    Presentation { templates: files.iter().map(file).collect(), ..Presentation::default() }
}

fn page(view: &ReportView, presentation: &Presentation) -> String {
    String::from_utf8(Html.present(view, presentation).unwrap()).unwrap()
}

/// The mistakes of a user's templates: message, file and line.
fn mistakes(view: &ReportView, presentation: &Presentation) -> Vec<(String, String, usize)> {
    let Err(RenderError::Given(found)) = Html.present(view, presentation) else { panic!("the template was taken") };
    let told = found.0.into_iter().map(|mistake| {
        let (file, line) = mistake.span.as_ref().map(|span| (span.file.name.clone(), span.line_column().0)).unwrap_or_default();
        (mistake.message, file, line)
    });
    told.collect()
}

fn between<'p>(page: &'p str, from: &str, to: &str) -> Vec<&'p str> {
    page.split(from).skip(1).map(|rest| rest.split_once(to).unwrap().0).collect()
}

/// Every hash in the policy is one of what stands in the page, and the other way round.
fn policy_fits(page: &str) {
    let policy = between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
    let said: Vec<&str> = between(policy, "'sha256-", "'");
    let mut stands: Vec<&str> = between(page, "<script>", "</script>");
    stands.extend(between(page, "<script type=\"module\">", "</script>"));
    stands.extend(between(page, "<style>", "</style>"));
    let hash = |text: &&str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
    assert_eq!(said, stands.iter().map(hash).collect::<Vec<_>>());
    assert_eq!(stands.len(), 3);
}

#[test]
fn a_page_in_german_has_no_english_words_of_its_own() {
    let (english, german) = (Words::default(), Presentation::in_language("de").unwrap());
    for view in [views::ordinary(), views::empty(), views::unknown()] {
        let page = page(&view, &german);
        assert!(page.contains("<html lang=\"de\">"));
        // What stands in the script are remarks for who reads it.
        let page = page.split("<script type=\"module\">").next().unwrap();
        for (key, text) in english.texts().iter().filter(|(key, _)| key.starts_with("html.")) {
            // Short words may be names of something the scan says; a text that is filled in never stands whole.
            if text.len() >= 20 && !text.contains(['{', '[', '`', '*']) && text != german.words.say(key) {
                assert!(!page.contains(text.as_str()), "{key}: {text}");
            }
        }
    }
    let page = page(&views::ordinary(), &german);
    for wanted in
        ["61,4 %", "24. November 2026, 06:00 UTC", "Zuerst beheben", "Was nicht gelesen werden konnte", "1.204", "28. Februar 2027"]
    {
        assert!(page.contains(wanted), "{wanted}");
    }
    policy_fits(&page);
}

#[test]
fn a_third_language_is_one_file() {
    let mut presentation = given(&[]);
    let file = SourceText { name: "words/xx.toml".to_owned(), text: "[html.page]\nfindings = \"Trouvailles & <b>\"\n".to_owned() };
    presentation.words = Words::laid_over("xx", &Arc::new(file)).unwrap().0;
    let page = page(&views::ordinary(), &presentation);
    assert!(page.contains("<html lang=\"xx\">") && page.contains("Trouvailles &amp; &lt;b&gt;"), "words are escaped like all else");
    assert!(page.contains("Fix first"), "what it lacks is English");
}

#[test]
fn hostile_names_stay_text_in_a_users_template_whatever_it_does() {
    let tricks = [
        "{{ headline }}{{ organisation | safe }}{{ organisation | escape | replace(from=\"&lt;\", to=\"<\") }}",
        "{% set x %}{{ organisation | safe }}{% endset %}{{ x }}{% filter safe %}{{ organisation }}{% endfilter %}",
        "{% include \"plain.txt\" %}{{ \"header.title_of\" | t(organisation=organisation) }}{{ \"frameworks.coverage\" | rich(coverage=organisation) }}",
    ];
    for trick in tricks {
        let mine = given(&[("html/header.html", trick), ("html/plain.txt", "{{ organisation }}{{ headline | safe }}")]);
        let page = page(&views::hostile(), &mine);
        assert!(page.contains("&lt;img"), "{trick} prints it");
        assert!(!page.contains("<img") && !page.contains("<script>globalThis"), "{trick} lets it out");
        policy_fits(&page);
    }
}

#[test]
fn a_users_style_template_and_colours_are_in_the_page_and_in_its_policy() {
    let mut mine = given(&[
        ("html/css/house.css", "h1 { font-style: italic }\r\n"),
        ("html/footer.html", "<footer>{{ \"footer.title\" | t }}, ours</footer>"),
    ]);
    mine.brand.company = Some("Müller & Söhne".to_owned());
    mine.brand.logo = Some(Logo::read(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).unwrap());
    mine.brand.accent = Colour::parse("#7a1f5c");
    let page = page(&views::ordinary(), &mine);
    for wanted in [
        "h1 { font-style: italic }\n",
        ", ours</footer>",
        "src=\"data:image/svg+xml;base64,PHN2Zy",
        "alt=\"Müller &amp; Söhne\"",
        "light-dark(#7a1f5c,",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    policy_fits(&page);
}

#[test]
fn a_broken_template_is_told_with_file_and_line() {
    let view = views::ordinary();
    for (file, text, line, words) in [
        ("html/header.html", "<header>\n{% if %}\n</header>", 2, ""),
        ("html/header.html", "<header>\n\n{{ nobody.knows.this }}</header>", 3, "nobody"),
        ("html/header.html", "\n{{ headline | shout }}", 2, "shout"),
        ("html/header.html", "{{ \"header.tilte\" | t }}", 1, "html.header.tilte"),
        ("html/css/base.css", "a {}\n</style>", 2, "</style"),
    ] {
        let told = mistakes(&view, &given(&[(file, text)]));
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].1.as_str(), told[0].2), (format!("mine/{file}").as_str(), line), "{told:?}");
        assert!(told[0].0.contains(words), "{told:?}");
    }
}

#[test]
fn a_page_without_its_policy_is_refused() {
    let view = views::ordinary();
    for text in [
        "<html><head></head><body>{{ headline }}</body></html>",
        "<html><head><script>{{ early }}</script><meta http-equiv=\"Content-Security-Policy\" content=\"{{ policy }}\"></head></html>",
    ] {
        assert!(mistakes(&view, &given(&[("html/page.html", text)]))[0].0.contains("security policy"));
    }
    let sound =
        "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"{{ policy }}\"></head><body>{{ headline }}</body></html>";
    assert!(page(&view, &given(&[("html/page.html", sound)])).contains("Three containers"));
}

/// A scanned folder with its configuration.
fn place(configuration: &str) -> Place {
    Place::new(&[
        ("t/a.yaml", BAD_POD),
        ("assize.toml", &format!("organisation = \"Shop\"\nreport_frameworks = [\"soc2\"]\n{configuration}")),
    ])
}

#[test]
fn the_command_line_and_the_configuration_choose_language_and_templates() {
    let place = place(
        "[report]\nlanguage = \"de\"\ntemplates = \"mine\"\ncompany = \"Prüfwerk\"\nlogo = \"logo.svg\"\ncolours = { accent = \"#7a1f5c\" }\n",
    );
    place.write("mine/words/de.toml", "[html.header]\ntitle = \"Lagebericht\"\n");
    place.write("logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    place.ok(&["scan", "t", "--report", "r.html"]);
    let page = place.read("r.html");
    for wanted in ["<html lang=\"de\">", "Lagebericht", "Über 1 Ressource sind", "alt=\"Prüfwerk\"", "light-dark(#7a1f5c,"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    let said = place.ok(&["verify", "r.html"]);
    assert!(said.contains("exactly what the database gives"), "{said}");
    assert_eq!(place.run(&["verify", "r.html", "--lang", "en"]).code, 10, "dressed otherwise, it is another file");
    let english = place.ok(&["report", "--format", "html", "--lang", "en"]);
    assert!(english.contains("<html lang=\"en\">") && english.contains("Compliance posture") && !english.contains("Lagebericht"));
    // Formats for programs have no language.
    assert_eq!(place.ok(&["report", "--format", "json"]), place.ok(&["report", "--format", "json", "--lang", "en"]));
}

#[test]
fn wrong_dress_is_refused_before_anything_is_scanned() {
    let place = place("");
    place.write("broken/html/header.html", "<p>\n{{ headline\n</p>");
    place.write("broken/words/fr.toml", "[html.page]\nfindigs = \"Trouvailles\"\n");
    place.write("empty/readme.txt", "nothing");
    place.write("stray/html/js/mine.js", "1");
    for (arguments, words) in [
        (&["--lang", "xx"][..], "there are de, en"),
        (&["--lang", "../de"], "no tag of a language"),
        (&["--templates", "empty"], "holds no templates"),
        (&["--templates", "stray"], "nothing reads it"),
        (&["--templates", "broken", "--lang", "en"], "broken/html/header.html:3"),
        (&["--templates", "broken", "--lang", "fr"], "did you mean `html.page.findings`?"),
    ] {
        place.refused(&[&["scan", "t", "--report", "r.html"], arguments].concat(), words);
    }
    assert!(!place.path("assize.db").exists() && !place.path("r.html").exists());
    for (report, words) in [
        ("colours = { accent = \"#ffe08a\" }", "cannot be read on #f1f1ee"),
        ("colours = { accent = \"blue\" }", "is no colour"),
        ("logo = \"t/a.yaml\"", "neither PNG nor SVG"),
        ("langauge = \"de\"", "did you mean `language`?"),
    ] {
        place.write("assize.toml", format!("[report]\n{report}\n"));
        place.refused(&["scan", "t"], words);
    }
}

#[test]
fn what_a_language_of_ones_own_lacks_is_said() {
    let place = place("");
    place.write("mine/words/fr.toml", "[html.page]\nfindings = \"Trouvailles\"\n");
    let ran = place.run(&["scan", "t", "--report", "r.html", "--templates", "mine", "--lang", "fr"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("stay English"), "{}", ran.err);
    assert!(place.read("r.html").contains("Trouvailles"));
}

/// English with dots on every vowel, outside what is filled in, links and code: a language in which no word of ours looks like English.
fn dotted() -> String {
    let mut out = String::new();
    for line in include_str!("../templates/words/en.toml").lines() {
        let Some((key, text)) = line.split_once(" = ").filter(|(key, _)| !key.starts_with('#')) else {
            // The lines of a text that goes over several.
            let formula = line.contains('(') || line.starts_with("low end");
            out += &format!("{}\n", if formula { with_dots(line) } else { line.to_owned() });
            continue;
        };
        out += &format!("{key} = {}\n", with_dots(text));
    }
    out
}

fn with_dots(text: &str) -> String {
    let (mut inside, mut before) = (None, ' ');
    let dot = |letter: char| {
        let closes = match letter {
            '{' => Some('}'),
            '`' => Some('`'),
            '(' if before == ']' => Some(')'),
            _ => None,
        };
        before = letter;
        if inside == Some(letter) {
            inside = None;
            return letter;
        }
        inside = inside.or(closes);
        match letter {
            _ if inside.is_some() => letter,
            'a' => 'ä',
            'e' => 'ë',
            'i' => 'ï',
            'o' => 'ö',
            'u' => 'ü',
            'A' => 'Ä',
            'E' => 'Ë',
            'I' => 'Ï',
            'O' => 'Ö',
            'U' => 'Ü',
            other => other,
        }
    };
    text.chars().map(dot).collect()
}

/// What a reader of a page or a file of pages sees and hears.
fn visible(path: &std::path::Path) -> String {
    if path.extension().is_some_and(|extension| extension == "pdf") {
        let file = lopdf::Document::load(path).unwrap();
        return file.get_pages().keys().map(|number| file.extract_text(&[*number]).unwrap()).collect();
    }
    let page = std::fs::read_to_string(path).unwrap();
    let page = page.split_once("<body>").unwrap().1;
    let page = regex::Regex::new("(?s)<script.*?</script>|<code.*?</code>").unwrap().replace_all(page, " ").into_owned();
    let labels = regex::Regex::new("(?:aria-label|alt|placeholder|data-label|title)=\"([^\"]*)\"").unwrap();
    let heard: Vec<&str> = labels.captures_iter(&page).map(|found| found.get(1).unwrap().as_str()).collect();
    regex::Regex::new("<[^>]*>").unwrap().replace_all(&page, " ").into_owned() + &heard.join(" ")
}

#[test]
fn a_third_language_by_one_file_leaves_no_english_of_ours() {
    let words = regex::Regex::new("[A-Za-z]{3,}").unwrap();
    let squeeze = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let place = place("[schedule]\nevery = \"1d\"\ngrace = \"6h\"\n");
    place.write("t/broken.yaml", "a: [1\n");
    place.write("mine/words/xx.toml", dotted());
    for _ in 0..2 {
        place.run(&["scan", "t", "--accept-incomplete"]);
    }
    let dress = ["--templates", "mine", "--lang", "xx"];
    let period = ["--from", "2020-01-01", "--to", "2100-01-01"];
    let mut known = place.ok(&["report", "--format", "json"]);
    known += &place.ok(&[&["report", "--format", "json"][..], &period].concat());
    known += &place.ok(&["framework", "show", "soc2", "--format", "json"]);
    known += include_str!("../frameworks/topics.toml");
    let known: std::collections::BTreeSet<String> = words.find_iter(&known).map(|word| word.as_str().to_lowercase()).collect();
    for (file, more) in [
        ("r.html", &[][..]),
        ("r.pdf", &[]),
        ("executive.pdf", &["--profile", "executive"]),
        ("period.html", &period),
        ("period.pdf", &period),
    ] {
        place.run(&[&["report", "-o", file][..], more, &dress].concat());
        let text = visible(&place.path(file));
        // Texts of the catalog and of the scan are in the data; what is in neither must have dots.
        let strange: std::collections::BTreeSet<&str> = words
            .find_iter(&text)
            .map(|word| word.as_str())
            .filter(|word| word.contains(['a', 'e', 'i', 'o', 'u']) && !known.contains(&word.to_lowercase()))
            .collect();
        // On paper long names are broken over lines, so that what remains of them is in neither.
        assert!(strange.is_empty() || file.ends_with("pdf"), "{file}: {strange:?}");
        // Sentences of the data that are ours are said in the language, too.
        let text = squeeze(&text);
        for (key, english) in Words::default().texts().iter().filter(|(key, _)| !key.starts_with("html.script.")) {
            for part in english.split(['{', '}', '`', '[', ']', '*', '(', ')']).map(squeeze).filter(|part| part.len() > 14) {
                assert!(!text.contains(&part), "{file}: {key}: {part}");
            }
        }
    }
}
