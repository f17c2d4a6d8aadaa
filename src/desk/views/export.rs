//! The transcript of a case as a file: fetched whole from the server at that moment, so that a copy
//! that began with a snapshot leaves nothing out.

use super::super::clock::{day_time, zone};
use super::super::history;
use super::super::page;
use super::super::say;
use super::super::timeline::line;
use super::super::transcript::{Around, Told, html, json, who};
use super::actions::{Tray, cancel, me};
use super::case::Seen;
use crate::words::{Key, fill, t};
use case::number::grouped;
use case::{State, Stored};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The two forms of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Json,
}

/// The tray.
pub fn tray(seen: Seen, tray: RwSignal<Tray>) -> impl IntoView {
    let said = RwSignal::new(None::<Key>);
    let save = move |form: Form| {
        said.set(Some(Key::DeskExportBusy));
        spawn_local(async move {
            let case = seen.case.id.get_value();
            let done = match history::whole(&case).await {
                Ok(log) => write(seen, &case, &log, form),
                Err(_) => false,
            };
            // The tray may be shut by now.
            said.try_set(Some(if done { Key::DeskExportDone } else { Key::DeskExportFailed }));
        });
    };
    view! {
        <div class="d-tray" role="group" aria-label=t(Key::DeskExport)>
            <p class="d-hint">{t(Key::DeskExportNote)}</p>
            <div class="d-actions">
                <button class="d-main d-export-page" on:click=move |_| save(Form::Page)>{t(Key::DeskExportPage)}</button>
                <button class="d-export-json" on:click=move |_| save(Form::Json)>{t(Key::DeskExportJson)}</button>
                {cancel(tray)}
            </div>
            <p role="status">{move || said.get().map(t)}</p>
        </div>
    }
}

fn write(seen: Seen, case: &str, log: &[Stored], form: Form) -> bool {
    let number = State::fold(log).number;
    let name = ["nightwatch-", &number].concat();
    match form {
        Form::Json => page::save(&(name + ".json"), "application/json", &json(case, log)),
        Form::Page => {
            let now = seen.desk.clock.at();
            let when = [day_time(now, 0, say::tag()), zone()].join(" ");
            let title = [t(Key::DeskExportTitle), " ", &grouped(&number)].concat();
            let lines =
                [fill(Key::DeskExportBy, &[&me(seen), &when]), t(Key::DeskExportRaw).into()];
            let around = Around {
                lang: say::tag(),
                title: &title,
                lines: &lines,
                columns: [
                    "#",
                    t(Key::DeskExportTime),
                    t(Key::DeskExportWho),
                    t(Key::DeskExportWhat),
                    t(Key::DeskExportData),
                ],
            };
            let roles = [t(Key::DeskDriver), t(Key::DeskByDesk), t(Key::DeskServer)];
            let told = |s: &Stored| Told {
                time: day_time(s.happened(), 0, say::tag()),
                who: who(s, roles).into(),
                what: line(s),
            };
            page::save(&(name + ".html"), "text/html", &html(&around, log, told))
        }
    }
}
