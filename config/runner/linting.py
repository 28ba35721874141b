"""`./crm lint`: style, manifests, views, names that must not appear, translations."""

import ast
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

from . import python_env, translations
from .console import run, say
from .odoo import Odoo, prepare
from .paths import ADDONS, ROOT
from .postgres import cluster_for_tests

KEYS = (
    "name",
    "summary",
    "version",
    "category",
    "author",
    "website",
    "license",
    "depends",
)
XML_HEADER = '<?xml version="1.0" encoding="UTF-8" ?>'
# Rules of pylint-odoo that a suite of topics in files of their own does not follow.
NOT_OURS = (
    "consider-merging-classes-inherited",
    "method-required-super",
    "missing-return",
    "no-search-all",
)
# What is wrong in any program, looked for in the folders that are not addons.
NAMES = (
    "no-member",
    "no-value-for-parameter",
    "too-many-function-args",
    "unexpected-keyword-arg",
)
OTHERS = ("bench", "config/runner", "demo", "tests")
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEST = 600, 50, 70  # lines
OLD_FORMS = re.compile(
    r"_sql_constraints|<tree\b|\battrs=|name_get\(|\.read_group\(|odoo\.osv"
    r"|self\._(cr|uid|context)\b|type=\"json\"|auto_join|group_operator="
)


def lint(options):
    """Run every check, print what is wrong, fail when something is."""
    tree, _missing = prepare()
    problems = []
    for name, check in (
        ("ruff", lambda: ruff(options.fix)),
        ("pylint-odoo", pylint),
        ("manifests", manifests),
        ("XML", xml_files),
        ("old forms", old_forms),
        ("sizes", sizes),
        ("translations", lambda: translation_files(tree)),
    ):
        say(name)
        found = check()
        problems += found
        for problem in found:
            print(f"  {problem}")
    say("lint: clean" if not problems else f"lint: {len(problems)} problems")
    sys.exit(bool(problems))


def files(*suffixes):
    """Give the files of the repository with these endings."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"]
        names = run(command, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        paths = [ROOT / name for name in names]
    else:
        paths = [path for path in ROOT.rglob("*") if ".runtime" not in path.parts]
    return sorted(path for path in paths if path.suffix in suffixes and path.is_file())


def _lines(command):
    result = run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    if result.returncode == 0:
        return []
    return [
        line for line in (result.stdout + result.stderr).splitlines() if line.strip()
    ]


def ruff(fix):
    """Check style and format."""
    tool = python_env.VENV / "bin/ruff"
    problems = _lines(
        [tool, "check", "--output-format=concise", *(["--fix"] if fix else []), "."]
    )
    return problems + _lines([tool, "format", *([] if fix else ["--check"]), "."])


def pylint():
    """Run pylint-odoo over the addons, and look for unknown names in all the rest."""
    addons = sorted(str(path.parent) for path in ADDONS.glob("*/__manifest__.py"))
    runs = [
        [f"--disable={','.join(NOT_OURS)}", *addons],
        ["--disable=all", f"--enable={','.join(NAMES)}", *OTHERS],
    ]
    tool = [python_env.PYTHON, "-m", "pylint", "--rcfile", ROOT / ".pylintrc"]
    lines = [line for options in runs for line in _lines([*tool, *options])]
    return [line for line in lines if not line.startswith("*****")]


def manifests():
    """Check what every manifest and addon folder must have."""
    problems = []
    for path in sorted(ADDONS.glob("*/__manifest__.py")):
        manifest, addon = ast.literal_eval(path.read_text()), path.parent
        name = addon.name
        problems += [
            f"{name}: manifest lacks {key}" for key in KEYS if not manifest.get(key)
        ]
        if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest.get("version", "")):
            problems.append(
                f"{name}: version {manifest.get('version')} is not 19.0.x.y.z"
            )
        if manifest.get("license") != "LGPL-3":
            problems.append(f"{name}: licence is not LGPL-3")
        wanted = ["README.rst", "pyproject.toml", "i18n"]
        wanted += ["static/description/icon.png"] if manifest.get("application") else []
        problems += [
            f"{name}: {item} is missing"
            for item in wanted
            if not (addon / item).exists()
        ]
        for listed in manifest.get("data", []) + manifest.get("demo", []):
            if not (addon / listed).exists():
                problems.append(
                    f"{name}: {listed} is in the manifest, not in the folder"
                )
        listed = set(manifest.get("data", []) + manifest.get("demo", []))
        for file in [
            *addon.glob("views/*.xml"),
            *addon.glob("security/*"),
            *addon.glob("data/*"),
        ]:
            if str(file.relative_to(addon)) not in listed:
                problems.append(f"{name}: {file.name} is not in the manifest")
    return problems


def xml_files():
    """Check that XML parses and starts the same way."""
    problems = []
    for path in files(".xml"):
        try:
            ET.parse(path)
        except ET.ParseError as error:
            problems.append(f"{path.relative_to(ROOT)}: {error}")
        if not path.read_text().startswith(XML_HEADER) and "static/src" not in str(
            path
        ):
            problems.append(
                f"{path.relative_to(ROOT)}: does not start with {XML_HEADER}"
            )
    return problems


def old_forms():
    """Find forms that Odoo 19 ignores or refuses."""
    problems = []
    for path in files(".py", ".xml", ".js"):
        if path.name == "linting.py":
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if OLD_FORMS.search(line):
                problems.append(
                    f"{path.relative_to(ROOT)}:{number}: old form: {line.strip()}"
                )
    return problems


def sizes():
    """Find files and functions that are too long to read; text is not counted."""
    problems = []
    for path in files(".py"):
        text = path.read_text()
        name = path.relative_to(ROOT)
        if text.count("\n") > LONGEST_FILE:
            problems.append(f"{name}: more than {LONGEST_FILE} lines; split it")
        longest = LONGEST_TEST if "tests" in path.parts else LONGEST_FUNCTION
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1 - _text_lines(node)
                if length > longest:
                    where = f"{name}:{node.lineno}"
                    problems.append(
                        f"{where}: {node.name} has {length} lines; split it"
                    )
    return problems


def _text_lines(function):
    """Count the lines inside strings: a statement of SQL, a docstring."""
    return sum(
        node.end_lineno - node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def translation_files(tree):
    """Check that translations are fresh and Chinese is complete."""
    with cluster_for_tests() as cluster:
        odoo = Odoo(cluster, tree, "data-test")
        return translations.check(odoo, odoo.suite_template())
