//! Keeps panics on this side: a panic that leaves an `extern "C"` function ends the process.

use crate::abi::{self, Error, Status, Str};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// A failure with words a person can act on. `details` is a JSON object or empty.
pub struct Failure {
    pub status: Status,
    pub message: String,
    pub details: String,
}

impl Failure {
    pub fn new(status: Status, message: impl Into<String>) -> Failure {
        Failure { status, message: message.into(), details: String::new() }
    }

    /// A setting the user can fix; `pointer` is where it stands in the configuration.
    pub fn config(pointer: &str, message: impl Into<String>) -> Failure {
        Failure { details: format!("{{\"path\": \"{pointer}\"}}"), ..Failure::new(abi::CONFIG, message) }
    }
}

/// Runs the body of one call of the contract and reports what it answers, or that it panicked.
///
/// # Safety
/// `error` must be the one the host gave to this call.
pub unsafe fn call(error: *mut Error, body: impl FnOnce() -> Result<(), Failure>) -> Status {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return abi::OK,
        Ok(Err(failure)) => failure,
        Err(panic) => Failure::new(abi::INTERNAL, format!("The plugin positive panicked: {}.", words(&*panic))),
    };
    ((*error).set)(error, failure.status, 0, Str::new(&failure.message), Str::new(&failure.details));
    failure.status
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words")
}
