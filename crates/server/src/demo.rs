//! `--demo`: a few invented cases that move, so that the desk can be looked at. They go through the
//! store as a phone's events do, are marked as a demonstration in the desk's list and in their own
//! note, and are made once for each data folder.

mod script;

use crate::app::{App, Shared};
use crate::photos::picture;
use crate::store::{Append, Appended, Author, Incoming};
use crate::token::{self, Hash};
use case::State;
use case::event::{Envelope, Event};
use case::message::Verdict;
use case::state::Status;
use script::Story;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time between two events of a case.
const STEP: Duration = Duration::from_secs(6);
/// Events after which a case has told enough.
const ENOUGH: u64 = 400;

/// A phone that is not there.
#[derive(Clone, Serialize, Deserialize)]
struct Phone {
    story: usize,
    case: String,
    token: String,
    d: String,
    n: u64,
}

/// Makes the cases, or takes up those that are there, and moves them from now on.
///
/// # Errors
/// The data folder cannot be written.
pub async fn start(app: Shared, data: PathBuf) -> io::Result<()> {
    let file = data.join("demo.json");
    let known = app.store.demos().await.map_err(io::Error::other)?;
    let mut phones: Vec<Phone> = match known.is_empty() {
        true => Vec::new(),
        false => std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default(),
    };
    if known.is_empty() {
        for story in 0..script::STORIES.len() {
            phones.push(begin(&app, story).await.map_err(io::Error::other)?);
        }
        keep(&file, &phones)?;
        tracing::info!(cases = phones.len(), "demonstration cases made");
    }
    for (i, phone) in phones.into_iter().enumerate() {
        let app = app.clone();
        let delay = STEP / 3 * (i as u32 % 3);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            live(&app, phone).await;
        });
    }
    Ok(())
}

fn keep(file: &Path, phones: &[Phone]) -> io::Result<()> {
    let text = serde_json::to_vec(phones)?;
    let _ = std::fs::remove_file(file);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    io::Write::write_all(&mut options.open(file)?, &text)
}

async fn begin(app: &App, story: usize) -> Result<Phone, crate::store::StoreError> {
    let now = token::now_ms();
    let mut phone =
        Phone { story, case: token::uuid(now), token: token::mint().0, d: token::uuid(now), n: 0 };
    let told = &script::STORIES[story];
    for event in told.beginning(case::number::mint(token::random())) {
        phone.say(app, event).await?;
    }
    Ok(phone)
}

async fn live(app: &App, mut phone: Phone) {
    loop {
        tokio::time::sleep(STEP).await;
        let Ok(Some(slice)) = app.store.slice(&phone.case, 0).await else {
            return;
        };
        let state = slice.snap.unwrap_or_else(|| State::fold(&slice.events));
        if state.status == Status::Done || slice.top >= ENOUGH {
            return;
        }
        // Where the phone stands is what the log says, not what the file remembers.
        phone.n = phone.n.max(numbers(app, &phone).await);
        let story: &Story = &script::STORIES[phone.story % script::STORIES.len()];
        let step = phone.n.saturating_sub(story.before_steps());
        let told = match story.step(step) {
            Some(script::Step::Photo { shot }) => photo(app, &mut phone, shot).await,
            Some(script::Step::Event(event)) => phone.say(app, event).await.map(drop),
            None => {
                // The story is told; the phone is heard of now and then until somebody closes.
                tokio::time::sleep(STEP * 4).await;
                let percent = 60 - (step.min(50) as u8);
                let event = Event::Power { low: percent < 30, percent: Some(percent) };
                phone.say(app, event).await.map(drop)
            }
        };
        if let Err(error) = told {
            tracing::warn!(%error, "a demonstration case could not go on");
        }
    }
}

/// The last number this phone used.
async fn numbers(app: &App, phone: &Phone) -> u64 {
    let mut last = 0;
    let mut after = 0;
    while let Ok(Some(slice)) = app.store.slice(&phone.case, after).await {
        let Some(newest) = slice.events.last() else {
            break;
        };
        after = newest.o;
        let mine = slice.events.iter().filter(|s| s.e.d == phone.d);
        last = mine.map(|s| s.e.n).max().unwrap_or(0).max(last);
    }
    last
}

impl Phone {
    async fn say(&mut self, app: &App, event: Event) -> Result<Verdict, crate::store::StoreError> {
        let now = token::now_ms();
        let envelope = Envelope {
            v: case::upcast::VERSION,
            k: token::uuid(now),
            d: self.d.clone(),
            n: self.n + 1,
            at: now,
            b: event.into(),
        };
        let batch = Append {
            case: self.case.clone(),
            author: Author::Driver(Hash(token::sha256(self.token.as_bytes()))),
            now,
            skew: 0,
            demo: true,
            events: vec![Incoming::Fine(envelope)],
        };
        let verdict = match app.store.append(batch).await? {
            Appended::Answers { answers, .. } => {
                answers.first().map_or(Verdict::Bad, |a| a.verdict)
            }
            _ => Verdict::Denied,
        };
        if verdict == Verdict::Ok {
            self.n += 1;
        }
        Ok(verdict)
    }
}

/// Draws a picture, says so, and hands it in as a phone does.
async fn photo(app: &App, phone: &mut Phone, shot: &str) -> Result<(), crate::store::StoreError> {
    let (w, h) = (960, 720);
    let drawn = tokio::task::spawn_blocking(move || picture::encode(&script::drawing(w, h))).await;
    let Ok(Ok(jpeg)) = drawn else {
        return Ok(());
    };
    let sha = case::id::hex(&token::sha256(&jpeg));
    let size = jpeg.len() as u64;
    let event = Event::Photo {
        id: token::uuid(token::now_ms()),
        sha: sha.clone(),
        size: size as u32,
        w,
        h,
        shot: shot.into(),
        warn: Vec::new(),
    };
    phone.say(app, event).await?;
    let _turn = app.photos.turn(&phone.case, &sha).await;
    let whole = format!("0-{}", size - 1);
    app.photos.write(&phone.case, &sha, 0, jpeg.into()).await?;
    app.store.photo_piece(&phone.case, &sha, size, whole).await?;
    let _ = app.photos.finish(&*app.store, &phone.case, &sha, size).await;
    Ok(())
}
