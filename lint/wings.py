"""The rooms of an addon: what a wing may import, and what its files are called.

The order of the wings is that of `models/__init__.py`. The functions take the parsed
files of one addon, {path from the addon's folder: ast.Module}.
"""

import ast
from pathlib import PurePosixPath

from bootstrap import places

LAYERS = ("models", "controllers")
PLAIN = ("const", "exceptions", "tools")  # what all may import, and imports nothing
MOST_FILES = 40  # of a folder
# What each layer may not import of its own addon.
FORBIDDEN = {
    "const": ("models", "controllers", "report", "wizards", "tools"),
    "exceptions": ("models", "controllers", "report", "wizards"),
    "tools": ("models", "controllers", "report", "wizards"),
    "report": ("models", "controllers", "wizards"),
    "models": ("controllers", "wizards"),
    "controllers": ("models", "wizards"),
    "wizards": ("models", "controllers"),
}


def check():
    """Return what is in a wrong room, as `path:line: message`."""
    findings = []
    for manifest in sorted(places.ADDONS.glob("*/__manifest__.py")):
        addon = manifest.parent
        trees = {
            PurePosixPath(path.relative_to(addon).as_posix()): ast.parse(
                path.read_text()
            )
            for path in sorted(addon.rglob("*.py"))
        }
        for rule in (check_imports, check_names, check_methods, check_sizes):
            findings += [
                f"{addon.relative_to(places.ROOT)}/{path}:{line}: {message}"
                for path, line, message in rule(trees)
            ]
    return findings


def get_wings(trees):
    """Return the names of the wings, in their order; none where there are none."""
    tree = trees.get(PurePosixPath("models/__init__.py"), ast.Module([], []))
    names = [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    return [
        name for name in names if PurePosixPath(f"models/{name}/__init__.py") in trees
    ]


def check_imports(trees):
    """Return (path, line, message) of the imports against the order."""
    wings = get_wings(trees)
    findings = []
    for path, tree in trees.items():
        for line, target in _get_own_imports(path, tree):
            message = _judge_import(path, target, wings)
            if message:
                findings.append((path, line, message))
    return findings


def _judge_import(path, target, wings):
    """Return what is wrong with an import, or None.

    :param PurePosixPath path: of the file that imports
    :param tuple target: the parts of what it imports, from the addon's folder
    """
    layer = path.with_suffix("").parts[0]
    if target[0] in FORBIDDEN.get(layer, ()):
        return (
            f"{layer} does not import from {target[0]}: move what both need to"
            " const.py, exceptions.py or tools/"
        )
    if layer not in LAYERS or target[0] != layer or len(path.parts) < 3:
        return None
    own, other = path.parts[1], target[1] if len(target) > 1 else ""
    if other in wings and own in wings and wings.index(other) > wings.index(own):
        return (
            f"the wing {own} does not know {other}, which comes after it: let {other}"
            " extend what is here"
        )
    return None


def _get_own_imports(path, tree):
    """Return (line, parts of the target) of what a file imports of its own addon."""
    folder = path.parent.parts
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = folder[: len(folder) - node.level + 1]
        module = tuple(node.module.split(".")) if node.module else ()
        found += [(node.lineno, (*base, *module, name.name)) for name in node.names]
    return found


def check_names(trees):
    """Return (path, line, message) of the model files that do not name their class."""
    findings = []
    for path, tree in trees.items():
        if path.parts[0] != "models" or path.name == "__init__.py":
            continue
        for node, model in _get_models(tree):
            name = model.replace(".", "_")
            # A model and its lines stand together.
            if not f"{path.stem}_".startswith(f"{name}_") and not name.startswith(
                f"{path.stem}_"
            ):
                message = f"{model} belongs into {name}.py, or {name}_<concern>.py"
                findings.append((path, node.lineno, message))
    return findings


def check_methods(trees):
    """Return (path, line, message) of methods that a wing has twice for one model.

    Which of the two runs first would be the order of the alphabet. Between wings it
    is the order of the wings.
    """
    first, findings = {}, []
    for path, tree in trees.items():
        if path.parts[0] != "models":
            continue
        for node, model in _get_models(tree):
            for method in node.body:
                if not isinstance(method, ast.FunctionDef):
                    continue
                key = (path.parent, model, method.name)
                if first.setdefault(key, path) != path:
                    message = (
                        f"{model}.{method.name} stands in {first[key].name} too: a wing"
                        " has a method of a model once"
                    )
                    findings.append((path, method.lineno, message))
    return findings


def _get_models(tree):
    """Return (class, name of its model) of a file."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names = {
                target.id: statement.value
                for statement in node.body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name)
            }
            value = names.get("_name") or names.get("_inherit")
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.append((node, value.value))
    return found


def check_sizes(trees):
    """Return (path, line, message) of the folders with too many files."""
    counts = {}
    for path in trees:
        counts[path.parent] = counts.get(path.parent, 0) + 1
    return [
        (folder, 1, f"{count} files, more than {MOST_FILES}: which wing hides in it?")
        for folder, count in counts.items()
        if count > MOST_FILES
    ]
