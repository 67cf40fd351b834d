//! The check `positive`: every number of one column is greater than 0. Nulls pass; NaN fails.

use crate::abi::{self, ArrowArray, ArrowArrayStream, ArrowSchema, Error, Run, RunService, Status, Str, Table, Writer};
use crate::boundary::{call, Failure};
use crate::{failing, json};
use std::ffi::{c_void, CStr};

pub struct Positive {
    column: String,
    runs: *const RunService,
    target: Option<Target>,
    rows: i64,
    failing: Vec<i64>,
}

/// Where the column stands in the table, and how its values read.
#[derive(Clone, Copy)]
struct Target {
    index: usize,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Integer,
    Double,
}

impl Positive {
    pub fn new(column: String, runs: *const RunService) -> Positive {
        Positive { column, runs, target: None, rows: 0, failing: Vec::new() }
    }

    unsafe fn locate(&self, table: &ArrowSchema) -> Result<Target, Failure> {
        for index in 0..table.n_children as usize {
            let field = &**table.children.add(index);
            if field.name.is_null() || CStr::from_ptr(field.name).to_bytes() != self.column.as_bytes() {
                continue;
            }
            let kind = match CStr::from_ptr(field.format).to_bytes() {
                b"l" if field.dictionary.is_null() => Kind::Integer,
                b"g" => Kind::Double,
                _ => {
                    let message = format!("Column '{}' is neither int64 nor float64.", self.column);
                    return Err(Failure::config("/column", message));
                }
            };
            return Ok(Target { index, kind });
        }
        Err(Failure::config("/column", format!("The input has no column '{}'.", self.column)))
    }

    unsafe fn observe(&mut self, run: *mut Run, batch: &ArrowArray, first_row: i64) -> Result<(), Failure> {
        if self.cancelled(run) {
            return Err(Failure::new(abi::CANCELLED, "Stopped as asked."));
        }
        let target = self.target.ok_or_else(|| Failure::new(abi::INVALID_ARGUMENT, "observe came before begin."))?;
        let column = &**batch.children.add(target.index);
        let validity = (*column.buffers).cast::<u8>();
        let values = *column.buffers.add(1);
        self.rows += batch.length;
        for row in 0..batch.length {
            let at = (column.offset + batch.offset + row) as usize;
            if !validity.is_null() && *validity.add(at >> 3) >> (at & 7) & 1 == 0 {
                continue;
            }
            let passed = match target.kind {
                Kind::Integer => *values.cast::<i64>().add(at) > 0,
                Kind::Double => *values.cast::<f64>().add(at) > 0.0,
            };
            if !passed {
                self.failing.push(first_row + row); // all of them, in order: batches come in order
            }
        }
        Ok(())
    }

    unsafe fn cancelled(&self, run: *mut Run) -> bool {
        // The reading rule: touch a field only where struct_size says it is there.
        !self.runs.is_null()
            && (*self.runs).struct_size as usize >= std::mem::size_of::<RunService>()
            && (*self.runs).cancelled.is_some_and(|cancelled| cancelled(run) != 0)
    }

    fn report(&self) -> String {
        let (failed, column) = (self.failing.len(), json::quoted(&self.column));
        let share = if self.rows == 0 { 0.0 } else { failed as f64 / self.rows as f64 };
        let message = match failed {
            0 => format!("All values of '{}' are greater than 0 or null.", self.column),
            1 => format!("1 of {} rows has a value of '{}' that is not greater than 0.", self.rows, self.column),
            _ => {
                format!("{failed} of {} rows have a value of '{}' that is not greater than 0.", self.rows, self.column)
            }
        };
        format!(
            "{{\"findings\": [{{\"rule\": \"positive\", \"column\": {column}, \"severity\": \"error\", \
             \"passed\": {}, \"observed\": {share}, \"limit\": 0, \"unit\": \"share\", \"failing_rows\": {failed}, \
             \"message\": {}}}], \
             \"report\": {{\"title\": \"Positive values\", \"metrics\": [\
             {{\"name\": \"rows\", \"value\": {}, \"unit\": \"rows\"}}, \
             {{\"name\": \"failing_rows\", \"value\": {failed}, \"unit\": \"rows\"}}], \
             \"tables\": [], \"charts\": [], \"text\": \"\"}}}}",
            failed == 0,
            json::quoted(&message),
            self.rows
        )
    }
}

pub static TABLE: Table<abi::Check> = Table(abi::Check {
    struct_size: std::mem::size_of::<abi::Check>() as u32,
    reserved0: 0,
    bind,
    begin,
    observe,
    finish,
});

unsafe fn of<'a>(instance: *mut c_void) -> &'a mut Positive {
    &mut *instance.cast::<Positive>() // calls are [serial]: nobody else holds it
}

unsafe extern "C" fn bind(
    instance: *mut c_void,
    _: *mut Run,
    _: Str,
    table: *const ArrowSchema,
    _: u32,
    _: *const *const ArrowSchema,
    error: *mut Error,
) -> Status {
    call(error, || of(instance).locate(&*table).map(|_| ()))
}

unsafe extern "C" fn begin(
    instance: *mut c_void,
    _: *mut Run,
    _: Str,
    table: *const ArrowSchema,
    count: u32,
    references: *mut ArrowArrayStream,
    error: *mut Error,
) -> Status {
    call(error, || {
        for index in 0..count as usize {
            let reference = references.add(index); // ours from entry on; this check wants none
            if let Some(release) = (*reference).release {
                release(reference);
            }
        }
        let positive = of(instance);
        positive.target = Some(positive.locate(&*table)?);
        positive.rows = 0;
        positive.failing.clear();
        Ok(())
    })
}

unsafe extern "C" fn observe(
    instance: *mut c_void,
    run: *mut Run,
    batch: *const ArrowArray,
    first_row: i64,
    error: *mut Error,
) -> Status {
    call(error, || of(instance).observe(run, &*batch, first_row))
}

unsafe extern "C" fn finish(
    instance: *mut c_void,
    _: *mut Run,
    writer: *mut Writer,
    failing: *mut ArrowArrayStream,
    error: *mut Error,
) -> Status {
    call(error, || {
        let positive = of(instance);
        if ((*writer).write)(writer, Str::new(&positive.report())) < 0 {
            return Err(Failure::new(abi::RESOURCE, "The host took no more of the report."));
        }
        if !positive.failing.is_empty() {
            failing.write(failing::stream(std::mem::take(&mut positive.failing)));
        }
        Ok(())
    })
}
