//! The desk's page.

fn main() {
    nightwatch::desk::start();
}
