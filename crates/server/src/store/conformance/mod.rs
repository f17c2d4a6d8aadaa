//! What every store must do, as functions over any store. A store's own test file calls
//! [`store_conformance!`](crate::store_conformance) with its constructor, and nothing else has to
//! know which store it is.

pub mod kit;
pub mod log;
pub mod order;
pub mod owner;
pub mod people;

use super::Store;
use async_trait::async_trait;
use std::sync::Arc;

/// A store under test, and the faults it can be put through.
#[async_trait]
pub trait Fixture: Send {
    /// The store.
    fn store(&self) -> Arc<dyn Store>;
    /// Stops and starts on the same data.
    async fn reopen(&mut self);
    /// Stops and starts as after a restored backup.
    async fn restore(&mut self);
}

/// Makes one test of each rule. The argument is an async function that gives a fresh [`Fixture`].
#[macro_export]
macro_rules! store_conformance {
    ($make:path) => {
        $crate::store_conformance! { $make,
            log: a_case_begins_with_opened, every_role_says_what_it_may, devices_are_bound,
                 a_refused_event_uses_up_its_number, kinds_of_newer_builds_are_kept,
                 a_full_case_takes_no_more, the_desks_line_follows_the_case;
            order: keys_and_numbers, tails_and_snapshots, a_restart_changes_nothing,
                   many_at_once_leave_no_gap, any_delivery_ends_in_the_same_log;
            people: an_invitation_works_once, old_invitations_do_not_work,
                    photos_are_received_once, a_case_has_room_for_so_many_photos,
                    agents_are_made_by_a_token, sessions_end;
            owner: one_of_many_takes_the_case, a_case_changes_hands, a_long_log_is_read_whole,
                   colleagues_are_known;
        }
    };
    ($make:path, $( $group:ident : $( $name:ident ),* ; )*) => {
        $( $(
            #[tokio::test]
            async fn $name() {
                let mut fixture = $make().await;
                $crate::store::conformance::$group::$name(&mut fixture).await;
            }
        )* )*
    };
}
