//! The list of cars, by maker, with a field that narrows it. A pure view.

use crate::ui::dom::{El, el};
use crate::ui::text::has;
use crate::words::{Key, say, t};
use guide::{Pack, Vehicle};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// What a tap on a car does; its name as shown comes with it.
pub type Chosen = Rc<dyn Fn(&'static Vehicle, String)>;

/// The list. The last car of a pack is "another car" and is never narrowed away.
pub fn list(pack: &'static Pack, chosen: Chosen) -> El {
    let cars = el("div").class("cars");
    let mut found: Vec<(Element, String)> = Vec::new();
    let mut maker = "";
    let mut out = cars;
    for (i, car) in pack.vehicles.iter().enumerate() {
        let last = i + 1 == pack.vehicles.len();
        let make = say(&car.make);
        if make != maker && !last {
            let head = el("h2").text(make);
            found.push((head.node().clone(), makers_key(pack, make)));
            out = out.add(head);
        }
        maker = make;
        let mut name = String::from(make);
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(say(&car.model));
        let (chosen, said) = (chosen.clone(), name.clone());
        let button = el("button")
            .attr("type", "button")
            .class("btn")
            .attr("data-car", &car.id)
            .text(say(&car.model))
            .press(move || chosen(car, said.clone()));
        if !last {
            found.push((button.node().clone(), name.to_ascii_lowercase()));
        }
        out = out.add(button);
    }
    let search = el("input")
        .attr("type", "search")
        .attr("enterkeyhint", "search")
        .attr("autocomplete", "off")
        .on("input", move |event| {
            let field = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
            let typed = field.map(|f| f.value().trim().to_ascii_lowercase()).unwrap_or_default();
            for (element, name) in &found {
                let _ = element.toggle_attribute_with_force("hidden", !has(name, &typed));
            }
        });
    el("div")
        .class("form")
        .add(el("label").class("field").add(el("span").text(t(Key::SearchCar))).add(search))
        .add(out)
}

/// A heading stays while any of its cars does.
fn makers_key(pack: &'static Pack, make: &str) -> String {
    let mut key = make.to_ascii_lowercase();
    for car in pack.vehicles.iter().filter(|v| say(&v.make) == make) {
        key.push(' ');
        key.push_str(&make.to_ascii_lowercase());
        key.push(' ');
        key.push_str(&say(&car.model).to_ascii_lowercase());
    }
    key
}
