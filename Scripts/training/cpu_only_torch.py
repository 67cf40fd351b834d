#!/usr/bin/env python3
"""Makes PyPI's torch importable without the CUDA libraries: `cpu_only_torch.py SITE-PACKAGES`.

The only torch wheel on PyPI is linked against 3 GB of CUDA libraries, so the loader wants them even where no GPU is.
A library that is missing gets a stand-in: its name, its symbol versions, and functions that end the process with a
sentence. Nothing calls them: without a driver torch.cuda.is_available() is false.
"""
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Symbols of these libraries carry no version that would tell where they belong.
UNVERSIONED = {"nccl": "libnccl.so.2", "cusparseLt": "libcusparseLt.so.0"}
SYSTEM = re.compile(r"^(libc|libm|libdl|librt|libpthread|libgcc_s|libstdc\+\+|ld-linux[^.]*)\.so")
WORDS = "This torch was set up for the CPU alone. For a GPU run Scripts/setup-training.sh --gpu.\\n"


def elf(reader, option, path):
    return subprocess.run([reader, option, "--wide", str(path)], check=True, capture_output=True, text=True).stdout


def versions(reader, path):
    """symbol version -> the library that defines it"""
    library, owners = None, {}
    for line in elf(reader, "--version-info", path).splitlines():
        if found := re.search(r"File: (\S+)", line):
            library = found.group(1)
        elif (found := re.search(r"Name: (\S+)\s+Flags", line)) and library:
            owners[found.group(1)] = library
    return owners


def wanted_symbols(reader, path):
    owners = versions(reader, path)
    for line in elf(reader, "--dyn-syms", path).splitlines():
        parts = line.split()
        if len(parts) < 8 or parts[6] != "UND":
            continue
        name, _, version = parts[7].partition("@")
        version = version.lstrip("@")
        library = owners.get(version) if version else next(
            (library for prefix, library in UNVERSIONED.items() if name.startswith(prefix)), None)
        if library:
            yield library, name, version


def build(compiler, folder, library, symbols):
    names = sorted({name for name, _ in symbols})
    marks = sorted({version for _, version in symbols if version})
    with tempfile.TemporaryDirectory() as work:
        source, script = pathlib.Path(work, "absent.c"), pathlib.Path(work, "versions.map")
        source.write_text(
            "#include <stdio.h>\n#include <stdlib.h>\n"
            f'static void absent(void) {{ fputs("{WORDS}", stderr); abort(); }}\n'
            + "".join(f"void {name}(void) {{ absent(); }}\n" for name in names))
        script.write_text("".join(f"{mark} {{ global: *; }};\n" for mark in marks))
        command = [compiler, "-w", "-fno-builtin", "-shared", "-fPIC", str(source), "-o", str(folder / library),
                   f"-Wl,-soname,{library}"]
        subprocess.run(command + ([f"-Wl,--version-script={script}"] if marks else []), check=True)


def main():
    site = pathlib.Path(sys.argv[1])
    reader = shutil.which("readelf") or shutil.which("llvm-readelf")
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if not reader or not compiler:
        sys.exit("cpu_only_torch: needs a C compiler and readelf (Debian: gcc binutils)")
    libraries = sorted((site / "torch/lib").glob("*.so"))
    present = {path.name for path in (site / "torch/lib").iterdir()} | {
        path.name for path in (site / "nvidia").glob("*/lib/*")}
    needed, symbols = set(), collections.defaultdict(set)
    for path in libraries:
        needed |= set(re.findall(r"\(NEEDED\).*\[(.+)\]", elf(reader, "--dynamic", path)))
        for library, name, version in wanted_symbols(reader, path):
            symbols[library].add((name, version))
    folder = site / "nvidia/cu13/lib"
    folder.mkdir(parents=True, exist_ok=True)
    absent = [name for name in sorted(needed) if name not in present and not SYSTEM.match(name)]
    for library in absent:
        build(compiler, folder, library, symbols[library])
    print(f"cpu_only_torch: {len(absent)} CUDA libraries stay out")


main()
