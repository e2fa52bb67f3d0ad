"""
AWS's evaluation logic for identity policies, as far as our examples use it (IAM User Guide, "Policy
evaluation logic" and "IAM JSON policy elements"). An element that it does not know is an error.
"""

import fnmatch
import re

KNOWN = {"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"}


def _list(value):
    return value if isinstance(value, list) else [value]


def _matches(pattern, text):
    # fnmatch knows [...] too, which IAM does not.
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _fill(pattern, context):
    """Policy variables; one that the request has not matches nothing."""
    return re.sub(r"\$\{([^}]+)\}", lambda m: context.get(m[1], "\0"), pattern)


def _condition_holds(condition, context):
    tests = {"StringEquals": lambda want, have: want == have, "StringLike": _matches}
    for operator, keys in condition.items():
        for key, wanted in keys.items():
            if key not in context or not any(tests[operator](w, context[key]) for w in _list(wanted)):
                return False
    return True


def _applies(statement, action, resource, context):
    unknown = statement.keys() - KNOWN
    assert not unknown, f"elements that are not evaluated: {unknown}"
    if not any(_matches(a.lower(), action.lower()) for a in _list(statement["Action"])):
        return False
    patterns = _list(statement.get("Resource", statement.get("NotResource")))
    named = any(_matches(_fill(p, context), resource) for p in patterns)
    if named == ("NotResource" in statement):
        return False
    return _condition_holds(statement.get("Condition", {}), context)


def allows(policy, action, resource, context=None):
    """Whether the policy, alone, allows it: an explicit deny wins, and nothing is allowed by default."""
    applying = [s for s in policy["Statement"] if _applies(s, action, resource, context or {})]
    effects = {s["Effect"] for s in applying}
    return "Allow" in effects and "Deny" not in effects
