"""From the files of a rulebook to one tree: parts, catalogues, and the edition it extends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tieuchi.errors import Issue, RulebookError, UnknownNameError
from tieuchi.loading.bundled import catalogue_path, rulebook_path
from tieuchi.loading.tree_paths import TreePath, edited, merged, resolve
from tieuchi.loading.yaml_source import Node, read_yaml

LONGEST_CHAIN = 8
MOST_PARTS = 100
_OWN_KEYS = ("parts", "catalogues", "extends", "changes")
_CHANGE_KEYS = ("path", "value", "criterion", "set", "add", "under", "remove")


def assemble(path: Path) -> Node:
    """Read a rulebook and all it names, and return it as one tree whose nodes keep their places.

    Raises:
        RulebookError: With every reason why the files don't make one tree.
    """
    return _assemble(path, (path.resolve(),))


def _assemble(path: Path, chain: tuple[Path, ...]) -> Node:
    header = read_yaml(path)
    if header.kind != "mapping":
        raise RulebookError([Issue("R220", header.position, facts={"value": header.text[:40]})])
    issues: list[Issue] = []
    base = _base(header, path, chain, issues)
    root = replace(header, items=tuple(item for item in header.items if item[0].text not in _OWN_KEYS))
    root = _with_parts(root, header, path, issues)
    if base is not None:
        inherited = base.get("indicators")
        root = _with_indicators(merged(base, root), inherited if root.get("indicators") else None)
        changes = header.get("changes")
        if changes is not None:
            root = _changed(root, changes, issues)
    elif header.get("changes") is not None:
        issues.append(Issue("R231", header.key_at(("changes",)).position, "changes"))
    root = _with_catalogues(root, header, path, issues)
    if issues:
        raise RulebookError(issues)
    return root


def _base(header: Node, path: Path, chain: tuple[Path, ...], issues: list[Issue]) -> Node | None:
    node = header.get("extends")
    if node is None or node.empty:
        return None
    target = _located(node, "extends", path, issues)
    if target is None:
        return None
    if target.resolve() in chain or len(chain) >= LONGEST_CHAIN:
        issues.append(Issue("R230", node.position, "extends", {"name": node.text}))
        return None
    try:
        return _assemble(target, (*chain, target.resolve()))
    except RulebookError as error:
        issues.extend(error.issues)
        return None


def _located(node: Node, key: str, path: Path, issues: list[Issue]) -> Path | None:
    """Return the file that a name in a rulebook stands for; bundled names count, relative paths start at the file."""
    if node.kind != "scalar" or not node.text.strip():
        issues.append(Issue("R221", node.position, key))
        return None
    try:
        if key == "catalogues":
            return catalogue_path(node.text, path.parent)
        return rulebook_path(node.text, path.parent)
    except UnknownNameError as error:
        facts = {"name": node.text, "nearest": error.nearest or "", "known": ", ".join(error.known[:8])}
        issues.append(Issue("R232", node.position, key, facts))
        return None


def _listed(header: Node, key: str, issues: list[Issue]) -> tuple[Node, ...]:
    node = header.get(key)
    if node is None or node.empty:
        return ()
    if node.kind != "sequence" or len(node.parts) > MOST_PARTS:
        issues.append(Issue("R219", node.position, key))
        return ()
    return node.parts


def _with_parts(root: Node, header: Node, path: Path, issues: list[Issue]) -> Node:
    """Append the criteria that stand in files of their own."""
    found: list[Node] = []
    for node in _listed(header, "parts", issues):
        inside = path.parent / node.text
        if node.kind != "scalar" or not inside.resolve().is_relative_to(path.parent.resolve()):
            issues.append(Issue("R233", node.position, "parts", {"name": node.text}))
            continue
        try:
            found.append(read_yaml(inside))
        except RulebookError as error:
            unread = [i for i in error.issues if i.code == "Y100"]
            issues.extend(i for i in error.issues if i.code != "Y100")
            issues.extend(Issue("R234", node.position, "parts", {"name": node.text, **i.facts}) for i in unread)
    return _appended(root, "criteria", found)


def _with_catalogues(root: Node, header: Node, path: Path, issues: list[Issue]) -> Node:
    offices: list[tuple[Node, Node]] = []
    found: list[Node] = []
    for node in _listed(header, "catalogues", issues):
        target = _located(node, "catalogues", path, issues)
        if target is None:
            continue
        try:
            catalogue = read_yaml(target)
        except RulebookError as error:
            issues.extend(error.issues)
            continue
        for key, value in catalogue.items:
            if key.text == "indicators" and value.kind == "sequence":
                found += value.parts
            elif key.text == "offices" and value.kind == "mapping":
                offices += value.items
            elif key.text not in ("id", "title"):
                issues.append(Issue("R201", key.position, key.text, {"key": key.text, "nearest": "indicators"}))
    root = _appended(root, "indicators", found)
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
