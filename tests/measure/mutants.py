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
from typing import Any

from django.utils.functional import cached_property

OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
}  # fmt: skip
LOOKUPS = {"__lt": "__lte", "__lte": "__lt", "__gt": "__gte", "__gte": "__gt"}
SILENT = {"log", "logging"}  # what only writes to the log


class NotMade(Exception):
    """No living function has the changed code, so no test could notice."""


@dataclass(frozen=True)
class Change:
    """One change of a module. `top`: the top-level statement that holds it, as changed.

    `spans`: first and last line of the innermost statement, or of each that uses a constant of the module.
    """

    module: str
    line: int
    spans: tuple[tuple[int, int], ...]
    words: str
    tree: ast.Module
    top: int

    @property
    def is_made_once(self) -> bool:
        """A constant, or what a function without arguments works out once: any test may notice, whichever came first."""
        statement = self.tree.body[self.top]
        return isinstance(statement, ast.Assign) or (
            isinstance(statement, ast.FunctionDef)
            and any(ast.unparse(one) in {"cache", "functools.cache"} for one in statement.decorator_list)
            and not statement.args.args
        )

    def make(self) -> None:
        """In this process: give living functions the changed code, and a changed constant to all who imported it."""
        module = importlib.import_module(self.module)
        forget([self.module])
        statement = self.tree.body[self.top]
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            if not replace_functions(module, compile(self.tree, module.__file__, "exec")):
                raise NotMade
            return
        for name, value in _constants(module, self.tree, self.top).items():
            old = getattr(module, name)
            for other in list(sys.modules.values()):
                if vars(other).get(name) is old and getattr(other, "__name__", "").startswith(
                    ("shop.", "config.", "articles.", "tests.")
                ):
                    setattr(other, name, value)


def _constants(module, tree: ast.Module, top: int) -> dict[str, Any]:
    """The values of a changed constant, and of those that are made from it further down."""
    scope, new = dict(vars(module)), set()
    for statement in _made_from(tree, top):
        exec(compile(ast.Module([statement], []), module.__file__, "exec"), scope)
        new |= _names(statement, ast.Store)
    return {name: scope[name] for name in new if name in vars(module)}


def _made_from(tree: ast.Module, top: int) -> list[ast.stmt]:
    """The assignment of a constant, and those further down that use it."""
    found, names = [tree.body[top]], _names(tree.body[top], ast.Store)
    for statement in tree.body[top + 1 :]:
        if isinstance(statement, ast.Assign) and names & _names(statement, ast.Load):
            found.append(statement)
            names |= _names(statement, ast.Store)
    return found


def _uses(tree: ast.Module, top: int) -> set[tuple[int, int]]:
    """The statements of the module that use a constant."""
    names = set().union(*(_names(statement, ast.Store) for statement in _made_from(tree, top)))
    return {
        _around(node, _spans(statement))
        for statement in tree.body
        if isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in _nodes(statement)
        if isinstance(node, ast.Name) and node.id in names
    }


def _names(statement, context) -> set[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }


def forget(names: list[str]) -> None:
    """What these modules, and the shop's own store of what seldom changes, worked out earlier.

    Of other modules what they worked out from something given: not what they read from files once.
    """
    from shop.content import memo  # needs the settings

    memo.forget_all()
    for name, stored in _stored():
        if name in names or stored.__wrapped__.__code__.co_argcount:
            stored.cache_clear()


@functools.cache
def _stored() -> list[tuple[str, Any]]:
    """(module, function) of each function that remembers its answers."""
    return [
        (name, value)
        for name, module in list(sys.modules.items())
        if name.startswith(("shop.", "articles."))
        for value in vars(module).values()
        if isinstance(value, functools._lru_cache_wrapper) and value.__module__ == name
    ]


def _codes(code) -> Iterator:
    """Of functions at the top and of methods; what is nested in them changes with them."""
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            if "<locals>" not in part.co_qualname:
                yield part
            if not part.co_flags & 2:  # the body of a class
                yield from _codes(part)


def replace_functions(module, code: types.CodeType) -> bool:
    """Give the living functions of a module the code of another reading of it; whether any differed."""
    codes = {part.co_qualname: part for part in _codes(code)}
    made = False
    for function in _functions(module):
        code = codes.get(function.__qualname__)
        if code is not None and len(code.co_freevars) == len(function.__code__.co_freevars):
            made |= code != function.__code__
            function.__code__ = code
    return made


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
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    if isinstance(value, functools.cached_property | cached_property):
        value = value.func
    while hasattr(value, "__wrapped__"):
        value = value.__wrapped__
    if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
        yield value


def module_of(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def changes_of(path: Path, file: str) -> list[Change]:
    """All of them, in the order of the file."""
    module, source = module_of(file), path.read_text()
    tree = ast.parse(source)
    found = []
    for top, statement in enumerate(tree.body):
        is_constant = isinstance(statement, ast.Assign)
        inner = _uses(tree, top) if is_constant else _spans(statement)
        for place, node in enumerate(_nodes(statement)):
            for words in _ways(node):
                changed = copy.deepcopy(tree)
                _change(_nodes(changed.body[top])[place])
                spans = tuple(inner) if is_constant else (_around(node, inner),)
                changed = ast.fix_missing_locations(changed)
                found.append(Change(module, node.lineno, spans, words, changed, top))
    return sorted(found, key=lambda change: change.line)


def _spans(statement) -> list[tuple[int, int]]:
    """The lines of each statement in it; of one that holds others, those of its head."""
    found = []
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt):
            inner = getattr(node, "body", None) or getattr(node, "cases", None)
            start = getattr(inner[0], "lineno", None) or inner[0].pattern.lineno if inner else 0
            found.append((node.lineno, max(node.lineno, start - 1) if inner else node.end_lineno))
    return found


def _around(node, spans) -> tuple[int, int]:
    within = [(last - first, first, last) for first, last in spans if first <= node.lineno <= last]
    return min(within)[1:]


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
    if isinstance(node, ast.JoinedStr):  # words
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":  # of zip: it only guards
        return
    if isinstance(node, ast.Raise):
        yield node
        return
    if isinstance(node, ast.AnnAssign):
        yield from _walk(node.value) if node.value else ()
        return
    if _is_silent(node.value if isinstance(node, ast.Expr) else node):
        return
    if hasattr(node, "lineno") or isinstance(node, ast.keyword):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def _is_silent(node) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            return name in SILENT
    return False


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
        case ast.AugAssign(op=op) if type(op) in OTHER:
            return [f"{text}: other sign"]
        case ast.Expr(value=ast.Call()) | ast.Raise():
            return [f"{text}: left out"]
        case ast.Constant(value=bool()):
            return [f"{text}: the opposite"]
        case ast.Constant(value=int() | float()):
            return [f"{text}: one more"]
        case ast.keyword(arg=str(arg)) if any(arg.endswith(end) for end in LOOKUPS):
            return [f"{text}: other lookup"]
        case ast.Set() | ast.List() if node.elts:
            return [f"{text}: without its last"]
        case ast.Call(func=ast.Name(id="Way")):
            return [f"{text}: never found"]
        case ast.Return(value=value) if value is not None and not _is_nothing(value):
            return [f"{text}: answers nothing"]
        case ast.If() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            return [f"if {ast.unparse(node.test)[:80]}: if not"]
    return []


def _is_nothing(value) -> bool:
    """None, or what a condition cannot tell from it: False, whose opposite is tried, and “”. A zero is a number."""
    return isinstance(value, ast.Constant) and (value.value in (None, "") or value.value is False)


def _change(node) -> None:
    match node:
        case ast.Expr() | ast.Raise():
            _leave_out(node)
        case ast.Compare():
            node.ops = [OTHER[type(node.ops[0])]()]
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign():
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
        case ast.Call():  # one way of a turn of phrase
            node.args[0] = ast.Constant("(?!)")
        case ast.Return():
            node.value = ast.Constant(None)
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)


def _leave_out(node: ast.stmt) -> None:
    """The statement becomes `None`, in its place; one with `super()` becomes the `__class__` that the function closes over."""
    closes = any(isinstance(part, ast.Name) and part.id == "super" for part in ast.walk(node))
    node.__class__ = ast.Expr
    node.value = ast.Name("__class__", ast.Load()) if closes else ast.Constant(None)
