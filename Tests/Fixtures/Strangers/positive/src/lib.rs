//! The plugin positive: one check, without a crate. This file is the module: stamp, entry, descriptor, create.

mod abi;
mod boundary;
mod check;
mod failing;
mod json;

use abi::{Error, Host, InstanceOps, Module, Stamp, Status, Str, Table, Writer};
use boundary::{call, Failure};
use check::Positive;
use std::ffi::c_void;
use std::mem::size_of;
use std::panic::catch_unwind;

#[used]
#[link_section = ".note.ote"]
static STAMP: Stamp = abi::STAMP;

const DESCRIPTOR: &str = r#"{"descriptor": 1, "name": "positive", "version": "1.0.0", "title": "Positive",
 "components": [
  {"name": "positive", "kind": "check", "title": "Positive values",
   "summary": "Every number of a column is greater than 0.",
   "docs": "Works on int64 and float64. Nulls pass, NaN fails.",
   "inputs": [{"name": "table", "type": "table"}], "outputs": [{"name": "table", "type": "table"}],
   "config": {"type": "object", "additionalProperties": false, "required": ["column"],
    "properties": {"column": {"type": "string", "title": "Column", "minLength": 1}}},
   "config_version": 1,
   "examples": [{"title": "Prices", "config": {"column": "price"}}],
   "deterministic": true}]}"#;

static MODULE: Table<Module> = Table(Module {
    struct_size: size_of::<Module>() as u32,
    abi_built: abi::ABI_1_0,
    abi_needs: abi::ABI_1_0,
    reserved0: 0,
    setup: None,
    teardown: None,
    describe,
    create,
});

static OPERATIONS: Table<InstanceOps> =
    Table(InstanceOps { struct_size: size_of::<InstanceOps>() as u32, reserved0: 0, destroy, query, interrupt: None });

/// The one exported symbol.
#[no_mangle]
pub extern "C" fn ote_module_v1(host_abi: u32) -> *const Module {
    if host_abi >> 16 == 1 {
        &MODULE.0
    } else {
        std::ptr::null()
    }
}

unsafe extern "C" fn describe(writer: *mut Writer) -> Status {
    ((*writer).write)(writer, Str::new(DESCRIPTOR))
}

unsafe extern "C" fn create(
    host: *const Host,
    component: Str,
    config: Str,
    out: *mut *mut c_void,
    operations: *mut *const InstanceOps,
    error: *mut Error,
) -> Status {
    call(error, || {
        if component.bytes() != b"positive" {
            return Err(Failure::new(abi::NOT_FOUND, "positive has one component: positive."));
        }
        let column = json::member(config.bytes(), "column").filter(|column| !column.is_empty());
        let column = column.ok_or_else(|| Failure::config("/column", "column has to name a column."))?;
        let runs = (*host).service.map_or(std::ptr::null(), |service| service(host, Str::new("ote.run/1")));
        out.write(Box::into_raw(Box::new(Positive::new(column, runs.cast()))).cast());
        operations.write(&OPERATIONS.0);
        Ok(())
    })
}

unsafe extern "C" fn destroy(instance: *mut c_void) {
    let _ = catch_unwind(|| drop(Box::from_raw(instance.cast::<Positive>())));
}

unsafe extern "C" fn query(_: *mut c_void, id: Str) -> *const c_void {
    if id.bytes() == b"ote.check/1" {
        (&raw const check::TABLE.0).cast()
    } else {
        std::ptr::null()
    }
}
