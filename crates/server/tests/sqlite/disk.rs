//! A disk that fails in the middle of a commit: what it did not take is not acknowledged, and what
//! the phone sends again afterwards is there once, in order.

use super::{Sqlite, make};
use case::Envelope;
use case::message::Verdict;
use server::store::conformance::Fixture as _;
use server::store::conformance::kit::{Device, log, opened, said};
use server::store::{Appended, Health, Incoming, StoreError};
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::atomic::Ordering;

/// Makes every flush to disk fail for this thread and those it starts, as a dying disk does.
fn flushes_fail() {
    let code = |code: u32| code as u16;
    let on = |syscall: libc::c_long, skip: u8| libc::sock_filter {
        code: code(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K),
        jt: skip,
        jf: 0,
        k: syscall as u32,
    };
    let plain = |c: u32, k: u32| libc::sock_filter { code: code(c), jt: 0, jf: 0, k };
    let mut filter = [
        // The number of the system call stands first in what the filter sees.
        plain(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0),
        on(libc::SYS_fsync, 2),
        on(libc::SYS_fdatasync, 1),
        plain(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW),
        plain(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EIO as u32),
    ];
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: `program` and `filter` outlive the calls, and the kernel copies them.
    let done = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program)
    };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
}

/// Hands in an event that must not be acknowledged. With the error, where the answer was one.
async fn in_vain(
    fixture: &Sqlite,
    phone: &mut Device,
    text: &str,
) -> (Envelope, Option<StoreError>) {
    let envelope = phone.next(said(text));
    let batch = phone.batch(vec![Incoming::Fine(envelope.clone())]);
    match fixture.store().append(batch).await {
        Err(error) => (envelope, Some(error)),
        // The one before it is missing: true, and nothing had to be written to say so.
        Ok(Appended::Answers { answers, .. })
            if answers.iter().all(|a| a.verdict == Verdict::Gap) =>
        {
            (envelope, None)
        }
        Ok(answered) => panic!("acknowledged: {answered:?}"),
    }
}

/// Opens on a disk that fails and writes two events. Neither is acknowledged, told to those who
/// wait, or shown to anybody.
async fn write_in_vain(fixture: &mut Sqlite, phone: &mut Device, health: Health) -> [Envelope; 2] {
    fixture.open().await;
    let store = fixture.store();
    let (before, rows) = (log(&*store, &phone.case).await, store.rows(0).await.unwrap());
    let told = fixture.told.load(Ordering::SeqCst);
    let (first, error) = in_vain(fixture, phone, "first").await;
    assert!(matches!(error, Some(StoreError::Broken(_))), "{error:?}");
    assert_eq!(store.health(), health);
    let (second, _) = in_vain(fixture, phone, "second").await;
    assert_eq!(store.health(), health);
    assert_eq!(fixture.told.load(Ordering::SeqCst), told);
    assert_eq!(log(&*store, &phone.case).await, before);
    assert_eq!(store.rows(0).await.unwrap(), rows);
    drop(store);
    fixture.close().await;
    [first, second]
}

/// The disk works again and the phone sends again what it has no answer to. A commit that failed
/// may be there all the same: then the answer is that it is known.
async fn send_again(fixture: &mut Sqlite, phone: &Device, waiting: &[Envelope]) {
    fixture.open().await;
    let store = fixture.store();
    for answer in phone.give(&*store, waiting).await {
        assert!(matches!(answer.verdict, Verdict::Ok | Verdict::Dup), "{answer:?}");
    }
    let log = log(&*store, &phone.case).await;
    let said: Vec<(u64, &str)> = log.iter().map(|s| (s.e.n, s.e.k.as_str())).collect();
    assert_eq!(log.len(), 2 + waiting.len());
    for (i, envelope) in waiting.iter().enumerate() {
        assert_eq!(said[2 + i], (3 + i as u64, envelope.k.as_str()));
    }
}

async fn begun() -> (Sqlite, Device) {
    let mut fixture = make().await;
    let mut phone = opened(&*fixture.store()).await;
    phone.say(&*fixture.store(), said("kept")).await;
    fixture.close().await;
    (fixture, phone)
}

#[tokio::test]
async fn after_a_failed_flush_nothing_is_acknowledged_until_a_restart() {
    let (mut fixture, mut phone) = begun().await;
    // A thread of its own, because what it can no longer do it can never do again.
    let failing = std::thread::spawn(move || {
        flushes_fail();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let waiting = write_in_vain(&mut fixture, &mut phone, Health::Stopped).await;
            (fixture, phone, waiting)
        })
    });
    let (mut fixture, phone, waiting) = failing.join().unwrap();
    send_again(&mut fixture, &phone, &waiting).await;
}

#[tokio::test]
async fn what_could_not_be_written_is_not_acknowledged() {
    let (mut fixture, mut phone) = begun().await;
    // A pipe in the place of the write-ahead log: it opens, but nothing can be written at a place.
    let wal = fixture.folder.join("test.db-wal");
    let name = CString::new(wal.as_os_str().as_bytes()).unwrap();
    // SAFETY: the name ends with a zero byte and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let waiting = write_in_vain(&mut fixture, &mut phone, Health::Failing).await;
    let _ = std::fs::remove_file(wal);
    send_again(&mut fixture, &phone, &waiting).await;
}
