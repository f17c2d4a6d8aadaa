//! Another device of the driver comes into the case by a one-time token: the device that has the
//! case invites, the other one joins. The token travels in a QR code, never through the server;
//! the server gets its hash.

use super::http::{Ask, Reply};
use super::inner;
use super::inner::Inner;
use super::mint;
use super::outbox::case_path;
use super::photos::sha256;
use super::tail::News;
use super::view::NotJoined;
use crate::js;
use case::event::Face;
use case::message::{Code, Fault, Invite, Join};
use case::wire::to_json;
use case::{Event, id};

/// What the fragment begins with.
const MARK: &str = "j=";

/// SHA-256 of a token's text.
async fn hash(token: &str) -> Option<String> {
    let bytes = js_sys::Uint8Array::from(token.as_bytes());
    sha256(&bytes.buffer()).await
}

/// Case and token of a fragment.
fn parse(fragment: &str) -> Option<(&str, &str)> {
    let text = fragment.trim().trim_start_matches('#');
    let (case, token) = text.strip_prefix(MARK)?.split_once('.')?;
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let token_fits = token.len() == 43 && token.bytes().all(good);
    (id::is_uuid(case) && token_fits).then_some((case, token))
}

fn why(reply: Option<&Reply>) -> NotJoined {
    let Some(refusal) = reply.and_then(Reply::refusal) else {
        return NotJoined::Away;
    };
    match refusal.fault {
        Fault::Expired => NotJoined::Expired,
        Fault::Denied | Fault::Missing => NotJoined::Denied,
        Fault::Slow => NotJoined::Slow(refusal.after.unwrap_or(60)),
        Fault::Bad | Fault::TooLarge | Fault::NotAPhoto | Fault::Hash => NotJoined::Malformed,
        Fault::Storage => NotJoined::Away,
    }
}

impl Inner {
    /// The case, once the server had a chance to hear of it: it lets nobody into what it does not know.
    async fn told(&self) -> Result<String, NotJoined> {
        let case = self.case().ok_or(NotJoined::NoCase)?;
        if self.own.borrow().is_empty() && self.replica.borrow().top() == 0 {
            self.send_case(&case, inner::NOW).await;
        }
        Ok(case)
    }

    /// See `CaseLink::code`.
    pub async fn code(&self) -> Result<Code, NotJoined> {
        let case = self.told().await?;
        let reply = self.post(&case_path(&case, "/code"), String::from("{}")).await;
        let code = reply.as_ref().filter(|r| r.status == 200).map(|r| js::read::<Code>(&r.text));
        code.and_then(Result::ok).ok_or_else(|| why(reply.as_ref()))
    }

    /// See `CaseLink::invite`.
    pub async fn invite(&self) -> Result<String, NotJoined> {
        let case = self.told().await?;
        let token = mint::token();
        let hash = hash(&token).await.ok_or(NotJoined::Away)?;
        let path = case_path(&case, "/invites");
        let reply = self.post(&path, to_json(&Invite { hash })).await;
        if reply.as_ref().is_none_or(|r| r.status != 204) {
            return Err(why(reply.as_ref()));
        }
        let mut fragment = String::from(MARK);
        fragment.push_str(&case);
        fragment.push('.');
        fragment.push_str(&token);
        Ok(fragment)
    }

    /// See `CaseLink::join`.
    pub async fn join(&self, fragment: &str, face: Face) -> Result<(), NotJoined> {
        let (case, invite) = parse(fragment).ok_or(NotJoined::Malformed)?;
        if self.shows(case) {
            return Ok(());
        }
        let hash = hash(&self.token).await.ok_or(NotJoined::Away)?;
        let (case, invite) = (String::from(case), String::from(invite));
        let join = Join { case: case.clone(), invite, hash };
        let reply = self.post("/v1/join", to_json(&join)).await;
        if reply.as_ref().is_none_or(|r| r.status != 204) {
            return Err(why(reply.as_ref()));
        }
        // Only a log that could be read proves that this device is in.
        let reply = self.poll(&case, 0, 0).await;
        let news = reply.as_ref().and_then(|r| News::read(&r.text));
        let Some(news) = news else {
            return Err(why(reply.as_ref()));
        };
        self.new_case().await;
        self.take_up(&case, None).await;
        self.take(&case, news, 0).await;
        // A device has one voice in a case: joining again after a reload says nothing new.
        let here = self.replica.borrow().state(case::Role::Driver);
        if !here.devices.iter().any(|d| d.d == self.device) {
            // Cannot fail: the case is set and the event is small.
            let _ = self.record(Event::Joined { face }, None).await;
        }
        self.wake();
        Ok(())
    }

    async fn post(&self, path: &str, body: String) -> Option<Reply> {
        let ask = Ask {
            method: "POST",
            path,
            token: &self.token,
            body: body.into(),
            range: None,
            ms: super::plan::patience(0),
        };
        self.ask_slot.ask(ask).await
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_whole_invitations_are_read() {
        let case = "01923456-789a-7fff-bfff-ffffffffffff";
        let token = "A".repeat(43);
        let whole = format!("#j={case}.{token}");
        assert_eq!(parse(&whole), Some((case, token.as_str())));
        assert_eq!(parse(&whole[1..]), Some((case, token.as_str())));
        for bad in ["", "#j=", &whole[..60], &whole.replace('A', "/"), "#where"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
