//! Writing into the case: a new event is numbered and on the shelf before the state changes.

use super::inner::{CASE, Inner};
use super::mint;
use super::page;
use super::records::{self, Kind};
use super::shelf::{asks, items_of, records_of};
use super::store::{Item, Later, Room};
use super::view::NotSaved;
use case::event::{Body, Face};
use case::message::{MAX_EVENT, MAX_TEXT};
use case::wire::to_json;
use case::{Envelope, Event, upcast};

impl Inner {
    /// See `CaseLink::begin`.
    pub async fn begin(&self, region: &str, lang: &str, face: Face) -> Result<(), NotSaved> {
        self.new_case().await;
        let case = mint::uuid();
        let opened = Event::Opened {
            number: mint::number(),
            region: region.into(),
            lang: lang.into(),
            face,
        };
        let envelope = self.envelope(opened, None)?;
        self.take_up(&case, Some(envelope)).await;
        page::ask_to_persist();
        Ok(())
    }

    /// Makes a case the current one, with its first event.
    pub fn take_up<'a>(&'a self, case: &'a str, first: Option<Envelope>) -> Later<'a, ()> {
        Box::pin(async move {
            let current = Item::text(Room::Meta, CASE.into(), case.into());
            self.write(case, first, Some(current)).await;
            self.load(case).await;
            *self.case.borrow_mut() = Some(case.into());
            self.written(case);
        })
    }

    /// See `CaseLink::record`.
    pub fn record(&self, event: Event, at: Option<i64>) -> Later<'_, Result<(), NotSaved>> {
        Box::pin(async move {
            let case = self.case().ok_or(NotSaved::NoCase)?;
            let envelope = self.envelope(event, at)?;
            let envelope = self.write(&case, Some(envelope), None).await;
            if let Some(envelope) = envelope.filter(|_| self.shows(&case)) {
                self.replica.borrow_mut().write(envelope);
            }
            self.written(&case);
            Ok(())
        })
    }

    fn envelope(&self, event: Event, at: Option<i64>) -> Result<Envelope, NotSaved> {
        let text = to_json(&event);
        if text.len() > MAX_EVENT - 512 || longest_text(&text) > MAX_TEXT {
            return Err(NotSaved::TooLarge);
        }
        Ok(Envelope {
            v: upcast::VERSION,
            k: mint::uuid(),
            d: self.device.clone(),
            n: 0,
            at: at.unwrap_or_else(mint::now),
            b: Body::Known(event),
        })
    }

    /// Numbers an event and writes it to the shelf, with one more entry, as one step.
    fn write<'a>(
        &'a self,
        case: &'a str,
        mut envelope: Option<Envelope>,
        more: Option<Item>,
    ) -> Later<'a, Option<Envelope>> {
        Box::pin(async move {
            let then = &mut |items: &[Item]| {
                let mut new = Vec::from_iter(more.clone());
                if let Some(envelope) = &mut envelope {
                    let edits = records::append(&records_of(case, items), envelope);
                    new.append(&mut items_of(case, edits));
                }
                new
            };
            self.shelf.transact(true, &asks(case, &[Kind::Counter]), then).await;
            envelope
        })
    }

    fn written(&self, case: &str) {
        self.publish();
        self.tell(case);
        self.send_bell.ring();
    }

    /// See `CaseLink::new_case`.
    pub fn new_case(&self) -> Later<'_, ()> {
        Box::pin(async {
            self.leave();
            self.shelf.put(Item::gone(Room::Meta, CASE.into())).await;
            self.find_left().await;
            self.publish();
        })
    }
}

/// Characters of the longest string in JSON text, within what escapes add.
fn longest_text(json: &str) -> usize {
    let (mut longest, mut length, mut inside, mut escaped) = (0, 0, false, false);
    for c in json.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => {
                escaped = true;
                length += 1;
            }
            '"' => {
                inside = !inside;
                longest = longest.max(length);
                length = 0;
            }
            _ => length += usize::from(inside),
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::longest_text;

    #[test]
    fn strings_are_measured_in_characters() {
        assert_eq!(longest_text(r#"{"a":1}"#), 1);
        assert_eq!(longest_text(r#"{"t":"护栏外","n":123456}"#), 3);
        assert_eq!(longest_text(r#"{"t":"a\"b\\","u":""}"#), 4);
    }
}
