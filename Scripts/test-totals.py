#!/usr/bin/env python3
"""Reads a JUnit XML file: prints "PASSED FAILED SKIPPED", then a line for each test that failed, with its first message.

A run that crashed has left no file, or half of one: that is one failure.
"""
import pathlib
import sys
import xml.etree.ElementTree as tree

MESSAGE_MAX = 400


def failure(case):
    """The first of a test's problems in a line, or None. One test may have several."""
    for problem in [*case.findall("failure"), *case.findall("error")][:1]:
        message = " ".join((problem.get("message") or problem.text or "no message").split())
        name = f"{case.get('classname') or ''} {case.get('name') or ''}".strip().replace("`", "")
        return f"{name}: {message[:MESSAGE_MAX]}"


def main():
    path = pathlib.Path(sys.argv[1])
    try:
        cases = list(tree.parse(path).getroot().iter("testcase"))
    except (OSError, tree.ParseError) as error:
        print(0, 1, 0)
        print(f"{path.stem}: ended without its results ({error})")
        return
    failed = [line for line in map(failure, cases) if line]
    skipped = sum(case.find("skipped") is not None for case in cases)
    print(len(cases) - len(failed) - skipped, len(failed), skipped)
    for line in failed:
        print(line)


main()
