//! The driver's page. A panic is told to the plain page, which then stands alone; what it said is
//! kept for the desk until the next start.

fn main() {
    std::panic::set_hook(Box::new(|panic| nightwatch::driver::start::panicked(panic)));
    leptos::task::spawn_local(nightwatch::driver::start::start());
}
