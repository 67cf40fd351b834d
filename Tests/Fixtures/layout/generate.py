#!/usr/bin/env python3
"""Writes layout-1.1.golden (what a C compiler says) and PluginAPI/CPluginABI/layout.c (what must stay so).

Run it after a change to the header; a frozen line that changes is a break of the ABI.
With --check it writes nothing and fails when the files differ from what it would write."""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[3]
include = root / "PluginAPI/CPluginABI/include"
golden_file = root / "Tests/Fixtures/layout/layout-1.1.golden"
layout_file = root / "PluginAPI/CPluginABI/layout.c"


def structs(name):
    """(type as C spells it, fields) of every struct defined in a header."""
    text = re.sub(r"/\*.*?\*/", "", (include / name).read_text(), flags=re.S)
    text = re.sub(r"^[ \t]*#.*(\\\n.*)*$", "", text, flags=re.M)
    for match in re.finditer(r"(typedef )?struct (\w+) \{(.*?)\n?\}", text, flags=re.S):
        spelling = match[2] if match[1] else f"struct {match[2]}"
        yield spelling, [field for part in match[3].split(";") for field in declared(part)]


def declared(part):
    """The names one declaration declares."""
    part = part.strip()
    if not part:
        return []
    pointer = re.search(r"\(\*(\w+)\)", part)
    if pointer:
        return [pointer[1]]
    return [re.search(r"(\w+)\s*$", name)[1] for name in part.split(",")]


def measure(types):
    lines = ['#include "ote_plugin.h"', "#include <stdio.h>", "int main(void) {"]
    for spelling, fields in types:
        lines.append(f'printf("sizeof {spelling} %zu\\n", sizeof({spelling}));')
        for field in fields:
            lines.append(f'printf("offsetof {spelling} {field} %zu\\n", offsetof({spelling}, {field}));')
    lines.append("return 0; }")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "layout.c")
        source.write_text("\n".join(lines))
        program = pathlib.Path(folder, "layout")
        subprocess.run(["cc", "-std=c11", f"-I{include}", "-o", program, source], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout


def assertions(golden):
    lines = [
        "// Frozen layout of ote_plugin.h: a field that moves stops the build (Docs/decisions/0001-plugin-abi.md).",
        "// Written by Tests/Fixtures/layout/generate.py.",
        '#include "ote_plugin.h"',
        "",
    ]
    for line in golden.splitlines():
        words = line.split()
        value = words[-1]
        if words[0] == "sizeof":
            lines.append(f"_Static_assert(sizeof({' '.join(words[1:-1])}) == {value}, \"{line}\");")
        else:
            spelling = " ".join(words[1:-2])
            lines.append(f"_Static_assert(offsetof({spelling}, {words[-2]}) == {value}, \"{line}\");")
    return "\n".join(lines) + "\n"


golden = measure([*structs("ote_arrow.h"), *structs("ote_plugin.h")])
if "--check" in sys.argv:
    if golden_file.read_text() != golden or layout_file.read_text() != assertions(golden):
        sys.exit("the layout differs from layout-1.1.golden; see Docs/decisions/0001-plugin-abi.md")
else:
    golden_file.write_text(golden)
    layout_file.write_text(assertions(golden))
