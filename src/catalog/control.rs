//! One control: a testable statement about one kind of resource, in CEL, with its own examples.

use super::read::{Reader, Text, Value};
use crate::model::{Diagnostic, KindRef, ParamValue, Severity, Verdict};
use std::collections::BTreeMap;

/// A control as its file says it. Expressions are still text: the evaluator compiles them and points its errors into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The file's name without `.toml`.
    pub id: String,
    /// First folder below `controls/`: the sort of source it speaks of.
    pub source: String,
    /// Second folder: the area within it.
    pub area: String,
    /// What is true when it passes.
    pub title: Text,
    /// How bad a failure is.
    pub severity: Severity,
    /// Version of the catalog that brought it.
    pub since: String,
    /// Why it matters.
    pub rationale: String,
    /// What to do about a failure.
    pub remediation: String,
    /// Where to read on.
    pub references: Vec<Text>,
    /// Values its expressions share, in order; each sees the ones before it.
    pub variables: Vec<Variable>,
    /// What the user may set.
    pub params: BTreeMap<String, Param>,
    /// One per kind, or group of kinds, that needs an expression of its own. Never empty.
    pub rules: Vec<Rule>,
    /// Proof that it tells right from wrong.
    pub examples: Vec<Example>,
}

/// A condition over some kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Kinds it judges.
    pub kinds: Vec<(KindRef, Text)>,
    /// True = pass.
    pub require: Text,
    /// What was seen, as a string; evaluated on a failure only.
    pub observed: Option<Text>,
    /// What should be there.
    pub expected: Text,
    /// False = not applicable.
    pub applies_when: Option<Text>,
    /// The reason then.
    pub not_applicable: Option<String>,
    /// True, after a pass = manual: the pass would prove nothing.
    pub manual_when: Option<Text>,
    /// The reason then.
    pub manual: Option<String>,
    /// The reason, in plain words, when evaluation breaks.
    pub unknown: Option<String>,
}

/// A named expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Read as `variables.<name>`.
    pub name: Text,
    /// Its value.
    pub expression: Text,
    /// Kinds that see it; empty for a control's own variables, which all its rules see.
    pub kinds: Vec<KindRef>,
}

/// The types of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `string`
    String,
    /// `list<string>`
    Strings,
}

impl ParamType {
    /// As written in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::String => "string",
            Self::Strings => "list<string>",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Bool, Self::Int, Self::String, Self::Strings].into_iter().find(|t| t.as_str() == word)
    }

    /// The value, if it has this type.
    #[must_use]
    pub fn read(self, value: &Value<'_>) -> Option<ParamValue> {
        match self {
            Self::Bool => value.as_bool().map(ParamValue::Bool),
            Self::Int => value.as_integer().map(ParamValue::Int),
            Self::String => value.as_str().map(|s| ParamValue::String(s.to_owned())),
            Self::Strings => value.as_strings().map(ParamValue::Strings),
        }
    }
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its type.
    pub kind: ParamType,
    /// `None`: reading it unset makes the verdict unknown.
    pub default: Option<ParamValue>,
    /// What it means, for the user who sets it.
    pub description: String,
}

/// A case with its expected verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What case it is.
    pub name: Text,
    /// The worst verdict over the resources in `given` that the control judges.
    pub expect: Verdict,
    /// Text that the observed value of the failure must contain.
    pub observed: Option<String>,
    /// Parameters set for it.
    pub params: BTreeMap<String, ParamValue>,
    /// Manifests, as YAML.
    pub given: Text,
}

impl Control {
    /// Reads the root table of a control file.
    pub(super) fn read(mut reader: Reader<'_>, id: &str, source: &str, area: &str) -> Self {
        let title = reader.required_text("title");
        let severity = severity(&mut reader);
        let since = reader.required_text("since").value;
        let rationale = reader.required_text("rationale").value.trim().to_owned();
        let remediation = reader.required_text("remediation").value.trim().to_owned();
        let references = reader.required_texts("references");
        for link in references.iter().filter(|link| !link.value.starts_with("https://")) {
            reader.mistake(Diagnostic::at(link.span.clone(), "a reference must be an https:// address", "not an address"));
        }
        let variables = reader.tables("variable", "variable").into_iter().map(|table| Variable::read(table, false)).collect();
        let params = read_params(&mut reader);
        let several = reader.tables("rule", "rule");
        let rules = if several.is_empty() {
            vec![Rule::read(&mut reader)]
        } else {
            several
                .into_iter()
                .map(|mut table| {
                    let rule = Rule::read(&mut table);
                    table.finish();
                    rule
                })
                .collect()
        };
        let examples = reader.tables("example", "example").into_iter().map(|table| Example::read(table, &params)).collect();
        reader.finish();
        Self {
            id: id.to_owned(),
            source: source.to_owned(),
            area: area.to_owned(),
            title,
            severity,
            since,
            rationale,
            remediation,
            references,
            variables,
            params,
            rules,
            examples,
        }
    }

    /// The kinds of all rules, in the order of the file.
    #[must_use]
    pub fn kinds(&self) -> Vec<KindRef> {
        self.rules.iter().flat_map(|rule| rule.kinds.iter().map(|(kind, _)| kind.clone())).collect()
    }
}

fn severity(reader: &mut Reader<'_>) -> Severity {
    let text = reader.required_text("severity");
    let found = Severity::ALL.into_iter().find(|severity| severity.as_str() == text.value);
    if found.is_none() && !text.value.is_empty() {
        reader.mistake(Diagnostic::at(text.span, format!("unknown severity `{}`", text.value), "one of critical, high, medium, low, info"));
    }
    found.unwrap_or(Severity::Info)
}

impl Rule {
    fn read(reader: &mut Reader<'_>) -> Self {
        let kinds = reader.required_texts("kinds").into_iter().map(|text| (super::kinds::resolve(&text.value), text)).collect();
        let require = reader.required_text("require");
        let rule = Self {
            kinds,
            require,
            observed: reader.text("observed"),
            expected: reader.required_text("expected"),
            applies_when: reader.text("applies_when"),
            not_applicable: reader.text("not_applicable").map(|text| text.value),
            manual_when: reader.text("manual_when"),
            manual: reader.text("manual").map(|text| text.value),
            unknown: reader.text("unknown").map(|text| text.value),
        };
        for (expression, key, reason, has_reason) in [
            (&rule.applies_when, "applies_when", "not_applicable", rule.not_applicable.is_some()),
            (&rule.manual_when, "manual_when", "manual", rule.manual.is_some()),
        ] {
            match (expression, has_reason) {
                (Some(text), false) => reader.mistake(Diagnostic::at(
                    text.span.clone(),
                    format!("`{key}` needs `{reason}` beside it"),
                    format!("why is the verdict {reason} then?"),
                )),
                (None, true) => {
                    reader.mistake(Diagnostic::at(reader.place(), format!("`{reason}` gives a reason, but there is no `{key}`"), "here"));
                }
                _ => {}
            }
        }
        rule
    }
}

impl Variable {
    pub(super) fn read(mut reader: Reader<'_>, shared: bool) -> Self {
        let name = reader.required_text("name");
        let identifier = name.value.chars().enumerate().all(|(i, c)| c == '_' || c.is_ascii_alphabetic() || (i > 0 && c.is_ascii_digit()));
        if !identifier {
            reader.mistake(Diagnostic::at(name.span.clone(), format!("`{}` is not a CEL identifier", name.value), "letters, digits and _"));
        }
        let expression = reader.required_text("expression");
        let kinds = if shared {
            reader.required_text("description");
            reader.required_texts("kinds").iter().map(|text| super::kinds::resolve(&text.value)).collect()
        } else {
            Vec::new()
        };
        reader.finish();
        Self { name, expression, kinds }
    }
}

fn read_params(reader: &mut Reader<'_>) -> BTreeMap<String, Param> {
    let mut params = BTreeMap::new();
    let Some(table) = reader.table("params", "params table") else { return params };
    for (name, value) in table.entries() {
        let Some(mut reader) = value.as_table("parameter") else {
            value.wrong_type(&name.value, "a table with type, default and description");
            continue;
        };
        let word = reader.required_text("type");
        let kind = ParamType::parse(&word.value);
        if kind.is_none() && !word.value.is_empty() {
            reader.mistake(Diagnostic::at(
                word.span,
                format!("unknown parameter type `{}`", word.value),
                "one of bool, int, string, list<string>",
            ));
        }
        let kind = kind.unwrap_or(ParamType::String);
        let default = reader.value("default").and_then(|value| {
            let read = kind.read(&value);
            if read.is_none() {
                value.wrong_type("default", kind.as_str());
            }
            read
        });
        let description = reader.required_text("description").value;
        reader.finish();
        params.insert(name.value, Param { kind, default, description });
    }
    params
}

impl Example {
    fn read(mut reader: Reader<'_>, declared: &BTreeMap<String, Param>) -> Self {
        let name = reader.required_text("name");
        let word = reader.required_text("expect");
        let expect = Verdict::parse(&word.value);
        if expect.is_none() && !word.value.is_empty() {
            reader.mistake(Diagnostic::at(
                word.span,
                format!("unknown verdict `{}`", word.value),
                "one of fail, unknown, manual, pass, not_applicable",
            ));
        }
        let mut params = BTreeMap::new();
        if let Some(table) = reader.table("params", "example's params") {
            for (key, value) in table.entries() {
                if let Some(value) = read_param_value(&key, &value, declared) {
                    params.insert(key.value, value);
                }
            }
        }
        let example = Self {
            name,
            expect: expect.unwrap_or(Verdict::Unknown),
            observed: reader.text("observed").map(|text| text.value),
            params,
            given: reader.required_text("given"),
        };
        reader.finish();
        example
    }
}

/// A parameter's value as an example or the configuration sets it, checked against its declaration.
pub fn read_param_value(key: &Text, value: &Value<'_>, declared: &BTreeMap<String, Param>) -> Option<ParamValue> {
    let Some(param) = declared.get(&key.value) else {
        let known: Vec<&str> = declared.keys().map(String::as_str).collect();
        let near = super::read::nearest(&key.value, known.iter().copied());
        let label = near.map_or_else(
            || if known.is_empty() { "this control has no parameters".to_owned() } else { format!("it has {}", known.join(", ")) },
            |near| format!("did you mean `{near}`?"),
        );
        value.mistake(format!("unknown parameter `{}`", key.value), label);
        return None;
    };
    let read = param.kind.read(value);
    if read.is_none() {
        value.wrong_type(&key.value, param.kind.as_str());
    }
    read
}
