//! First seen, last seen, resolved, reopened, over a sequence of scans.

use super::place::{Place, pod};
use assize::pipeline;
use assize::posture::Blind;
use assize::posture::lives::Life;
use assize::snapshot::{Database, Selector};
use serde_json::Value;

const CONTROL: &str = "k8s-host-network";

/// The life of the control's finding on one pod, as the library tells it.
fn life(place: &Place, name: &str) -> Life {
    let database = Database::open_read_only(&place.path("assize.db")).unwrap();
    let lives = pipeline::lives(&database, i64::MAX).unwrap().lives;
    let held = (1..=database.snapshots().unwrap().len() as i64).find_map(|id| {
        let own = database.evaluation_of(id).unwrap()?;
        let found = database.stored_findings(own.id).unwrap();
        let found = found.into_iter().find(|row| *row.judgement.control == *CONTROL && row.judgement.resource.name == name);
        found.map(|row| row.fingerprint)
    });
    assert!(database.snapshot(&Selector::Latest).is_ok());
    lives[held.unwrap().as_str()].clone()
}

fn finding(report: &Value, name: &str) -> Value {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|row| row["control"] == CONTROL && row["resource"]["name"] == name).unwrap().clone()
}

#[test]
fn a_finding_is_tracked_through_every_transition() {
    let mut place = Place::new();
    let snapshots = |life: &Life| {
        let ids = |moments: &[assize::posture::lives::Moment]| moments.iter().map(|moment| moment.snapshot).collect::<Vec<_>>();
        (life.first_seen.snapshot, life.last_seen.snapshot, ids(&life.resolved), ids(&life.reopened))
    };
    place.write("t/a.yaml", &pod("a", true));
    place.write("t/b.yaml", &pod("b", true));
    place.scan(&["t"]); // 1: both fail
    let first = place.json(&["report"]);
    assert!(finding(&first, "a")["first_seen"].is_null(), "the first snapshot has no history");

    place.write("t/a.yaml", "apiVersion: v1\nkind: [\n");
    place.scan(&["t"]); // 2: a is lost to malformation
    let a = life(&place, "a");
    assert_eq!(snapshots(&a), (1, 1, vec![], vec![]));
    assert_eq!(a.not_seen.unwrap().reason, Blind::ReadIncomplete);

    place.write("u/z.yaml", &pod("z", true));
    place.scan(&["u"]); // 3: another source
    assert_eq!(life(&place, "b").not_seen.unwrap().reason, Blind::SourceNotScanned);

    place.write("t/a.yaml", &pod("a", false));
    place.scan(&["t"]); // 4: a is mended
    assert_eq!(snapshots(&life(&place, "a")), (1, 1, vec![4], vec![]));
    assert_eq!(snapshots(&life(&place, "a.yaml")), (2, 2, vec![4], vec![]), "the unread file is read again");
    assert_eq!(snapshots(&life(&place, "b")), (1, 4, vec![], vec![]));

    place.write("t/a.yaml", &pod("a", true));
    place.scan(&["t"]); // 5: a fails again
    assert_eq!(snapshots(&life(&place, "a")), (1, 5, vec![4], vec![5]));
    let report = place.json(&["report"]);
    let a = finding(&report, "a");
    assert_eq!((&a["first_seen"], &a["last_seen"]), (&"2026-06-02".into(), &"2026-06-06".into()));
    assert_eq!((&a["reopened"], &a["reopened_at"]), (&1.into(), &"2026-06-06".into()));
    assert_eq!((&finding(&report, "b")["reopened"], &finding(&report, "b")["reopened_at"]), (&0.into(), &Value::Null));

    place.scan(&["t", "--exclude", "b.yaml"]); // 6: b is left out
    assert_eq!(life(&place, "b").not_seen.unwrap().reason, Blind::Excluded);
    place.write("t/b.yaml", &pod("b", true).replace("hostNetwork: true", "hostNetwork: perhaps"));
    place.scan(&["t"]); // 7: b cannot be judged
    let b = life(&place, "b");
    assert_eq!(snapshots(&b), (1, 7, vec![], vec![]), "a failure that becomes unknown is not resolved");
    assert_eq!(b.states.len(), 2);
    place.remove("t/b.yaml");
    place.scan(&["t"]); // 8: b is gone
    assert_eq!(snapshots(&life(&place, "b")), (1, 7, vec![8], vec![]));
    assert!(!life(&place, "b").is_open());
}

#[test]
fn evaluating_the_past_again_changes_no_life() {
    let mut place = Place::new();
    place.write("t/a.yaml", &pod("a", true));
    place.scan(&["t"]);
    place.scan(&["t"]);
    let before = life(&place, "a");
    place.write("assize.toml", "[controls.k8s-image-registry-not-allowed.params]\nallowed_registries = [\"other.example\"]\n");
    assert_eq!(place.run(&["evaluate", "--snapshot", "1"]).code, 0);
    assert_eq!(life(&place, "a"), before);
    // What only the new evaluation finds is first seen on the day of the snapshot that it is shown for.
    let report = place.json(&["report", "--snapshot", "2"]);
    let row = report["findings"].as_array().unwrap().iter().find(|row| row["control"] == "k8s-image-registry-not-allowed").unwrap();
    assert_eq!(row["first_seen"], "2026-06-03");
}
