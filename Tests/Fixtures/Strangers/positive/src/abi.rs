//! The part of ote_plugin.h that a check needs, written by hand; the asserts at the end hold the layout.
#![allow(dead_code)] // a table is whole, also where this plugin reads only some of it

use std::ffi::{c_char, c_int, c_void};

pub type Status = i32;
pub const OK: Status = 0;
pub const INTERNAL: Status = -1;
pub const INVALID_ARGUMENT: Status = -2;
pub const CONFIG: Status = -3;
pub const NOT_FOUND: Status = -5;
pub const CANCELLED: Status = -7;
pub const DATA: Status = -10;
pub const RESOURCE: Status = -11;

pub const ABI_1_0: u32 = 1 << 16;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    pub ptr: *const u8,
    pub len: u64,
}

impl Str {
    pub fn new(text: &str) -> Str {
        Str { ptr: text.as_ptr(), len: text.len() as u64 }
    }

    /// # Safety
    /// The text must be readable for as long as the result is used: until the call that brought it returns.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.ptr, self.len as usize)
    }
}

#[repr(C)]
pub struct Error {
    pub struct_size: u32,
    pub reserved0: u32,
    pub host_ctx: *mut c_void,
    pub set: unsafe extern "C" fn(*mut Error, Status, u32, Str, Str),
}

#[repr(C)]
pub struct Writer {
    pub struct_size: u32,
    pub reserved0: u32,
    pub ctx: *mut c_void,
    pub write: unsafe extern "C" fn(*mut Writer, Str) -> Status,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi: u32,
    pub host_ctx: *mut c_void,
    pub name: Str,
    pub version: Str,
    pub service: Option<unsafe extern "C" fn(*const Host, Str) -> *const c_void>,
}

#[repr(C)]
pub struct Run {
    opaque: [u8; 0],
}

/// "ote.run/1", as far as this plugin reads it: cancelled is the first field.
#[repr(C)]
pub struct RunService {
    pub struct_size: u32,
    pub reserved0: u32,
    pub cancelled: Option<unsafe extern "C" fn(*mut Run) -> i32>,
}

#[repr(C)]
pub struct InstanceOps {
    pub struct_size: u32,
    pub reserved0: u32,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub query: unsafe extern "C" fn(*mut c_void, Str) -> *const c_void,
    pub interrupt: Option<unsafe extern "C" fn(*mut c_void)>,
}

type BindCheck = unsafe extern "C" fn(
    *mut c_void,
    *mut Run,
    Str,
    *const ArrowSchema,
    u32,
    *const *const ArrowSchema,
    *mut Error,
) -> Status;
type BeginCheck = unsafe extern "C" fn(
    *mut c_void,
    *mut Run,
    Str,
    *const ArrowSchema,
    u32,
    *mut ArrowArrayStream,
    *mut Error,
) -> Status;

#[repr(C)]
pub struct Check {
    pub struct_size: u32,
    pub reserved0: u32,
    pub bind: BindCheck,
    pub begin: BeginCheck,
    pub observe: unsafe extern "C" fn(*mut c_void, *mut Run, *const ArrowArray, i64, *mut Error) -> Status,
    pub finish: unsafe extern "C" fn(*mut c_void, *mut Run, *mut Writer, *mut ArrowArrayStream, *mut Error) -> Status,
}

#[repr(C)]
pub struct Module {
    pub struct_size: u32,
    pub abi_built: u32,
    pub abi_needs: u32,
    pub reserved0: u32,
    pub setup: Option<unsafe extern "C" fn(*const Host, *mut Error) -> Status>,
    pub teardown: Option<unsafe extern "C" fn()>,
    pub describe: unsafe extern "C" fn(*mut Writer) -> Status,
    pub create:
        unsafe extern "C" fn(*const Host, Str, Str, *mut *mut c_void, *mut *const InstanceOps, *mut Error) -> Status,
}

#[repr(C)]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct ArrowArrayStream {
    pub get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    pub private_data: *mut c_void,
}

/// A table or anything else without data of its own that C code may read from any thread.
#[repr(transparent)]
pub struct Table<T>(pub T);
unsafe impl<T> Sync for Table<T> {}

/// The ELF note, what OTE_STAMP() makes in C.
#[repr(C, align(4))]
pub struct Stamp {
    pub sizes_and_type: [u32; 3],
    pub owner: [u8; 4],
    pub words: [u32; 4],
}
pub const STAMP: Stamp =
    Stamp { sizes_and_type: [4, 16, 1], owner: *b"OTE\0", words: [0x5045544F, ABI_1_0, ABI_1_0, 0] };

const _: () = {
    use std::mem::{offset_of, size_of};
    assert!(size_of::<Str>() == 16 && size_of::<Error>() == 24 && size_of::<Writer>() == 24);
    assert!(size_of::<Host>() == 56 && offset_of!(Host, service) == 48);
    assert!(size_of::<InstanceOps>() == 32 && size_of::<Check>() == 40 && size_of::<Module>() == 48);
    assert!(size_of::<ArrowSchema>() == 72 && size_of::<ArrowArray>() == 80 && size_of::<ArrowArrayStream>() == 40);
    assert!(size_of::<Stamp>() == 32);
};
