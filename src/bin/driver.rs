//! The driver's page. A panic is told to the plain page, which then stands alone; what it said is
//! kept for the desk until the next start.

use nightwatch::driver::start;

fn main() {
    std::panic::set_hook(Box::new(start::panicked));
    nightwatch::ui::dom::task(start::start());
}
