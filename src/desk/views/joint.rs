//! What agent and driver do together: consent by consent what is asked, allowed, refused or ended;
//! with consent the step that the driver's answers have come to, and the steps to suggest.

use super::super::clock::time;
use super::super::consent::{Standing, standing};
use super::super::pack;
use super::super::say;
use super::case::Seen;
use super::{here, suggest};
use crate::words::{Key, fill, t};
use case::event::{Event, Scope};
use case::state::Status;
use leptos::prelude::*;

/// What an agent can use here.
const OFFER: [Scope; 3] = [Scope::View, Scope::Guide, Scope::Annotate];

/// The panel.
pub fn panel(seen: Seen) -> impl IntoView {
    let guides = pack::follow(seen.part(|s| s.region.clone()));
    let may =
        move |scope| Memo::new(move |_| seen.state.with(|s| s.allows(&seen.desk.agent(), scope)));
    let (view, guide) = (may(Scope::View), may(Scope::Guide));
    view! {
        <section class="d-panel d-joint">
            <h2>{t(Key::DeskJoint)}</h2>
            {consents(seen)}
            {move || view.get().then(|| here::here(seen, guides))}
            {move || guide.get().then(|| suggest::form(seen, guides))}
            {suggest::told(seen, guides)}
        </section>
    }
}

fn consents(seen: Seen) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let me = seen.desk.agent();
        seen.state.with(|s| {
            seen.case.log.with(|log| OFFER.map(|scope| (scope, standing(s, log, &me, scope))))
        })
    });
    let open = seen.part(|s| s.status != Status::Done);
    let off = RwSignal::new(Vec::<Scope>::new());
    let wanted = move || {
        let askable = rows.get().into_iter().filter(|(_, standing)| standing.askable());
        askable.map(|(scope, _)| scope).filter(|s| !off.with(|off| off.contains(s))).collect()
    };
    let ask = move |_| {
        let scopes: Vec<Scope> = wanted();
        if !scopes.is_empty() {
            seen.say(Event::Asked { scopes });
        }
    };
    // Whoever reads out a code waits for the question.
    Effect::new(move |_| {
        let here = seen.desk.called.with(|called| *called == seen.case.id.get_value());
        if !here || !open.get() || !seen.case.known.get() {
            return;
        }
        seen.desk.called.set(String::new());
        let askable = rows.get_untracked().into_iter().filter(|(_, standing)| standing.askable());
        let scopes: Vec<Scope> =
            askable.map(|(scope, _)| scope).filter(|s| *s != Scope::Annotate).collect();
        if !scopes.is_empty() {
            seen.say(Event::Asked { scopes });
        }
    });
    view! {
        <ul class="d-consents">
            {move || {
                let open = open.get();
                rows.get().map(|(scope, standing)| row(scope, standing, open && standing.askable(), off)).collect_view()
            }}
        </ul>
        {move || {
            let some = rows.get().iter().any(|(_, standing)| standing.askable());
            (some && open.get()).then(|| view! {
                <button class="d-ask" prop:disabled=move || wanted().is_empty() on:click=ask>{t(Key::DeskJointAsk)}</button>
            })
        }}
    }
}

fn row(scope: Scope, standing: Standing, ask: bool, off: RwSignal<Vec<Scope>>) -> impl IntoView {
    let flip = move |_| {
        off.update(|off| match off.iter().position(|s| *s == scope) {
            Some(at) => drop(off.remove(at)),
            None => off.push(scope),
        });
    };
    let name = say::scopes(&[scope]);
    let on = move || off.with(|off| !off.contains(&scope));
    let (state, told) = match standing {
        Standing::Never => ("never", t(Key::DeskJointNotAsked).into()),
        Standing::Asked(at) => ("asked", fill(Key::DeskJointAsked, &[&time(at)])),
        Standing::Allowed(at) => ("allowed", fill(Key::DeskJointAllowed, &[&time(at)])),
        Standing::Declined(at) => ("declined", fill(Key::DeskJointDeclined, &[&time(at)])),
        Standing::Ended(at) => ("ended", fill(Key::DeskJointEnded, &[&time(at)])),
    };
    let what = match ask {
        true => view! {
            <label><input type="checkbox" prop:checked=on on:change=flip/><span>{name}</span></label>
        }
        .into_any(),
        false => view! { <span class="d-scope">{name}</span> }.into_any(),
    };
    view! { <li data-scope=scope.as_str() data-standing=state>{what}<span class="d-standing">{told}</span></li> }
}
