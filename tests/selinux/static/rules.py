"""What a policy has that another has not: every rule, and everything else that rules depend on."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import setools

# What a policy consists of besides its rules, types and booleans.
REST = (
    "bounds", "constraints", "defaults", "fs_uses", "genfscons", "initialsids", "mlsrules", "netifcons", "nodecons",
    "polcaps", "portcons", "rbacrules", "roles", "users",
)  # fmt: skip


def words(policy: setools.SELinuxPolicy) -> set[str]:
    """Types with their attributes, booleans with their defaults, and the rest, a line each."""
    lines = set()
    for type_ in policy.types():
        permissive = "permissive " if type_.ispermissive else ""
        lines.add(f"{permissive}type {type_}: {' '.join(sorted(map(str, type_.attributes())))}")
    lines |= {f"boolean {boolean}: {'on' if boolean.state else 'off'}" for boolean in policy.bools()}
    for kind in REST:
        lines |= {thing.statement() for thing in getattr(policy, kind)()}
    return lines


def condition(rule: setools.policyrep.AVRule) -> str:
    """The booleans under which a rule counts; nothing where it always does."""
    try:
        text = " && ".join(sorted(str(rule.conditional).split(" && ")))
        return text if rule.conditional_block else f"not ({text})"
    except setools.exception.RuleNotConditional:
        return ""


class Known:
    """A policy's rules as text, to compare others with."""

    def __init__(self, binary: Path):
        policy = setools.SELinuxPolicy(str(binary))
        self.rules = set(map(str, policy.terules()))
        self.words = words(policy)


class Added:
    """What a policy has more than a known one, and what it lacks."""

    def __init__(self, binary: Path, known: Known):
        # The rules are good for as long as their policy is.
        self.policy = setools.SELinuxPolicy(str(binary))
        self.rules = []
        same = set()
        for rule in self.policy.terules():
            text = str(rule)
            if text in known.rules:
                same.add(text)
            else:
                self.rules.append(rule)
        now = words(self.policy)
        self.words = now - known.words
        self.lost = (known.rules - same) | (known.words - now)

    def by_domain(self, rules: Iterable | None = None) -> dict[tuple[str, str], frozenset[str]]:
        """The rules of each domain under each condition; attributes stand for their domains, and rules for the
        same target and class are one."""
        merged = defaultdict(lambda: defaultdict(set))
        for rule in self.rules if rules is None else rules:
            for source in map(str, rule.source.expand()):
                target = "self" if str(rule.target) == source else str(rule.target)
                try:
                    merged[condition(rule), source][f"{rule.ruletype} {target}:{rule.tclass}"] |= set(rule.perms)
                except setools.exception.RuleUseError:
                    merged[condition(rule), source][f"{rule.ruletype} {target}:{rule.tclass}"].add(str(rule.default))
        return {
            key: frozenset(f"{what} {{ {' '.join(sorted(perms))} }}" for what, perms in rules.items())
            for key, rules in merged.items()
        }

    def under(self, switched_on: set[str]) -> dict[str, frozenset[str]]:
        """What each domain gets when these booleans are on and ours are off otherwise, whatever stands where."""
        counting = []
        for rule in self.rules:
            try:
                state = {str(boolean): str(boolean) in switched_on for boolean in rule.conditional.booleans}
                if rule.conditional.evaluate(**state) == rule.conditional_block:
                    counting.append(rule)
            except setools.exception.RuleNotConditional:
                counting.append(rule)
        found = defaultdict(set)
        for (_, domain), rules in self.by_domain(counting).items():
            found[domain] |= rules
        return {domain: frozenset(rules) for domain, rules in found.items()}


def shown(added: Added) -> str:
    """All of it, for a golden file: domains with the same rules stand together."""
    lines = sorted(added.words)
    groups = defaultdict(list)
    for (when, domain), rules in sorted(added.by_domain().items()):
        groups[when, rules].append(domain)
    for (when, rules), domains in sorted(groups.items(), key=lambda group: (group[0][0], group[1])):
        lines += ["", f"{f'when {when}' if when else 'always'}: {' '.join(domains)}"]
        lines += [f"    {rule}" for rule in sorted(rules)]
    return "\n".join(lines) + "\n"


def who_can(added: Added, types: Iterable[str], verbs: dict[str, set[str]]) -> str:
    """Who has one of a verb's permissions for files of a type, through which attribute, under which booleans."""
    names = {type_: {type_, *map(str, added.policy.lookup_type(type_).attributes())} for type_ in types}
    every = set().union(*names.values())
    found = {(verb, type_): set() for type_ in types for verb in verbs}
    for rule in added.policy.terules():
        target = str(rule.target)
        if target not in every or str(rule.tclass) != "file" or str(rule.ruletype) != "allow":
            continue
        when = f" when {condition(rule)}" if condition(rule) else ""
        for verb, type_ in found:
            if target in names[type_] and verbs[verb] & set(rule.perms):
                via = "" if target == type_ else f" as {target}"
                found[verb, type_] |= {f"    {source}{via}{when}" for source in map(str, rule.source.expand())}
    return "\n".join(line for (verb, type_), lines in found.items() for line in (f"{verb} {type_}:", *sorted(lines))) + "\n"
