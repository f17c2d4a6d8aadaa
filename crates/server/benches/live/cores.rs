//! What the machine gives a process: one core, as many files as allowed. Only where the system can
//! be asked; elsewhere the figures are those of a machine without bounds.

/// Keeps this process, and the threads it makes from now on, on one core, if there is more than one.
#[cfg(target_os = "linux")]
pub fn pin(core: usize) {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    if cores < 2 {
        return;
    }
    // SAFETY: an all-zero set is a valid empty one, and the calls only read and write it.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(core % cores, &mut set);
        libc::sched_setaffinity(0, std::mem::size_of_val(&set), &set);
    }
}

/// Lets this process, and those it starts, have as many files open as it may.
#[cfg(target_os = "linux")]
pub fn raise_files() {
    // SAFETY: the struct is plain data that the first call fills.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}

/// Lets other threads go first, where there is not time for all.
#[cfg(target_os = "linux")]
pub fn give_way() {
    // SAFETY: takes numbers alone; 0 is the calling thread.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) };
}

#[cfg(not(target_os = "linux"))]
pub fn give_way() {}

#[cfg(not(target_os = "linux"))]
pub fn pin(_: usize) {}

#[cfg(not(target_os = "linux"))]
pub fn raise_files() {}

/// The load average of the last minute, as the system says it.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").into()
}
