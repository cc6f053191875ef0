//! The processes in which the emulator runs the functions. They are killed as Lambda may kill them, stopped between two
//! steps, and measured.

use crate::stack::Stack;
use procfs::process::{Process, all_processes};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::fs;
use std::time::Duration;

impl Stack {
    /// The processes of a function of this stack.
    pub(crate) fn workers(&self, function: &str) -> Vec<Process> {
        let is_ours = |process: &Process| {
            // A process that has ended, or is somebody else's, has no environment to read.
            process.environ().is_ok_and(|variables| {
                let is = |name: &str, value: &str| {
                    variables.get(OsStr::new(name)).is_some_and(|found| found.as_os_str() == OsStr::new(value))
                };
                is("AWS_LAMBDA_FUNCTION_NAME", function) && is("AWS_ENDPOINT_URL", self.at.emulated())
            })
        };
        all_processes().unwrap().filter_map(Result::ok).filter(is_ours).collect()
    }

    /// Ends every process of a function as Lambda does: without a word.
    pub(crate) fn kill(&self, function: &str) {
        signal(&self.workers(function), Signal::KILL);
    }

    /// Begins anew to note the most memory that each process of a function has.
    pub(crate) fn forget_peak_memory(&self, function: &str) {
        for worker in self.workers(function) {
            // A worker may have ended by itself. 5 means the peak, see proc(5).
            let _ = fs::write(format!("/proc/{}/clear_refs", worker.pid()), "5");
        }
    }

    /// The time of a processor that the processes of a function have used.
    pub(crate) fn processor_time(&self, function: &str) -> Duration {
        let ticks = self.workers(function).into_iter().filter_map(|worker| worker.stat().ok());
        let ticks: u64 = ticks.map(|stat| stat.utime + stat.stime).sum();
        Duration::from_millis(ticks * 1000 / procfs::ticks_per_second())
    }

    /// The most memory that any process of a function has had, in MiB.
    pub(crate) fn peak_memory(&self, function: &str) -> u64 {
        let peaks = self.workers(function).into_iter().filter_map(|worker| worker.status().ok()?.vmhwm);
        peaks.max().unwrap() / 1024
    }
}

pub(crate) fn signal(workers: &[Process], signal: Signal) {
    for worker in workers {
        // A worker may have ended by itself.
        let _ = kill_process(Pid::from_raw(worker.pid()).unwrap(), signal);
    }
}
