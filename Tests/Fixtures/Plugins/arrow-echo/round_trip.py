"""Round trips of every Arrow type between pyarrow and PluginKit, in one process through the C data interface.

Usage: round_trip.py <path of libarrow-echo.so>. Prints one line per failure, and how many checks passed."""
import ctypes
import datetime
import decimal
import sys

import pyarrow as pa

library = ctypes.CDLL(sys.argv[1])
SCHEMA, ARRAY = 72, 80


def echo(operation, batch):
    memory = [ctypes.create_string_buffer(size) for size in (SCHEMA, ARRAY, SCHEMA, ARRAY)]
    schema_in, array_in, schema_out, array_out = (ctypes.addressof(block) for block in memory)
    batch._export_to_c(array_in, schema_in)
    message = ctypes.create_string_buffer(2000)
    code = library.arrow_echo(
        operation.encode(), ctypes.c_void_p(schema_in), ctypes.c_void_p(array_in), ctypes.c_void_p(schema_out),
        ctypes.c_void_p(array_out), message, ctypes.c_int64(len(message)))
    # The schema stays ours: importing it is the way to release it.
    pa.Schema._import_from_c(schema_in)
    if code != 0:
        raise ValueError(message.value.decode())
    result = pa.RecordBatch._import_from_c(array_out, schema_out)
    result.validate(full=True)
    return result


def columns():
    """(name, array) for every type, with nulls, empty values and values of both signs."""
    utc = datetime.timezone.utc
    instants = [datetime.datetime(2024, 2, 29, 3, 4, 5, 678000), None, datetime.datetime(1969, 12, 31, 23, 59, 59)]
    instants += [datetime.datetime(1, 1, 1), datetime.datetime(2038, 1, 19, 3, 14, 8), instants[0]]
    words = ["", None, "short", "a text longer than twelve bytes", "naïve 日本語 \U0001f600", "short"]
    yield "null", pa.nulls(6)
    yield "bool", pa.array([True, None, False, True, None, False])
    for bits in (8, 16, 32, 64):
        high = 2 ** (bits - 1) - 1
        yield f"int{bits}", pa.array([0, None, high, -high - 1, 7, -1], getattr(pa, f"int{bits}")())
        yield f"uint{bits}", pa.array([0, None, 2 * high + 1, 1, 7, 100], getattr(pa, f"uint{bits}")())
    yield "float16", pa.array([0.0, None, 1.5, -2.25, 65504.0, 7.0], pa.float32()).cast(pa.float16())
    yield "float32", pa.array([0.0, None, 1.5, -2.25, 3e38, 7.0], pa.float32())
    yield "float64", pa.array([0.1, None, 1.5, -2.25, 1e300, 5e-324])
    for type in (pa.string(), pa.large_string(), pa.string_view()):
        yield str(type), pa.array(words, type)
    for type in (pa.binary(), pa.large_binary(), pa.binary_view()):
        yield str(type), pa.array([None if word is None else word.encode() + b"\xff\x00" for word in words], type)
    yield "fixed_size_binary", pa.array([b"abc", None, b"\x00\x01\x02", b"xyz", b"abc", b"   "], pa.binary(3))
    numbers = [decimal.Decimal(text) if text else None for text in ("0.00", None, "123.45", "-0.01", "-999.99", "1.00")]
    yield "decimal32", pa.array(numbers, pa.decimal32(7, 2))
    yield "decimal64", pa.array(numbers, pa.decimal64(15, 2))
    yield "decimal128", pa.array(numbers[:-1] + [decimal.Decimal("-" + "9" * 36 + ".99")], pa.decimal128(38, 2))
    yield "decimal256", pa.array(numbers[:-1] + [decimal.Decimal("8" * 74 + ".88")], pa.decimal256(76, 2))
    yield "negative scale", pa.array([decimal.Decimal("1200"), None] * 3, pa.decimal128(5, -2))
    dates = [None if value is None else value.date() for value in instants]
    yield "date32", pa.array(dates, pa.date32())
    yield "date64", pa.array(dates, pa.date64())
    times = [datetime.time(0, 0), None, datetime.time(23, 59, 59), datetime.time(1, 2, 3, 400000)] + [None] * 2
    yield "time32 s", pa.array([None if t is None else t.replace(microsecond=0) for t in times], pa.time32("s"))
    yield "time32 ms", pa.array(times, pa.time32("ms"))
    yield "time64 us", pa.array(times, pa.time64("us"))
    yield "time64 ns", pa.array([1, None, 86_399_999_999_999, 2, 3, 0], pa.time64("ns"))
    for unit in ("s", "ms", "us"):
        moments = [None if v is None else v.replace(microsecond=0) if unit == "s" else v for v in instants]
        yield f"timestamp {unit}", pa.array(moments, pa.timestamp(unit))
        yield f"timestamp {unit} utc", pa.array(
            [None if v is None else v.replace(tzinfo=utc) for v in moments], pa.timestamp(unit, "UTC"))
        yield f"timestamp {unit} offset", pa.array([0, None, -1, 5, 10**9, 7], pa.timestamp(unit, "-03:30"))
        yield f"timestamp {unit} zone", pa.array([0, None, -1, 5, 10**9, 7], pa.timestamp(unit, "Europe/Berlin"))
    yield "timestamp ns", pa.array([0, None, -1, 2**62, 10**9, 7], pa.timestamp("ns", "UTC"))
    for unit in ("s", "ms", "us", "ns"):
        yield f"duration {unit}", pa.array([0, None, -1, 5, 10**12, 7], pa.duration(unit))
    intervals = [(1, -2, 3), None, (0, 0, 0), (-5, 6, -7), None, (1, 1, 1)]
    yield "interval", pa.array(intervals, pa.month_day_nano_interval())
    lists = [[1, None, 3], None, [], [4], [5, 6], [7]]
    for make in (pa.list_, pa.large_list, pa.list_view, pa.large_list_view):
        type = make(pa.int32())
        yield str(type), pa.array(lists, type)
        yield f"nested {type}", pa.array(
            [[["a", None], None, []], None, [], [["b"]], [["c", "naïve"]], [[]]], make(make(pa.string())))
    yield "fixed list", pa.array([[1, 2], None, [3, None], [4, 5], [6, 7], [8, 9]], pa.list_(pa.int16(), 2))
    rows = [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 2, "b": None}, {"a": 3, "b": ""}, {"a": 4, "b": "z"}]
    yield "struct", pa.array(rows, pa.struct([("a", pa.int64()), ("b", pa.string())]))
    yield "list of struct", pa.array([rows, None, [], rows[:2], rows[2:], [None]],
                                     pa.list_(pa.struct([("a", pa.int64()), ("b", pa.string_view())])))
    yield "map", pa.array([[("a", 1), ("b", None)], None, [], [("c", 3)], [("d", 4)], [("e", 5)]],
                          pa.map_(pa.string(), pa.int32()))
    yield "map of numbers", pa.array([[(1, ["x"]), (2, None)], None, [], [(3, [])], [(4, ["y"])], [(5, ["z"])]],
                                     pa.map_(pa.int32(), pa.list_(pa.string())))
    yield "dictionary", pa.array(words, pa.string()).dictionary_encode()
    for index in (pa.int8(), pa.uint16(), pa.int64()):
        yield f"dictionary {index}", pa.array([5, None, 5, 6, 7, 6], pa.int64()).dictionary_encode().cast(
            pa.dictionary(index, pa.int64()))
    yield "runs", pa.RunEndEncodedArray.from_arrays(
        pa.array([2, 3, 6], pa.int32()), pa.array(["a", None, "long enough for a view"]))
    yield "runs of int16", pa.RunEndEncodedArray.from_arrays(pa.array([1, 6], pa.int16()), pa.array([1.5, 2.5]))
    types = pa.array([0, 1, 0, 1, 0, 1], pa.int8())
    yield "sparse union", pa.UnionArray.from_sparse(
        types, [pa.array([1, 2, None, 4, 5, 6]), pa.array(["a", "b", "c", None, "e", "f"])], ["n", "s"])
    yield "dense union", pa.UnionArray.from_dense(
        types, pa.array([0, 0, 1, 1, 2, 2], pa.int32()),
        [pa.array([1, None, 3]), pa.array(["a", None, "c"])], ["n", "s"])
    yield "union ids", pa.UnionArray.from_dense(
        pa.array([7, 3, 7, 3, 7, 3], pa.int8()), pa.array([0, 0, 1, 1, 2, 2], pa.int32()),
        [pa.array([1, 2, 3]), pa.array([True, None, False])], ["n", "b"], [7, 3])


def expected(operation, batch):
    rows = batch.num_rows
    values = listed(batch)
    if "slice" in operation:
        values = values[1:-1]
        if operation.startswith("take"):
            values.reverse()
    elif operation == "take":
        values = values[::-1] + values
    elif operation == "select":
        values = [dict(reversed(row.items())) for row in values]
    return values


def listed(batch):
    """to_pylist, around faults of pyarrow 21: a sliced sparse union lists nulls, its type_codes are not sliced."""
    rows = batch.to_pylist()
    for name, column in zip(batch.schema.names, batch.columns):
        if pa.types.is_union(column.type) and column.type.mode == "sparse":
            ids = column.type.type_codes
            members = [column.field(index).to_pylist() for index in range(len(ids))]
            codes = bytes(column.buffers()[1])[column.offset:column.offset + len(column)]
            for row, id in enumerate(codes):
                rows[row][name] = members[ids.index(id)][row]
    return rows


failures = passed = 0


def check(name, condition, detail=""):
    global failures, passed
    if condition:
        passed += 1
    else:
        failures += 1
        print(f"FAIL {name}: {detail}")


def same(first, second):
    return repr(first) == repr(second)


operations = ["export", "slice", "take", "take of slice", "select", "codec", "codec of slice", "json"]
for name, array in columns():
    for offset in (0, 3):
        source = array if offset == 0 else pa.concat_arrays([array, array]).slice(offset, 6) \
            if not (pa.types.is_union(array.type) or pa.types.is_run_end_encoded(array.type)) else array.slice(1)
        batch = pa.RecordBatch.from_arrays([source, pa.array(range(len(source)))], [name, "row"])
        for operation in operations:
            label = f"{name}, offset {offset}, {operation}"
            try:
                result = echo(operation, batch)
            except Exception as error:
                check(label, False, error)
                continue
            if operation == "select":
                check(label, result.schema.names == ["row", name], result.schema.names)
                result = result.select([name, "row"])
            check(f"{label}: schema", result.schema.equals(batch.schema, check_metadata=True), result.schema)
            if operation == "export":
                check(f"{label}: equals", result.equals(batch), result)
            rows = listed(result) if not name.endswith(" ns") else None
            if rows is None:
                want = pa.table([batch.column(0)], ["x"]).column(0).cast(pa.int64()).to_pylist()
                want = {"slice": want[1:-1], "codec of slice": want[1:-1], "take": want[::-1] + want,
                        "take of slice": want[1:-1][::-1]}.get(operation, want)
                got = result.column(0).cast(pa.int64()).to_pylist()
                check(label, got == want, f"{got} where {want}")
            else:
                want = expected("slice" if operation == "codec of slice" else operation, batch)
                if operation == "select":
                    want = listed(batch)
                check(label, same(rows, want), f"{rows} where {want}")

# Whole batches: many columns, none, no rows, metadata, fields that are not nullable.
everything = dict(columns())
batch = pa.RecordBatch.from_arrays(list(everything.values()), list(everything))
for operation in operations:
    try:
        result = echo(operation, batch)
        check(f"everything, {operation}", operation != "export" or result.equals(batch))
    except Exception as error:
        check(f"everything, {operation}", False, error)
for name, array in everything.items():
    empty = pa.RecordBatch.from_arrays([array.slice(0, 0)], [name])
    for operation in ("export", "take", "codec", "json"):
        try:
            check(f"empty {name}, {operation}", echo(operation, empty).num_rows == 0)
        except Exception as error:
            check(f"empty {name}, {operation}", False, error)
fields = pa.schema([pa.field("a", pa.int32(), nullable=False, metadata={"unit": "kg", "ö": "ß"}),
                    pa.field("l", pa.list_(pa.field("element", pa.int8(), nullable=False)))],
                   metadata={"origin": "test"})
batch = pa.RecordBatch.from_arrays(
    [pa.array([1, 2, 3], pa.int32()), pa.array([[1], [], [2, 3]], fields[1].type)], schema=fields)
result = echo("export", batch)
check("metadata", result.schema.equals(fields, check_metadata=True), result.schema)
check("none", echo("export", pa.RecordBatch.from_arrays([], [])).num_columns == 0)
texts = {
    "2023-11-14T22:13:20.123456Z": pa.array([1700000000123456], pa.timestamp("us", "UTC")),
    "-1.50": pa.array([decimal.Decimal("-1.50")]), "": pa.array([None], pa.int8()), "x": pa.array(["x"]),
    "[1,2]": pa.array([[1, 2]]), "2024-02-29": pa.array([datetime.date(2024, 2, 29)]),
}
for want, array in texts.items():
    got = echo("text", pa.RecordBatch.from_arrays([array], ["x"])).column(0).to_pylist()
    check(f"text of {array.type}", got == [want], f"{got} where {want}")
check("no memory of Arrow's is held", pa.total_allocated_bytes() < 1_000_000, pa.total_allocated_bytes())
print(f"{passed} passed, {failures} failed")
sys.exit(1 if failures else 0)
