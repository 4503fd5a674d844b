"""From the files of a rulebook to one tree: parts, catalogues, and the edition it extends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tieuchi.errors import Issue, RulebookError, UnknownNameError
from tieuchi.loading.bundled import catalogue_path, rulebook_path
from tieuchi.loading.tree_paths import TreePath, edited, merged, resolve
from tieuchi.loading.yaml_source import Draft, Keep, Node, draft_yaml, read_bytes, shown_path

LONGEST_CHAIN = 8
MOST_PARTS = 100
_OWN_KEYS = ("parts", "catalogues", "extends", "changes")


def assemble(path: Path, keep: Keep = "first") -> Draft:
    """Read a rulebook and all it names as one tree whose nodes keep their places, and with all that is wrong so far.

    Args:
        path: The file of the rulebook.
        keep: Which of two values under one key goes into the tree.

    Raises:
        RulebookError: There is no tree to go on with: the file, or the edition it extends, can't be read.
    """
    assembler = _Assembler(keep)
    root = assembler.assembled(path, (path.resolve(),))
    return Draft(root, tuple(assembler.issues))


class _Assembler:
    """Reads one file after another and keeps what is wrong with them."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep
        self.issues: list[Issue] = []
        self.catalogues: set[Path] = set()

    def assembled(self, path: Path, chain: tuple[Path, ...]) -> Node:
        header = self.read(path)
        if header.kind != "mapping":
            raise RulebookError([*self.issues, Issue("R220", header.position, facts={"value": header.text[:40]})])
        extends, changes = header.get("extends"), header.get("changes")
        own = replace(header, items=tuple(item for item in header.items if item[0].text not in _OWN_KEYS))
        if extends is None or extends.empty:
            if changes is not None:
                self.issues.append(Issue("R231", header.key_at(("changes",)).position, "changes"))
            return self.with_catalogues(self.with_parts(own, header, path), header, path)
        base = self.base(extends, path, chain)
        root = self.with_parts(own, header, path)
        if base is None:
            self.with_catalogues(root, header, path)
            raise RulebookError(self.issues)
        inherited = base.get("indicators")
        root = _with_indicators(merged(base, root), inherited if root.get("indicators") else None)
        if changes is not None:
            root = _changed(root, changes, self.issues)
        return self.with_catalogues(root, header, path)

    def read(self, path: Path) -> Node:
        draft = draft_yaml(read_bytes(path), shown_path(path), keep=self.keep)
        self.issues += draft.issues
        return draft.root

    def base(self, node: Node, path: Path, chain: tuple[Path, ...]) -> Node | None:
        """Return the edition that a rulebook extends; None where it can't be had, which is noted."""
        target = self.located(node, "extends", path)
        if target is None:
            return None
        if target.resolve() in chain or len(chain) >= LONGEST_CHAIN:
            self.issues.append(Issue("R230", node.position, "extends", {"name": node.text}))
            return None
        try:
            return self.assembled(target, (*chain, target.resolve()))
        except RulebookError as error:
            self.issues += error.issues
            return None

    def located(self, node: Node, key: str, path: Path) -> Path | None:
        """Return the file that a name in a rulebook stands for; bundled names count, paths start at the file."""
        if node.kind != "scalar" or not node.text.strip():
            self.issues.append(Issue("R221", node.position, key))
            return None
        try:
            if key == "catalogues":
                return catalogue_path(node.text, path.parent)
            return rulebook_path(node.text, path.parent)
        except UnknownNameError as error:
            facts = {"name": node.text, "nearest": error.nearest or "", "known": ", ".join(error.known[:8])}
            self.issues.append(Issue("R232", node.position, key, facts))
            return None

    def listed(self, header: Node, key: str) -> tuple[Node, ...]:
        node = header.get(key)
        if node is None or node.empty:
            return ()
        if node.kind != "sequence" or len(node.parts) > MOST_PARTS:
            self.issues.append(Issue("R219", node.position, key))
            return ()
        return node.parts

    def with_parts(self, root: Node, header: Node, path: Path) -> Node:
        """Append the criteria that stand in files of their own."""
        found: list[Node] = []
        for node in self.listed(header, "parts"):
            inside = path.parent / node.text
            if node.kind != "scalar" or not _is_inside(inside, path.parent):
                self.issues.append(Issue("R233", node.position, "parts", {"name": node.text}))
                continue
            try:
                found.append(self.read(inside))
            except RulebookError as error:
                unread = [i for i in error.issues if i.code == "Y100"]
                self.issues += [i for i in error.issues if i.code != "Y100"]
                self.issues += [Issue("R234", node.position, "parts", {"name": node.text, **i.facts}) for i in unread]
        return _appended(root, "criteria", found)

    def with_catalogues(self, root: Node, header: Node, path: Path) -> Node:
        """Append what catalogues declare; one that an earlier edition has named already is taken once."""
        offices: list[tuple[Node, Node]] = []
        found: list[Node] = []
        for node in self.listed(header, "catalogues"):
            target = self.located(node, "catalogues", path)
            if target is None or target.resolve() in self.catalogues:
                continue
            self.catalogues.add(target.resolve())
            try:
                catalogue = self.read(target)
            except RulebookError as error:
                self.issues += error.issues
                continue
            parts, bodies = self.catalogue(catalogue)
            found += parts
            offices += bodies
        return _with_offices(_appended(root, "indicators", found), offices)

    def catalogue(self, root: Node) -> tuple[tuple[Node, ...], tuple[tuple[Node, Node], ...]]:
        """Return the indicators and the offices of a catalogue, noting what else stands in it."""
        if root.kind != "mapping":
            self.issues.append(Issue("R220", root.position))
        kinds = {"indicators": ("sequence", "R219"), "offices": ("mapping", "R220")}
        for key, value in root.items:
            kind, code = kinds.get(key.text, (value.kind, ""))
            if key.text not in (*kinds, "id", "title"):
                self.issues.append(Issue("R201", key.position, key.text, {"key": key.text, "nearest": "indicators"}))
            elif value.kind != kind:
                self.issues.append(Issue(code, value.position, key.text))
        indicators, offices = root.get("indicators"), root.get("offices")
        return indicators.parts if indicators else (), offices.items if offices else ()


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # too long, no path at all, or links that lead in a circle
        return False


def _with_offices(root: Node, offices: list[tuple[Node, Node]]) -> Node:
    """Add the offices of catalogues that the rulebook does not name itself."""
    own = root.get("offices")
    if not offices or (own is not None and own.kind != "mapping"):
        return root
    named = {key.text for key, _ in own.items} if own else set()
    extra = tuple({key.text: (key, value) for key, value in offices if key.text not in named}.values())
    if own is None:
        holder = Node("mapping", root.position, items=extra)
        return replace(root, items=(*root.items, (_key("offices", root), holder)))
    return edited(root, ("offices",), lambda node: replace(node, items=(*node.items, *extra)))


def _with_indicators(root: Node, inherited: Node | None) -> Node:
    return root if inherited is None else _appended(root, "indicators", list(inherited.parts))


def _appended(root: Node, key: str, nodes: list[Node]) -> Node:
    if not nodes:
        return root
    own = root.get(key)
    if own is None:
        holder = Node("sequence", nodes[0].position, parts=tuple(nodes))
        return replace(root, items=(*root.items, (_key(key, root), holder)))
    if own.kind != "sequence":
        return root
    return edited(root, (key,), lambda node: replace(node, parts=(*node.parts, *nodes)))


def _key(name: str, near: Node) -> Node:
    return Node("scalar", near.position, name)


def _changed(root: Node, changes: Node, issues: list[Issue]) -> Node:
    """Apply the changes of a new edition, one after the other."""
    if changes.kind != "sequence":
        issues.append(Issue("R219", changes.position, "changes"))
        return root
    for index, change in enumerate(changes.parts):
        keys = {key.text for key, _ in change.items}
        where = f"changes[{index}]"
        known: list[set[str]] = [{"path", "value"}, {"criterion", "set"}, {"add"}, {"add", "under"}, {"remove"}]
        if keys not in known:
            facts = {"given": ", ".join(sorted(keys)), "known": "path+value, criterion+set, add(+under), remove"}
            issues.append(Issue("R235", change.position, where, facts))
            continue
        try:
            root = _apply(root, change)
        except UnknownNameError as error:
            node = next(change.get(k) for k in ("path", "criterion", "under", "remove") if change.get(k))
            facts = {"name": error.name, "nearest": error.nearest or "", "known": ", ".join(error.known[:8])}
            issues.append(Issue("R236", node.position if node else change.position, where, facts))
    return root


def _apply(root: Node, change: Node) -> Node:
    value, path, under = change.get("value"), change.get("path"), change.get("under")
    if path is not None and value is not None:
        return edited(root, resolve(root, path.text), lambda _: value)
    if (name := change.get("criterion")) is not None and (news := change.get("set")) is not None:
        return edited(root, resolve(root, name.text), lambda node: merged(node, news))
    if (gone := change.get("remove")) is not None:
        return edited(root, resolve(root, gone.text), lambda _: None)
    new = change.get("add")
    assert new is not None
    place: TreePath = resolve(root, under.text) if under is not None else ()
    return edited(root, place, lambda node: _appended(node, "criteria", [new]))
