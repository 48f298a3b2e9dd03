//! The repository collector on trees that are ordinary, odd and hostile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assize::collect::redact::{Redaction, Redactor};
use assize::collect::repository::{Limits, Options, Render, Repository, read_text};
use assize::collect::{CollectError, Collector, Gathered};
use assize::model::{Outcome, Read};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn options(root: &Path) -> Options {
    Options { name: Some("tree".to_owned()), identity: Some("tester".to_owned()), ..Options::new(root) }
}

fn collect(options: Options) -> Gathered {
    let mut gathered = Gathered::default();
    Repository { options }.collect(&now, &(), &mut gathered).unwrap();
    gathered
}

fn scan(root: &Path) -> Gathered {
    collect(options(root))
}

fn ids(gathered: &Gathered) -> Vec<&str> {
    gathered.resources.iter().map(|resource| resource.reference.id.as_str()).collect()
}

fn row<'g>(gathered: &'g Gathered, operation: &str, file: &str) -> &'g Read {
    let found = gathered.reads.iter().find(|read| read.operation == operation && read.file.as_deref() == Some(file));
    found.unwrap_or_else(|| panic!("no row '{operation}' of {file} in {:#?}", gathered.reads))
}

fn detail<'g>(gathered: &'g Gathered, label: &str) -> &'g str {
    gathered.sources[0].details.iter().find(|(name, _)| name == label).map_or("", |(_, value)| value)
}

#[test]
fn manifests_become_resources_with_their_place_and_their_row() {
    let folder = tree(&[
        ("b.yaml", &format!("# shop\n---\n{POD}---\napiVersion: batch/v1\nkind: Job\nmetadata: {{generateName: run-}}\n")),
        (".github/a.yml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {z: 1, a: 0777}\n"),
        ("compose.yaml", "services: {}\n"),
        ("notes.txt", POD),
        ("c.json", "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\"}}"),
    ]);
    let gathered = scan(folder.path());
    assert_eq!(
        ids(&gathered),
        [
            "tree/apps/Deployment/-/api@.github/a.yml:1",
            "tree/core/Pod/shop/web@b.yaml:3",
            "tree/batch/Job/-/run-*@b.yaml:7",
            "tree/core/Service/-/s@c.json:1",
        ]
    );
    let deployment = &gathered.resources[0];
    assert_eq!(
        deployment.document.json,
        r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api"},"spec":{"z":1,"a":511}}"#
    );
    assert_eq!((deployment.version.as_str(), deployment.reference.group.as_str()), ("v1", "apps"));
    for resource in &gathered.resources {
        let read = &gathered.reads[usize::try_from(resource.read).unwrap() - 1];
        assert_eq!((read.seq, &read.file), (resource.read, &resource.reference.file));
    }
    let files: Vec<_> = gathered.reads.iter().filter_map(|read| read.file.as_deref()).collect();
    assert_eq!(files, [".github/a.yml", "b.yaml", "c.json", "compose.yaml"]);
    assert!(gathered.reads.iter().all(|read| read.outcome == Outcome::Complete && read.may_hide == Some(0) && read.identity == "tester"));
    assert_eq!((row(&gathered, "read file", "b.yaml").items, row(&gathered, "read file", "compose.yaml").items), (2, 0));
}

#[test]
fn two_runs_give_the_same() {
    let files: Vec<(String, String)> = (0..300).map(|n| (format!("d{}/f{n}.yaml", n % 7), POD.replace("web", &format!("w{n}")))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = tree(&files);
    let (one, two) = (scan(folder.path()), scan(folder.path()));
    assert_eq!(one.resources.len(), 300);
    assert_eq!(one.reads, two.reads);
    assert_eq!(one.resources, two.resources);
    let unique: BTreeSet<_> = ids(&one).into_iter().collect();
    assert_eq!(unique.len(), 300);
}

#[test]
fn equal_objects_on_one_line_have_different_ids() {
    let object = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}";
    let folder = tree(&[("a.json", &format!("{object}{object}"))]);
    assert_eq!(ids(&scan(folder.path())), ["tree/core/Pod/-/a@a.json:1", "tree/core/Pod/-/a@a.json:1#2"]);
}

#[test]
fn ignore_rules_and_excludes_bound_the_tree_and_are_said() {
    let folder = tree(&[
        (".gitignore", "out/\n"),
        ("out/a.yaml", POD),
        ("vendor/b.yaml", POD),
        ("c.yaml", POD),
        (".git/d.yaml", POD),
        ("sub/.git/e.yaml", POD),
    ]);
    let gathered = collect(Options { exclude: vec!["vendor/**".to_owned()], ..options(folder.path()) });
    assert_eq!(ids(&gathered), ["tree/core/Pod/shop/web@c.yaml:1"]);
    let walk = &gathered.reads[gathered.reads.iter().position(|read| read.operation == "walk tree").unwrap()];
    assert!(walk.parameters.contains(&("exclude".to_owned(), "vendor/**".to_owned())));
    assert!(walk.parameters.contains(&("excluded files".to_owned(), "1".to_owned())));
}

#[test]
fn wrong_questions_are_errors_and_empty_trees_are_not() {
    let folder = tree(&[]);
    let run = |options: Options| Repository { options }.collect(&now, &(), &mut Gathered::default());
    assert!(matches!(run(Options::new(folder.path().join("none"))), Err(CollectError::Path { .. })));
    assert!(matches!(run(Options { exclude: vec!["a[".to_owned()], ..options(folder.path()) }), Err(CollectError::Exclude { .. })));
    let gathered = scan(folder.path());
    assert_eq!((gathered.resources.len(), gathered.reads.len()), (0, 1));
}

#[test]
fn a_single_file_is_a_tree_of_its_own() {
    let folder = tree(&[("a.yaml", POD), ("b.yaml", POD)]);
    assert_eq!(ids(&collect(options(&folder.path().join("b.yaml")))), ["tree/core/Pod/shop/web@b.yaml:1"]);
}

#[test]
fn a_broken_document_is_a_row_of_its_own_and_quotes_nothing() {
    let folder = tree(&[
        ("many.yaml", &format!("{POD}---\napiVersion: v1\nkind: Secret\nstringData: {{a: geheim\n---\n{POD}")),
        ("one.yaml", "apiVersion: v1\nkind: Secret\nstringData: {a: `geheim}\n"),
        ("chat.json", "// geheim\n{}"),
    ]);
    let gathered = scan(folder.path());
    assert_eq!(gathered.resources.len(), 2);
    let broken = row(&gathered, "read document", "many.yaml");
    assert_eq!((broken.outcome, broken.may_hide), (Outcome::Failed, Some(1)));
    assert!((5..=8).contains(&broken.line.unwrap()));
    assert_eq!((row(&gathered, "read file", "many.yaml").outcome, row(&gathered, "read file", "many.yaml").items), (Outcome::Complete, 2));
    let alone = row(&gathered, "read file", "one.yaml");
    assert_eq!((alone.outcome, alone.line, alone.may_hide), (Outcome::Failed, Some(3), Some(1)));
    assert_eq!(row(&gathered, "read file", "chat.json").may_hide, Some(0));
    assert!(!format!("{gathered:?}").contains("geheim"));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_what_they_hide_is_said() {
    use std::os::unix::fs::symlink;
    let outside = tree(&[("secret.yaml", POD), ("folder/x.yaml", POD)]);
    let folder = tree(&[("a.yaml", POD), ("d/b.yaml", POD), ("plain.txt", "")]);
    let root = folder.path();
    for (target, link) in [
        ("a.yaml", "inside.yaml"),
        ("..", "d/up"),
        ("loop.yaml", "loop.yaml"),
        ("nowhere.yaml", "dangling.yaml"),
        ("plain.txt", "odd.yaml"),
        ("/etc/hostname", "plain-out"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    symlink(outside.path().join("secret.yaml"), root.join("out.yaml")).unwrap();
    symlink(outside.path().join("folder"), root.join("out-folder")).unwrap();
    let gathered = scan(root);
    assert_eq!(ids(&gathered), ["tree/core/Pod/shop/web@a.yaml:1", "tree/core/Pod/shop/web@d/b.yaml:1"]);
    for hidden in ["out.yaml", "out-folder", "odd.yaml"] {
        let row = row(&gathered, "read link", hidden);
        assert_eq!((row.outcome, row.may_hide), (Outcome::Unsupported, None), "{hidden}");
    }
    for nothing in ["dangling.yaml", "loop.yaml"] {
        assert_eq!(
            (row(&gathered, "read link", nothing).outcome, row(&gathered, "read link", nothing).may_hide),
            (Outcome::Absent, Some(0))
        );
    }
    let walk = gathered.reads.iter().find(|read| read.operation == "walk tree").unwrap();
    assert!(walk.parameters.contains(&("links not followed".to_owned(), "3".to_owned())), "{:?}", walk.parameters);
}

#[cfg(unix)]
#[test]
fn pipes_are_never_opened() {
    let folder = tree(&[]);
    if !std::process::Command::new("mkfifo").arg(folder.path().join("p.yaml")).status().is_ok_and(|status| status.success()) {
        return;
    }
    let gathered = scan(folder.path());
    assert_eq!(
        (row(&gathered, "read file", "p.yaml").outcome, row(&gathered, "read file", "p.yaml").may_hide),
        (Outcome::Unsupported, None)
    );
}

#[test]
fn bounds_are_kept_and_said() {
    let folder = tree(&[("a/b/c/deep.yaml", POD), ("a.yaml", POD), ("b.yaml", POD)]);
    let huge = fs::File::create(folder.path().join("huge.yaml")).unwrap();
    huge.set_len(100 << 20).unwrap();
    let begin = Instant::now();
    let gathered = scan(folder.path());
    let row_of_huge = row(&gathered, "read file", "huge.yaml");
    assert_eq!((row_of_huge.outcome, row_of_huge.may_hide), (Outcome::Truncated, None));
    assert!(begin.elapsed() < Duration::from_secs(5));
    let limits = Limits { max_depth: 2, ..Limits::default() };
    let shallow = collect(Options { limits, ..options(folder.path()) });
    assert_eq!((row(&shallow, "list folder", "a/b/c").outcome, row(&shallow, "list folder", "a/b/c").may_hide), (Outcome::Truncated, None));
    assert_eq!(shallow.resources.len(), 2);
    let limits = Limits { max_files: 1, ..Limits::default() };
    let few = collect(Options { limits, ..options(folder.path()) });
    let walk = few.reads.iter().find(|read| read.operation == "walk tree").unwrap();
    assert_eq!((walk.outcome, walk.may_hide, few.resources.len()), (Outcome::Truncated, None, 1));
}

#[test]
fn bombs_cost_a_row_and_no_time() {
    let aliases: String = (1..30).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
    let folder = tree(&[
        ("alias.yaml", &format!("apiVersion: v1\nkind: Pod\na0: &a0 [x]\n{aliases}")),
        ("brackets.yaml", &format!("apiVersion: v1\nkind: Pod\na: {}", "[".repeat(10_000))),
        ("brackets.json", &format!("{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"a\":{}", "[".repeat(10_000))),
        ("indent.yaml", &format!("apiVersion: v1\nkind: Pod\n{}", (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>())),
    ]);
    let begin = Instant::now();
    let gathered = scan(folder.path());
    assert!(begin.elapsed() < Duration::from_secs(10));
    assert!(gathered.resources.is_empty());
    assert!(row(&gathered, "read file", "alias.yaml").error.as_deref().unwrap().contains("aliases expand to more than 1000000 nodes"));
    for file in ["brackets.yaml", "brackets.json", "indent.yaml"] {
        assert_eq!(
            (row(&gathered, "read file", file).outcome, row(&gathered, "read file", file).may_hide),
            (Outcome::Failed, Some(1)),
            "{file}"
        );
    }
}

#[test]
fn git_says_commit_branch_dirt_and_origin_and_runs_nothing() {
    let folder = tree(&[("a.yaml", POD), ("kept.yaml", POD), (".gitignore", "kept.yaml\n")]);
    let mut init = git2::RepositoryInitOptions::new();
    let repository = git2::Repository::init_opts(folder.path(), init.initial_head("main").external_template(false)).unwrap();
    repository.remote("origin", "https://bot:geheim@git.example.org/a/b.git").unwrap();
    repository.config().unwrap().set_str("core.fsmonitor", "touch ran").unwrap();
    assert_eq!(detail(&scan(folder.path()), "commit"), "none: no commit yet");
    let mut index = repository.index().unwrap();
    for file in ["a.yaml", "kept.yaml", ".gitignore"] {
        index.add_path(Path::new(file)).unwrap();
    }
    index.write().unwrap();
    let files = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let author = git2::Signature::now("a", "a@example.org").unwrap();
    let commit = repository.commit(Some("HEAD"), &author, &author, "one", &files, &[]).unwrap();
    let clean = scan(folder.path());
    assert_eq!(detail(&clean, "commit"), commit.to_string());
    assert_eq!(
        (detail(&clean, "branch"), detail(&clean, "dirty"), detail(&clean, "remote")),
        ("main", "no", "https://git.example.org/a/b.git")
    );
    assert_eq!(clean.resources.len(), 2, "a tracked file belongs to the tree whatever .gitignore says");
    write(folder.path(), "assize.db", "x");
    assert_eq!(detail(&scan(folder.path()), "dirty"), "no", "what is not read does not count");
    write(folder.path(), "sub/new.yaml", POD);
    assert_eq!(detail(&scan(folder.path()), "dirty"), "yes");
    assert_eq!(detail(&scan(&folder.path().join("sub")), "commit"), commit.to_string());
    assert!(!folder.path().join("ran").exists());
    assert!(!format!("{clean:?}").contains("geheim"));
}

#[test]
fn broken_git_metadata_is_a_row_and_no_end() {
    let folder = tree(&[
        ("a.yaml", POD),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/config", "[core\nbroken"),
        (".git/objects/x", ""),
        (".git/refs/heads/x", ""),
    ]);
    let gathered = scan(folder.path());
    assert_eq!(gathered.resources.len(), 1);
    let row = gathered.reads.iter().find(|read| read.operation == "read git metadata").unwrap();
    assert_eq!((row.outcome, row.may_hide), (Outcome::Failed, Some(0)));
    assert_eq!((detail(&gathered, "branch"), detail(&gathered, "dirty")), ("main", "unknown"));
}

fn packaged() -> TempDir {
    tree(&[
        ("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n"),
        ("shop/values.yaml", "a: 1\n"),
        ("shop/templates/web.yaml", "{{ if }}\n"),
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", POD),
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n"),
        ("prod/patch.yaml", POD),
    ])
}

#[test]
fn packages_hide_what_is_not_rendered() {
    let gathered = scan(packaged().path());
    assert_eq!(ids(&gathered), ["tree/core/Pod/shop/web@base/pod.yaml:1"]);
    // A chart may make anything; this kustomization makes one pod out of one.
    for (operation, file, flag, most) in [
        ("render chart", "shop/Chart.yaml", "--render helm", None),
        ("render kustomization", "prod/kustomization.yaml", "--render kustomize", Some(1)),
    ] {
        let row = row(&gathered, operation, file);
        assert_eq!((row.outcome, row.may_hide), (Outcome::Unsupported, most));
        assert!(row.error.as_deref().unwrap().contains(flag));
    }
    assert_eq!(gathered.reads.iter().filter(|read| read.operation.starts_with("render")).count(), 2);
    assert!(gathered.reads.iter().all(|read| read.file.as_deref() != Some("shop/templates/web.yaml")));
    assert_eq!(
        row(&gathered, "read file", "prod/patch.yaml").parameters,
        [("as".to_owned(), "patch of prod/kustomization.yaml".to_owned())]
    );
}

#[cfg(unix)]
fn programs(helm: &str, kustomize: &str) -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    for (name, script) in [("helm", helm), ("kustomize", kustomize)] {
        let path = folder.path().join(name);
        let version = "[ \"$1\" = version ] && { echo v9.8.7+g1; exit; }";
        fs::write(&path, format!("#!/bin/sh\n{version}\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

#[cfg(unix)]
fn render(tree: &Path, programs: &Path) -> Gathered {
    let limits = Limits { render_timeout: Duration::from_secs(3), ..Limits::default() };
    let render = Render { helm: true, kustomize: true };
    collect(Options { render, limits, search_path: Some(programs.as_os_str().to_owned()), ..options(tree) })
}

#[cfg(unix)]
#[test]
fn rendered_packages_are_judged_once_and_name_their_tool() {
    let helm =
        "echo ---; echo '# Source: shop/templates/web.yaml'; echo 'apiVersion: v1'; echo 'kind: Service'; echo 'metadata: {name: s}'";
    let kustomize = "echo 'apiVersion: v1'; echo 'kind: Pod'; echo 'metadata: {name: prod}'";
    let (tree, programs) = (packaged(), programs(helm, kustomize));
    let gathered = render(tree.path(), programs.path());
    assert_eq!(ids(&gathered), ["tree/core/Service/-/s@shop/templates/web.yaml:3", "tree/core/Pod/-/prod@prod/kustomization.yaml:1"]);
    let tools: Vec<_> = gathered.resources.iter().filter_map(|resource| resource.origin.as_ref()?.rendered_by.as_deref()).collect();
    assert_eq!(tools, ["helm 9.8.7", "kustomize 9.8.7"]);
    assert!(row(&gathered, "render chart", "shop/Chart.yaml").parameters.contains(&("tool".to_owned(), "helm 9.8.7".to_owned())));
    assert!(row(&gathered, "read file", "base/pod.yaml").parameters[0].1.contains("base/kustomization.yaml"));
}

#[cfg(unix)]
#[test]
fn renderers_that_fail_hang_or_are_missing_hide_everything() {
    let tree = packaged();
    write(tree.path(), "shop/Chart.yaml", "name: shop\ndependencies: [{name: redis, version: 1.0.0}]\n");
    write(tree.path(), "far/kustomization.yaml", "resources: [https://example.org/geheim.yaml]\n");
    let programs = programs("echo never", "while :; do :; done");
    let gathered = render(tree.path(), programs.path());
    for (operation, file, words, most) in [
        ("render chart", "shop/Chart.yaml", "redis", None),
        ("render kustomization", "prod/kustomization.yaml", "did not end", Some(1)),
        ("render kustomization", "far/kustomization.yaml", "nothing is fetched", None),
    ] {
        let row = row(&gathered, operation, file);
        assert_eq!((row.outcome, row.may_hide), (Outcome::Failed, most), "{file}");
        assert!(row.error.as_deref().unwrap().contains(words), "{row:?}");
    }
    assert_eq!(ids(&gathered), ["tree/core/Pod/shop/web@base/pod.yaml:1"], "what was not rendered is still judged as written");
    let nothing = tempfile::tempdir().unwrap();
    let gathered = render(tree.path(), nothing.path());
    let row = row(&gathered, "render chart", "shop/Chart.yaml");
    assert!(row.outcome == Outcome::Unsupported && row.error.as_deref().unwrap().contains("no helm was found on PATH"));
}

/// Everything a secret may stand in; each canary must be gone from all that leaves the collector.
#[test]
fn no_canary_survives() {
    let folder = tree(&[
        ("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: Y2FuYXJ5MQ==}\nstringData: {b: canary1}\n"),
        ("list.yaml", "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: t}\n  stringData: {b: canary2}\n"),
        (
            "pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, env: [{name: DB_PASSWORD, value: canary3}], args: [--token, canary4, 'https://u:canary5@h/x']}]}\n",
        ),
        (
            "map.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m\"},\"data\":{\"app.ini\":\"[db]\\npassword = canary6\\n\",\"api_key\":\"canary7\"}}",
        ),
        ("broken.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n  a: canary8\n  a: canary9\n"),
        (
            "key.yaml",
            "apiVersion: v1\nkind: Thing\nspec:\n  pem: |\n    -----BEGIN EC PRIVATE KEY-----\n    canary0\n    -----END EC PRIVATE KEY-----\n",
        ),
    ]);
    let gathered = scan(folder.path());
    let everything = format!("{gathered:?}");
    assert!(!everything.contains("canary") && !everything.contains("Y2FuYXJ5MQ=="), "{everything}");
    assert_eq!(gathered.resources.len(), 5);
    assert!(gathered.resources.iter().all(|resource| !resource.redactions.is_empty()));
}

#[test]
fn a_text_is_read_as_a_file_is() {
    let text = format!("{POD}---\napiVersion: v1\nkind: [\n");
    let folder = tree(&[("a.yaml", &text)]);
    let from_tree = scan(folder.path());
    let mut from_text = Gathered::default();
    let redactor = Redactor::new(&Redaction::default()).unwrap();
    read_text("tree", "a.yaml", text.as_bytes(), &Limits::default(), &redactor, &now, &mut from_text);
    assert_eq!(ids(&from_text), ids(&from_tree));
    assert_eq!(from_text.resources[0].document, from_tree.resources[0].document);
    assert_eq!(from_text.reads.iter().map(|read| read.outcome).collect::<Vec<_>>(), [Outcome::Complete, Outcome::Failed]);
}

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&Redaction::default()).unwrap());

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_rows_and_valid_documents(bytes in prop::collection::vec(any::<u8>(), 0..300), json: bool) {
        let file = if json { "a.json" } else { "a.yaml" };
        let mut gathered = Gathered::default();
        read_text("t", file, &bytes, &Limits::default(), &REDACTOR, &now, &mut gathered);
        prop_assert!(!gathered.reads.is_empty());
        for read in &gathered.reads {
            prop_assert_eq!(read.outcome.is_complete(), read.error.is_none());
        }
    }

    #[test]
    fn any_values_survive_as_valid_json(key in "\\PC{0,12}", value in "\\PC{0,40}", number: i64) {
        let document = serde_json::json!({"apiVersion": "v1", "kind": "Thing", "spec": {key: value, "n": number}}).to_string();
        let mut gathered = Gathered::default();
        for file in ["a.json", "a.yaml"] {
            read_text("t", file, document.as_bytes(), &Limits::default(), &REDACTOR, &now, &mut gathered);
        }
        prop_assert_eq!(gathered.resources.len(), 2);
        for resource in &gathered.resources {
            let parsed: serde_json::Value = serde_json::from_str(&resource.document.json).unwrap();
            prop_assert_eq!(&parsed["spec"]["n"], &serde_json::json!(number));
        }
    }
}
