//! The stream of failing rows: {rule: int32, row: int64}, at most CHUNK rows to a batch.

use crate::abi::{ArrowArray, ArrowArrayStream, ArrowSchema};
use std::ffi::{c_char, c_int, c_void, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null_mut;

const CHUNK: usize = 65536;
const OUT_OF_MEMORY: c_int = 12; // ENOMEM: the only errno this stream knows

struct Failing {
    rows: Vec<i64>,
    next: usize,
}

/// A stream over `rows`, all of them under rule 0.
pub fn stream(rows: Vec<i64>) -> ArrowArrayStream {
    ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release_stream),
        private_data: Box::into_raw(Box::new(Failing { rows, next: 0 })).cast(),
    }
}

fn guarded(body: impl FnOnce()) -> c_int {
    catch_unwind(AssertUnwindSafe(body)).map_or(OUT_OF_MEMORY, |()| 0)
}

unsafe extern "C" fn get_schema(_: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    guarded(|| {
        let fields = [field(c"i", c"rule", Vec::new()), field(c"l", c"row", Vec::new())];
        out.write(field(c"+s", c"", fields.into()));
    })
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    guarded(|| {
        let failing = &mut *(*stream).private_data.cast::<Failing>();
        let rows = &failing.rows[failing.next..];
        let count = rows.len().min(CHUNK);
        if count == 0 {
            return out.write(std::mem::zeroed()); // no release: the end
        }
        let columns = vec![
            array(count, Buffer::Rules(vec![0; count]), Vec::new()),
            array(count, Buffer::Rows(rows[..count].to_vec()), Vec::new()),
        ];
        out.write(array(count, Buffer::None, columns));
        failing.next += count;
    })
}

unsafe extern "C" fn get_last_error(_: *mut ArrowArrayStream) -> *const c_char {
    c"No memory for the failing rows.".as_ptr()
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    drop(Box::from_raw((*stream).private_data.cast::<Failing>()));
    (*stream).release = None;
}

// ---- one schema node, one array node: each owns its children and what its pointers point at

struct SchemaNode {
    children: Vec<ArrowSchema>,
    _pointers: Vec<*mut ArrowSchema>,
}

fn field(format: &'static CStr, name: &'static CStr, children: Vec<ArrowSchema>) -> ArrowSchema {
    let mut node = Box::new(SchemaNode { children, _pointers: Vec::new() });
    node._pointers = node.children.iter_mut().map(|child| child as *mut _).collect();
    ArrowSchema {
        format: format.as_ptr(),
        name: name.as_ptr(),
        metadata: std::ptr::null(),
        flags: 0,
        n_children: node.children.len() as i64,
        children: node._pointers.as_mut_ptr(),
        dictionary: null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(node).cast(),
    }
}

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    let mut node = Box::from_raw((*schema).private_data.cast::<SchemaNode>());
    for child in &mut node.children {
        if let Some(release) = child.release {
            release(child);
        }
    }
    (*schema).release = None;
}

enum Buffer {
    None,
    Rules(Vec<i32>),
    Rows(Vec<i64>),
}

struct ArrayNode {
    children: Vec<ArrowArray>,
    pointers: Vec<*mut ArrowArray>,
    buffers: [*const c_void; 2], // validity first: null, as no row is null
    _values: Buffer,
}

fn array(length: usize, values: Buffer, children: Vec<ArrowArray>) -> ArrowArray {
    let (start, n_buffers) = match &values {
        Buffer::None => (std::ptr::null(), 1),
        Buffer::Rules(rules) => (rules.as_ptr().cast(), 2),
        Buffer::Rows(rows) => (rows.as_ptr().cast(), 2),
    };
    let buffers = [std::ptr::null(), start];
    let mut node = Box::new(ArrayNode { children, pointers: Vec::new(), buffers, _values: values });
    node.pointers = node.children.iter_mut().map(|child| child as *mut _).collect();
    ArrowArray {
        length: length as i64,
        null_count: 0,
        offset: 0,
        n_buffers,
        n_children: node.children.len() as i64,
        buffers: node.buffers.as_mut_ptr(),
        children: node.pointers.as_mut_ptr(),
        dictionary: null_mut(),
        release: Some(release_array),
        private_data: Box::into_raw(node).cast(),
    }
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    let mut node = Box::from_raw((*array).private_data.cast::<ArrayNode>());
    for child in &mut node.children {
        if let Some(release) = child.release {
            release(child);
        }
    }
    (*array).release = None;
}
