//! Nothing acknowledged is lost and nothing is there twice when the server dies. `kill -9` cannot
//! tell a flush to disk from the system's cache; loss of power needs another test.

#[path = "kill/harness.rs"]
mod harness;
#[path = "kill/talk.rs"]
mod talk;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_twenty_times_under_fifty_clients() {
    let program = env!("CARGO_BIN_EXE_nightwatch-server");
    let outcome = harness::run(program.as_ref(), 50, 20, (100, 900)).await;
    assert_eq!((outcome.kills, outcome.clients), (20, 50));
    assert!(outcome.acknowledged > 300, "{outcome:?}");
    assert_eq!((outcome.lost, outcome.twice, outcome.disorder), (0, 0, 0), "{outcome:?}");
    assert_eq!(outcome.recovery.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_polite_end_is_orderly_and_the_log_has_no_secrets() {
    let program = env!("CARGO_BIN_EXE_nightwatch-server");
    let told = talk::talk_and_stop(program.as_ref()).await;
    assert!(told.success, "{}", told.log);
    assert!(told.log.contains("stopped"), "{}", told.log);
    for secret in &told.secrets {
        assert!(!told.log.contains(secret.as_str()), "{secret} in\n{}", told.log);
    }
}
