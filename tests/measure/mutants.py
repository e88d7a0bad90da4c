"""Small changes of a Python file: other comparisons, numbers, signs, conditions and answers. Each is made in memory."""

import ast
import copy
import functools
import importlib
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
}  # fmt: skip
LOOKUPS = {"__lt": "__lte", "__lte": "__lt", "__gt": "__gte", "__gte": "__gt"}
SILENT = {"log", "logging"}  # what only writes to the log


@dataclass(frozen=True)
class Change:
    """One change of a module. `top`: the top-level statement that holds it, as changed."""

    module: str
    line: int
    words: str
    tree: ast.Module
    top: int

    def make(self) -> None:
        """In this process: give living functions the changed code, and a changed constant to all who imported it."""
        module = importlib.import_module(self.module)
        statement = self.tree.body[self.top]
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            code = compile(self.tree, module.__file__, "exec")
            _replace(module, {part.co_qualname: part for part in _codes(code)})
            return
        scope = dict(vars(module))
        exec(compile(ast.Module([statement], []), module.__file__, "exec"), scope)
        for name in {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}:  # fmt: skip
            old = getattr(module, name)
            for other in list(sys.modules.values()):
                if vars(other).get(name) is old and getattr(other, "__name__", "").startswith(
                    ("shop.", "config.")
                ):
                    setattr(other, name, scope[name])


def _codes(code) -> Iterator:
    """Of functions at the top and of methods; what is nested in them changes with them."""
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            if "<locals>" not in part.co_qualname:
                yield part
            if not part.co_flags & 2:  # the body of a class
                yield from _codes(part)


def _replace(module, codes) -> None:
    for function in _functions(module):
        code = codes.get(function.__qualname__)
        if code is not None and len(code.co_freevars) == len(function.__code__.co_freevars):
            function.__code__ = code


def _functions(module) -> Iterator:
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            for inner in vars(value).values():
                yield from _bare(inner, module)
        else:
            yield from _bare(value, module)


def _bare(value, module) -> Iterator:
    """The function inside its decorators, a property or a class method."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, classmethod | staticmethod | functools.cached_property):
        value = getattr(value, "__func__", None) or value.func
    while hasattr(value, "__wrapped__"):
        value = value.__wrapped__
    if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
        yield value


def changes_of(path: Path, file: str) -> list[Change]:
    """All of them, in the order of the file."""
    module, source = file.removesuffix(".py").replace("/", "."), path.read_text()
    tree = ast.parse(source)
    found = []
    for top, statement in enumerate(tree.body):
        for place, node in enumerate(_nodes(statement)):
            for words in _ways(node):
                changed = copy.deepcopy(tree)
                _change(_nodes(changed.body[top])[place])
                found.append(Change(module, node.lineno, words, ast.fix_missing_locations(changed), top))
    return sorted(found, key=lambda change: change.line)


def _nodes(statement) -> list[ast.AST]:
    """What may be changed: expressions inside functions, and constants at the top of the file."""
    if isinstance(statement, ast.Assign):
        return [
            node
            for node in ast.walk(statement.value)
            if hasattr(node, "lineno") or isinstance(node, ast.keyword)
        ]
    if isinstance(statement, ast.FunctionDef):
        return [node for part in statement.body for node in _walk(part)]
    if isinstance(statement, ast.ClassDef):
        return [node for part in statement.body if isinstance(part, ast.FunctionDef) for node in _nodes(part)]
    return []


def _walk(node) -> Iterator[ast.AST]:
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.AnnAssign):  # words
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id in SILENT:  # fmt: skip
        return
    if hasattr(node, "lineno") or isinstance(node, ast.keyword):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def _ways(node) -> list[str]:
    """How `_change` would change a node, in words; nothing if it would not."""
    text = ast.unparse(node)[:90]
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            return [f"{text}: other comparison"]
        case ast.BoolOp():
            return [f"{text}: {'or' if isinstance(node.op, ast.And) else 'and'}"]
        case ast.UnaryOp(op=ast.Not()):
            return [f"{text}: without not"]
        case ast.BinOp(op=op) if type(op) in OTHER:
            return [f"{text}: other sign"]
        case ast.Constant(value=bool()):
            return [f"{text}: the opposite"]
        case ast.Constant(value=int() | float()):
            return [f"{text}: one more"]
        case ast.keyword(arg=str(arg)) if any(arg.endswith(end) for end in LOOKUPS):
            return [f"{text}: other lookup"]
        case ast.Set() | ast.List() if node.elts:
            return [f"{text}: without its last"]
        case ast.Return(value=value) if value is not None and not _is_nothing(value):
            return [f"{text}: answers nothing"]
        case ast.If() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            return [f"if {ast.unparse(node.test)[:80]}: if not"]
    return []


def _is_nothing(value) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _change(node) -> None:
    match node:
        case ast.Compare():
            node.ops = [OTHER[type(node.ops[0])]()]
        case ast.BoolOp() | ast.BinOp():
            node.op = OTHER[type(node.op)]()
        case ast.UnaryOp():
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        case ast.Constant(value=bool(value)):
            node.value = not value
        case ast.Constant():
            node.value += 1
        case ast.keyword(arg=arg):
            end = "__" + arg.rpartition("__")[2]
            node.arg = arg.removesuffix(end) + LOOKUPS[end]
        case ast.Set() | ast.List():
            del node.elts[-1]
            if isinstance(node, ast.Set) and not node.elts:  # written {*()}
                node.elts = [ast.Starred(ast.Tuple([], ast.Load()), ast.Load())]
        case ast.Return():
            node.value = ast.Constant(None)
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
