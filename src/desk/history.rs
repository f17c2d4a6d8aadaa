//! Fetches the whole log of a case, page by page: for the transcript and the replay. The live case
//! may begin with a snapshot; these never do.

use super::api::{Call, Fail};
use case::Stored;
use case::message::Page;

/// The whole log, as the server has it now.
///
/// # Errors
/// The server does not answer, or does not give it.
pub async fn whole(case: &str) -> Result<Vec<Stored>, Fail> {
    let mut log: Vec<Stored> = Vec::new();
    loop {
        let mut path = ["/v1/cases/", case, "/log?after="].concat();
        case::wire::put_int(log.last().map_or(0, |s| s.o) as i64, &mut path);
        let page = Call::default().get::<Page>(&path).await?;
        if page.events.is_empty() {
            return Ok(log);
        }
        log.extend(page.events);
    }
}
