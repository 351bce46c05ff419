"""Read off templates' syntax trees what decides what they write.

Templates are run on names instead of values: a name stands for the set of paths it may lead to, and what is used is
noted as a tree of parts. Whatever is not understood counts as using everything it is given, so the answer is at
worst too large: then a page is rendered again for nothing, but never kept when it should change.
"""

from collections.abc import Callable, Iterable, Mapping

from jinja2 import nodes

from recto.renderer.needs import COUNT, DEFINEDNESS, EACH, EXISTENCE, TRUTH, Need, Needs, Step, constant_names

Path = tuple[str | Step, ...]  # the context's name, then steps
Paths = frozenset[Path]
Scope = Mapping[str, Paths]
Trees = Callable[[str], nodes.Template | None]

_NOTHING: Paths = frozenset()
_LONGEST = 9  # steps; a longer path counts as using all of what its first part leads to
_VISITS = 3000  # of templates and blocks; beyond, everything counts as used

_KEEP_ITEMS = frozenset(("list", "reverse", "sort", "unique", "selectattr", "rejectattr"))
_FILES = frozenset(("asset", "has_asset"))


def read(name: str, trees: Trees, every: Iterable[str]) -> Needs:
    """The needs of a template; `trees` gives the syntax tree of one, `every` are all the names there are."""
    reading = _Reading(trees, tuple(every))
    while reading.grows(name):
        pass
    return reading.needs


class _TooMuchError(Exception):
    """The templates lead round and round."""


class _Reading:
    """One reading; repeated until nothing new is learned, since a block may use a name that is set further down."""

    def __init__(self, trees: Trees, every: tuple[str, ...]) -> None:
        self.needs = Needs()
        self._trees = trees
        self._every = every
        self._set: dict[str, Paths] = {}  # what each name may have been set to, anywhere
        self._blocks: dict[str, list[nodes.Block]] = {}
        self._imports = False
        self._visited: set[object] = set()
        self._statements: Mapping[type[nodes.Node], Callable[..., None]] = {
            nodes.Assign: self._assign,
            nodes.Block: self._block,
            nodes.CallBlock: self._call_block,
            nodes.Extends: self._include,
            nodes.For: self._for,
            nodes.FromImport: self._import,
            nodes.If: self._if,
            nodes.Import: self._import,
            nodes.Include: self._include,
            nodes.Macro: self._macro,
            nodes.With: self._with,
        }
        self._values: Mapping[type[nodes.Node], Callable[..., Paths]] = {
            nodes.Name: self._name,
            nodes.Getattr: self._getattr,
            nodes.Getitem: self._getitem,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
            nodes.Not: self._not,
            nodes.And: self._either,
            nodes.Or: self._either,
            nodes.CondExpr: self._choice,
            nodes.Call: self._call,
        }

    def grows(self, name: str) -> bool:
        """Read once; whether something was learned that asks for another reading."""
        before = self._learned()
        self._visited.clear()
        try:
            self._template(name, {})
        except (_TooMuchError, RecursionError):
            self.needs = Needs(templates=None, files=None, context=None)
            return False
        return self._learned() != before

    def _learned(self) -> object:
        return dict(self._set), {name: len(bodies) for name, bodies in self._blocks.items()}, self._imports

    # ---- statements ----

    def _template(self, name: str, scope: Scope) -> None:
        if self.needs.templates is not None:
            self.needs.templates.add(name)
        tree = self._trees(name)
        if tree is not None and self._first_time(tree, scope):
            self._all(tree.body, scope)

    def _first_time(self, node: nodes.Node, scope: Scope) -> bool:
        visit = (id(node), frozenset(scope.items()))
        if visit in self._visited:
            return False
        if len(self._visited) > _VISITS:
            raise _TooMuchError
        self._visited.add(visit)
        return True

    def _all(self, found: Iterable[nodes.Node], scope: Scope) -> None:
        for node in found:
            self._visit(node, scope)

    def _visit(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.Expr):
            self._whole(node, scope)
        else:
            self._statements.get(type(node), self._any_statement)(node, scope)

    def _any_statement(self, node: nodes.Node, scope: Scope) -> None:
        self._all(node.iter_child_nodes(), scope)

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        paths = self._value(node.node, scope)
        if isinstance(node.target, nodes.Name) and not self._imports:
            self._set[node.target.name] = self._set.get(node.target.name, _NOTHING) | paths
        else:
            self._use(paths)

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        bodies = self._blocks.setdefault(node.name, [])
        if not any(body is node for body in bodies):
            bodies.append(node)
        for body in bodies:
            seen = scope if node.scoped or body.scoped else {}
            if self._first_time(body, seen):
                self._all(body.body, seen)

    def _call_block(self, node: nodes.CallBlock, scope: Scope) -> None:
        self._whole(node.call, scope)
        self._all(node.defaults, scope)
        self._all(node.body, {**scope, **_fresh(node.args)})

    def _macro(self, node: nodes.Macro, scope: Scope) -> None:
        self._all(node.defaults, scope)
        self._all(node.body, {**scope, **_fresh(node.args)})

    def _for(self, node: nodes.For, scope: Scope) -> None:
        items = self._items(node.iter, scope)
        if node.recursive or not isinstance(node.target, nodes.Name):
            self._use(items)
            items = _NOTHING
        inner = {**scope, **_fresh(node.target.find_all(nodes.Name)), "loop": items}
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = items
        if node.test:
            self._truth(node.test, inner)
        self._all(node.body, inner)
        self._all(node.else_, scope)

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self._truth(node.test, scope)
        self._all((*node.body, *node.elif_, *node.else_), scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = dict(scope)
        for target, expression in zip(node.targets, node.values, strict=True):
            if isinstance(target, nodes.Name):
                inner[target.name] = self._value(expression, scope)
            else:
                self._whole(expression, scope)
                inner |= _fresh(target.find_all(nodes.Name))
        self._all(node.body, inner)

    def _include(self, node: nodes.Include | nodes.Extends, scope: Scope) -> None:
        seen = scope if isinstance(node, nodes.Include) else {}
        for name in self._named(node.template, scope):
            self._template(name, seen)

    def _import(self, node: nodes.Import | nodes.FromImport, scope: Scope) -> None:
        self._imports = True  # what an imported template sets is beyond this reading: it counts as used
        for name in self._named(node.template, scope):
            self._template(name, scope)

    def _named(self, node: nodes.Expr, scope: Scope) -> Iterable[str]:
        names = constant_names(node)
        if names is None:
            self._whole(node, scope)
            self.needs.templates = None
        return self._every if names is None else names

    # ---- expressions: which paths a value may be; what is done with it otherwise is noted as used ----

    def _value(self, node: nodes.Node | None, scope: Scope) -> Paths:
        return self._values.get(type(node), self._any_value)(node, scope) if node else _NOTHING

    def _whole(self, node: nodes.Expr, scope: Scope) -> None:
        self._use(self._value(node, scope))

    def _use(self, paths: Paths, *last: Step) -> None:
        for name, *steps in paths:
            if self.needs.context is not None:
                need = self.needs.context.setdefault(str(name), Need())
                need.add((*steps, *last))  # type: ignore[arg-type]  # only the first part of a path is a name

    def _any_value(self, node: nodes.Expr, scope: Scope) -> Paths:
        self._all(node.iter_child_nodes(), scope)
        return _NOTHING

    def _name(self, node: nodes.Name, scope: Scope) -> Paths:
        if node.name in _FILES:
            self.needs.files = None
        return scope.get(node.name, frozenset([(node.name,)])) | self._set.get(node.name, _NOTHING)

    def _extended(self, paths: Paths, step: Step) -> Paths:
        long = frozenset(path for path in paths if len(path) >= _LONGEST)
        self._use(long)
        return frozenset((*path, step) for path in paths - long)

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Paths:
        if _is_loop(node.node, scope):
            return scope["loop"] if node.attr in ("previtem", "nextitem") else _NOTHING
        return self._part(node.node, ("attribute", node.attr), scope)

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Paths:
        step = _constant_step(node.arg)
        if step is None:
            return self._any_value(node, scope)
        return self._part(node.node, step, scope)

    def _part(self, node: nodes.Expr, step: Step, scope: Scope) -> Paths:
        paths = self._value(node, scope)
        self._use(paths, DEFINEDNESS)
        return self._extended(paths, step)

    def _not(self, node: nodes.Not, scope: Scope) -> Paths:
        self._truth(node.node, scope)
        return _NOTHING

    def _either(self, node: nodes.And | nodes.Or, scope: Scope) -> Paths:
        self._truth(node.left, scope)
        return self._value(node.left, scope) | self._value(node.right, scope)

    def _choice(self, node: nodes.CondExpr, scope: Scope) -> Paths:
        self._truth(node.test, scope)
        return self._value(node.expr1, scope) | self._value(node.expr2, scope)

    def _truth(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.And | nodes.Or):
            self._truth(node.left, scope)
            self._truth(node.right, scope)
        else:
            self._use(self._value(node, scope), TRUTH)

    def _test(self, node: nodes.Test, scope: Scope) -> Paths:
        if node.name not in ("defined", "undefined", "none"):
            return self._any_value(node, scope)
        self._use(self._value(node.node, scope), EXISTENCE)
        return _NOTHING

    def _call(self, node: nodes.Call, scope: Scope) -> Paths:
        if isinstance(node.node, nodes.Name) and node.node.name in _FILES:
            self._file(node)
        elif isinstance(node.node, nodes.Getattr) and not _is_loop(node.node.node, scope):
            self._whole(node.node.node, scope)  # a method may use all of its object
        else:
            self._whole(node.node, scope)
        self._all(node.iter_child_nodes(exclude=("node",)), scope)
        return _NOTHING

    def _file(self, node: nodes.Call) -> None:
        match node.args:
            case [nodes.Const(value=str(name))] if self.needs.files is not None:
                self.needs.files.add(name)
            case _:
                self.needs.files = None

    # ---- filters, and what loops go through ----

    def _filter(self, node: nodes.Filter, scope: Scope) -> Paths:
        if node.node is None:
            return self._any_value(node, scope)
        if node.name in ("default", "d"):
            return self._default(node, scope)
        if node.name in ("length", "count"):
            self._use(self._value(node.node, scope), COUNT)
            return _NOTHING
        if node.name in ("first", "last"):
            return self._items(node.node, scope)
        if node.name == "join" and (attribute := _attribute(node)):
            self._use(self._steps(self._items(node.node, scope), attribute))
            return self._arguments(node, scope)
        return self._any_value(node, scope)

    def _default(self, node: nodes.Filter, scope: Scope) -> Paths:
        value = self._value(node.node, scope)
        self._use(value, EXISTENCE)
        self._use(value, TRUTH)
        others = [self._value(other, scope) for other in node.args]
        self._all(node.kwargs, scope)
        return value.union(*others)

    def _items(self, node: nodes.Node | None, scope: Scope) -> Paths:
        """What each item of a list may be; how many there are is used."""
        if isinstance(node, nodes.Filter) and node.name in _KEEP_ITEMS and node.node is not None:
            return self._kept(node, scope)
        paths = self._value(node, scope)
        self._use(paths, COUNT)
        return self._extended(paths, EACH)

    def _kept(self, node: nodes.Filter, scope: Scope) -> Paths:
        items = self._items(node.node, scope)
        if node.name in ("sort", "unique", "selectattr", "rejectattr"):
            attribute = _attribute(node)
            self._use(self._steps(items, attribute) if attribute else items)
        self._arguments(node, scope)
        return items

    def _arguments(self, node: nodes.Filter, scope: Scope) -> Paths:
        self._all(node.iter_child_nodes(exclude=("node",)), scope)
        return _NOTHING

    def _steps(self, paths: Paths, attribute: str) -> Paths:
        for part in attribute.split("."):
            paths = self._extended(paths, ("item", int(part) if part.isdigit() else part))
        return paths


def _fresh(names: Iterable[nodes.Name]) -> dict[str, Paths]:
    """Names for what was counted as used when it was made."""
    return {name.name: _NOTHING for name in names}


def _is_loop(node: nodes.Expr, scope: Scope) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop" and "loop" in scope


def _constant_step(node: nodes.Expr) -> Step | None:
    try:
        if isinstance(node, nodes.Slice):
            ends = (node.start, node.stop, node.step)
            return ("slice", tuple(end.as_const() if end else None for end in ends))
        key = node.as_const()
    except nodes.Impossible:
        return None
    return ("item", key) if isinstance(key, str | int) else None


def _attribute(node: nodes.Filter) -> str:
    """The attribute that a filter looks at, where it is named outright."""
    positional = node.args[:1] if node.name in ("selectattr", "rejectattr") else ()
    named = (keyword.value for keyword in node.kwargs if keyword.key == "attribute")
    for given in (*named, *positional):
        if isinstance(given, nodes.Const) and isinstance(given.value, str) and "," not in given.value:
            return given.value
    return ""
