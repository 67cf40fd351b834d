#!/usr/bin/env python3
"""Checks what the compiler does not: sizes, names, access, links, problem pages, the map in ARCHITECTURE.md.

Each rule first runs over its own bad sample and has to find it there, so a rule that no longer bites fails too.
Prints one line per finding and ends with "N passed, N failed" (rules and samples).
"""
import json
import pathlib
import re
import subprocess
import sys

LINES_MAX = 600
BARRED = {"Manager", "Helper", "Util", "Utils", "Common", "Misc", "Base", "Impl", "Handler", "Service", "Info", "Processor"}
# The ABI calls what the host offers a plugin a service; there the word is the term.
SERVICE_FOLDERS = ("PluginAPI/", "Host/Engine/", "Tests/")
# Start-up time of a worker counts: full Foundation costs 14 ms.
LIGHT_FOLDERS = ("PluginAPI/PluginKit/", "PluginAPI/JSONValue/", "Plugins/", "Host/Engine/", "Host/PluginLoader/", "Host/worker/")
CODE = {".swift", ".c", ".h", ".cpp", ".rs", ".py", ".sh"}
DECLARATION = (
    r"(?:@|(?:import|func|var|let|struct|class|enum|protocol|actor|init|static|final|extension|typealias|subscript|"
    r"override|convenience|required|mutating|indirect|internal|private|fileprivate|package)\b)")
TEXT = CODE | {".md", ".yaml", ".yml", ".toml", ".json", ".map", ".txt", ".csv", ""}


class Tree:
    """The files of a repository, or of a sample: paths with their texts."""

    def __init__(self, files, package=None):
        self.files = files
        self._package = package

    @classmethod
    def of_repository(cls, root):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, check=True, capture_output=True).stdout.decode()
        files = {}
        for name in sorted(filter(None, listed.split("\0"))):
            path = root / name
            if path.suffix in TEXT and path.is_file() and not path.is_symlink():
                try:
                    files[name] = path.read_text()
                except UnicodeDecodeError:
                    continue  # test data that is broken on purpose
        tree = cls(files)
        tree.root = root
        return tree

    def texts(self, *suffixes, under=("",)):
        for name, text in self.files.items():
            if pathlib.PurePosixPath(name).suffix in suffixes and name.startswith(tuple(under)):
                yield name, text

    def exists(self, path):
        return path in self.files or any(name.startswith(path.rstrip("/") + "/") for name in self.files)

    def package(self):
        if self._package is None:
            answer = subprocess.run(["swift", "package", "dump-package"], cwd=self.root, check=True, capture_output=True)
            self._package = json.loads(answer.stdout)
        return self._package


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def words_of(name):
    """ABCThing_part -> ABC, Thing, part"""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)


def without_comments(text):
    """Swift with comments and string contents blanked; lines stay where they are."""
    pattern = r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/'
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def without_code(text):
    """Markdown with code blocks and code spans blanked."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group())
    text = re.sub(r"^```[\s\S]*?^```", blank, text, flags=re.M)
    text = re.sub(r"^(?: {4}|\t)[^\n]*", blank, text, flags=re.M)
    return re.sub(r"`[^`\n]*`", blank, text)


# ---- the rules: each yields findings as text

def file_length(tree):
    for name, text in tree.texts(*CODE, ""):
        if pathlib.PurePosixPath(name).suffix == "" and not text.startswith("#!"):
            continue
        count = text.count("\n")
        if count > LINES_MAX:
            yield f"{name}: {count} lines; a file has at most {LINES_MAX}. Split it by noun."


def role_line(tree):
    for name, text in tree.texts(".swift", ".c", ".h", ".cpp", ".rs"):
        if not text.startswith(("//", "/*")):
            yield f"{name}:1: the first line has to be a comment that says the file's role"


def barred_names(tree):
    def barred(name, path):
        found = BARRED.intersection(words_of(name))
        return found - {"Service"} if path.startswith(SERVICE_FOLDERS) else found

    for path, text in tree.texts(".swift"):
        stem = pathlib.PurePosixPath(path).stem
        for word in barred(stem, path):
            yield f"{path}: the file's name says {word}; name it after what it is"
        for match in re.finditer(r"\b(?:class|struct|enum|protocol|actor|typealias)\s+(\w+)", without_comments(text)):
            for word in barred(match.group(1), path):
                yield f"{path}:{line_of(text, match.start())}: {match.group(1)} says {word}; name it after what it is"


def host_access(tree):
    for path, text in tree.texts(".swift", under=("Host/",)):
        for match in re.finditer(rf"(?<![.\w`])(public|open)[ \t]+(?={DECLARATION})", without_comments(text)):
            yield f"{path}:{line_of(text, match.start())}: `{match.group(1)}` below Host/; use `package`"


def light_imports(tree):
    for path, text in tree.texts(".swift", under=LIGHT_FOLDERS):
        for match in re.finditer(r"^\s*(?:\w+\s+)?import Foundation\s*$", text, re.M):
            yield f"{path}:{line_of(text, match.end())}: full Foundation; import FoundationEssentials"


def leftovers(tree):
    word = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
    for path, text in tree.texts(*TEXT):
        for match in word.finditer(text):
            yield f"{path}:{line_of(text, match.start())}: {match.group()}: do it, or file an issue"


def machine_paths(tree):
    # Written in pieces, or this file would be its own first finding.
    pattern = re.compile("|".join([r"(?<![\w.])/" + r"work/", "/opt/" + "swift", "/ro" + r"ot/(?!\*)", "/home/" + r"[a-z]\w*/"]))
    for path, text in tree.texts(*TEXT):
        for match in pattern.finditer(text):
            yield f"{path}:{line_of(text, match.start())}: {match.group()}: a path of one machine"


def problem_pages(tree):
    source = tree.files.get("Host/Model/ProblemCode.swift", "")
    titles = tree.files.get("Host/Model/ProblemCode+Words.swift", "")
    codes = dict(re.findall(r'case (\w+) = "(OTE-\d{4})"', source))
    title_of = dict(re.findall(r'case \.(\w+):\s*\(\s*"((?:\\.|[^"\\])*)"', titles))
    index = tree.files.get("Docs/problems/README.md", "")
    for case, code in codes.items():
        page = f"Docs/problems/{code}.md"
        if page not in tree.files:
            yield f"{page}: missing; {code} ({case}) needs a page"
            continue
        heading = f"# {code}: {title_of.get(case, '')}"
        if tree.files[page].split("\n", 1)[0] != heading:
            yield f"{page}:1: the heading has to be `{heading}`, as in ProblemCode+Words.swift"
        if f"({code}.md)" not in index:
            yield f"Docs/problems/README.md: does not list {code}"
    for page in tree.files:
        match = re.fullmatch(r"Docs/problems/(OTE-\d+)\.md", page)
        if match and match.group(1) not in codes.values():
            yield f"{page}: no problem has this code"


def anchors_of(text):
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
            for heading in re.findall(r"^#+\s+(.*)$", text, re.M)}


def links(tree):
    for path, text in tree.texts(".md"):
        for match in re.finditer(r"\]\(([^)\s]+)\)", without_code(text)):
            target, _, anchor = match.group(1).partition("#")
            where = f"{path}:{line_of(text, match.start())}"
            if re.match(r"[a-z]+:", target):
                continue
            parts = []
            for part in [*pathlib.PurePosixPath(path).parent.parts, *pathlib.PurePosixPath(target).parts] if target else []:
                if part == "..":
                    parts[-1:] = []
                elif part != ".":
                    parts.append(part)
            file = "/".join(parts) if target else path
            if not tree.exists(file):
                yield f"{where}: links to {match.group(1)}, which is not there"
            elif anchor and file in tree.files and anchor not in anchors_of(tree.files[file]):
                yield f"{where}: {file} has no heading #{anchor}"
    for path, text in tree.texts(*CODE, ""):
        for match in re.finditer(r"\bDocs/[\w./-]+\.md\b", text):
            if path != "Scripts/tidy.py" and not tree.exists(match.group()):
                yield f"{path}:{line_of(text, match.start())}: names {match.group()}, which is not there"


def architecture_table(tree):
    """Rows `| Target | folder | purpose | may import |`, against the targets of Package.swift."""
    rows = {}
    for cells in re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", tree.files.get("ARCHITECTURE.md", ""), re.M):
        imports = set(re.findall(r"`([^`]+)`", cells[3]))
        rows[cells[0]] = (cells[1].rstrip("/"), cells[2].strip(), imports)
    for target in tree.package()["targets"]:
        if target["type"] == "test":
            continue
        name, needs = target["name"], set()
        for dependency in target["dependencies"]:
            needs.add((dependency.get("byName") or dependency.get("target") or dependency.get("product"))[0])
        if name not in rows:
            yield f"ARCHITECTURE.md: the folder table lacks `{name}`"
            continue
        folder, purpose, imports = rows.pop(name)
        if folder != target.get("path", "").rstrip("/"):
            yield f"ARCHITECTURE.md: `{name}` lies in {target.get('path')}, not in {folder}"
        if not purpose:
            yield f"ARCHITECTURE.md: `{name}` has no purpose"
        for extra in sorted(imports - needs):
            yield f"ARCHITECTURE.md: `{name}` may not import `{extra}`: Package.swift does not allow it"
        for lacking in sorted(needs - imports):
            yield f"ARCHITECTURE.md: `{name}` may import `{lacking}` too, says Package.swift"
    for name in rows:
        yield f"ARCHITECTURE.md: `{name}` is no target of Package.swift"


def invariant_tests(tree):
    """Rows `| ... | TargetTests: `sentence` |` of ARCHITECTURE.md name tests that are there."""
    text = tree.files.get("ARCHITECTURE.md", "")
    for match in re.finditer(r"\| (\w+Tests): `([^`]+)` \|", text):
        target, name = match.groups()
        if not any(f"func `{name}`" in source for _, source in tree.texts(".swift", under=(f"Tests/{target}/",))):
            yield f"ARCHITECTURE.md:{line_of(text, match.start())}: {target} has no test `{name}`"


# ---- for each rule a tree it must object to

def sample_package(*targets):
    return {"targets": [{"name": n, "type": "regular", "path": p, "dependencies": [{"byName": [d, None]} for d in ds]}
                        for n, p, ds in targets]}


CODES = {"Host/Model/ProblemCode.swift": '// Codes.\ncase lost = "OTE-9001"\n',
         "Host/Model/ProblemCode+Words.swift": '// Words.\ncase .lost: ("It is lost", "Look for it.")\n'}
RULES = {
    file_length: [Tree({"A.swift": "// a\n" * (LINES_MAX + 1)})],
    role_line: [Tree({"A.swift": "import Model\n"})],
    barred_names: [Tree({"Host/Model/RunManager.swift": "// a\n"}),
                   Tree({"Host/Model/Run.swift": "// a\nstruct RunInfo {}\n"}),
                   Tree({"Host/Model/Run.swift": "// a\nclass RunService {}\n"})],
    host_access: [Tree({"Host/Model/Run.swift": "// a\npublic struct Run {}\n"}),
                  Tree({"Host/Model/Run.swift": "// a\n  public import Model\n"})],
    light_imports: [Tree({"Plugins/p/P.swift": "// a\nimport Foundation\n"})],
    leftovers: [Tree({"A.swift": "// TO" + "DO: later\n"})],
    machine_paths: [Tree({"A.md": "see /wo" + "rk/main\n"})],
    problem_pages: [Tree(CODES),
                    Tree({**CODES, "Docs/problems/OTE-9001.md": "# OTE-9001: Another title\n",
                          "Docs/problems/README.md": "(OTE-9001.md)"}),
                    Tree({**CODES, "Docs/problems/OTE-9001.md": "# OTE-9001: It is lost\n"}),
                    Tree({"Docs/problems/OTE-9002.md": "# OTE-9002: Nobody's\n"})],
    links: [Tree({"A.md": "[b](Docs/B.md)\n"}), Tree({"A.md": "# Top\n[b](#bottom)\n"}),
            Tree({"A.c": "/* see Docs/" + "gone.md */\n"})],
    architecture_table: [
        Tree({"ARCHITECTURE.md": ""}, sample_package(("Model", "Host/Model", []))),
        Tree({"ARCHITECTURE.md": "| `Model` | `Host/Model` | Values. | `GRDB` |\n"}, sample_package(("Model", "Host/Model", []))),
        Tree({"ARCHITECTURE.md": "| `Model` | `Host/Model` | Values. | nothing |\n"},
             sample_package(("Model", "Host/Model", ["JSONValue"]))),
        Tree({"ARCHITECTURE.md": "| `Gone` | `Host/Gone` | Values. | nothing |\n"}, sample_package())],
    invariant_tests: [Tree({"ARCHITECTURE.md": "| It holds. | RunTests: `it holds` |\n"})],
}
# And one tree that no rule may object to.
CLEAN = Tree({
    **CODES, "Docs/problems/OTE-9001.md": "# OTE-9001: It is lost\n", "Docs/problems/README.md": "# Problems\n[it](OTE-9001.md)\n",
    "Host/Model/Run.swift": "// A run; its public face is elsewhere.\npackage struct Run { let text = \"public\" }\n",
    "PluginAPI/PluginKit/LogService.swift": "// The log service of the host.\npublic struct LogService {}\n",
    "ARCHITECTURE.md": "# Map\n[up](#map)\n| `Model` | `Host/Model` | Values. | `JSONValue` |\n| It holds. | RunTests: `it holds` |\n",
    "Tests/RunTests/RunTests.swift": "// Runs.\n@Test func `it holds`() {}\n",
}, sample_package(("Model", "Host/Model", ["JSONValue"])))


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    passed = failed = 0

    def count(good, text=""):
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        if not good:
            print(text)

    for rule, samples in RULES.items():
        for number, sample in enumerate(samples, 1):
            count(list(rule(sample)), f"tidy: rule {rule.__name__} overlooks its bad sample {number}")
        count(not list(rule(CLEAN)), f"tidy: rule {rule.__name__} objects to the clean sample: {list(rule(CLEAN))}")
    if "--self-test" not in sys.argv[1:]:
        tree = Tree.of_repository(root)
        for rule in RULES:
            findings = list(rule(tree))
            for finding in findings:
                print(finding)
            count(not findings, f"tidy: {rule.__name__}: {len(findings)} findings")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
