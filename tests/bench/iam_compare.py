#!/usr/bin/env python3
"""Who is told to be able to gain power in one export: nhiscan's inventory beside the results of Cloudsplaining, both run as programs.
    iam_compare.py INVENTORY.json CLOUDSPLAINING-RESULTS.json
Cloudsplaining judges policies: a policy counts for everybody who holds it, by itself or by a group."""

import json
import sys


def of_nhiscan(path):
    proved, possible = set(), set()
    for item in json.load(open(path))["items"]:
        power = item.get("power") or ""
        if item["type"] != "identity" or item["kind"] not in ("user", "role"):
            continue
        if power.startswith(("administrator", "becomes", "can gain")) and "condition" not in power[:32]:
            proved.add(item["name"])
        elif power.startswith(("may ", "administrator")):
            possible.add(item["name"])
    return proved, possible


def of_cloudsplaining(path):
    results = json.load(open(path))
    kinds = ("customer_managed_policies", "inline_policies", "aws_managed_policies")
    bad = {k: p for kind in kinds for k, p in results[kind].items() if p["PrivilegeEscalation"].get("findings") or p["PolicyName"] == "AdministratorAccess"}

    def holds(holder):
        return any(k in bad for kind in kinds for k in holder.get(kind, {}))

    groups = {g["name"]: holds(g) for g in results["groups"].values()}
    out = set()
    for kind in ("users", "roles"):
        for p in results[kind].values():
            if holds(p) or any(groups.get(g) for g in p.get("groups", {})):
                out.add(p["arn"])
    return out


def main():
    proved, possible = of_nhiscan(sys.argv[1])
    theirs = of_cloudsplaining(sys.argv[2])
    print(f"\nWho can gain power: nhiscan {len(proved)} proved and {len(possible)} conditional, cloudsplaining {len(theirs)}. Of cloudsplaining's, "
          f"nhiscan proves {len(theirs & proved)}, calls {len(theirs & possible)} conditional and {len(theirs - proved - possible)} neither; "
          f"of nhiscan's proved, cloudsplaining lacks {len(proved - theirs)}.")


if __name__ == "__main__":
    main()
