#!/bin/sh
# Which rule implements each check for agents and workload identity, line by line, and which practice or rule each signal for practices. Every rule named
# here must be built in; rules check holds each to its own cases.
. "$(dirname "$0")/lib.sh"

"$NHISCAN" rules list --format json >rules.json
python3 - <<'END' >ids
import json
d = json.load(open("rules.json"))
for r in d["rules"] if isinstance(d, dict) else d:
    print(r["id"])
END
[ -s ids ] || not_ok 'rules are listed' 'none'

table() { # heading, lines "ID rules…" on stdin
	while read -r id rules; do
		[ -n "$id" ] || continue
		missing=
		for rule in $rules; do grep -qx "$rule" ids || missing="$missing $rule"; done
		if [ -n "$rules" ] && [ -z "$missing" ]; then ok "$1 $id: $rules"; else not_ok "$1 $id" "no rule$missing"; fi
		echo "$id" >>seen
	done
}

# G: entries of servers
table servers <<'END'
G1 agent-literal-credential agent-literal-default
G2 agent-literal-credential
G3 agent-literal-credential
G4 agent-unpinned-server
G5 agent-unpinned-server
G6 agent-unpinned-server-with-credential
G7 agent-server-plain-http
G8 agent-server-unauthenticated
G9 agent-server-inline-shell agent-server-downloads
G10 agent-server-gets-credential-store agent-server-docker-socket
G11 agent-server-whole-disk
G12 agent-server-admin-credential
G13 agent-auto-approves-everything agent-auto-approves-changes agent-starts-every-server
G14 agent-shared-credential
G15 agent-personal-credential
G16 agent-passes-environment agent-server-environment-file
G17 agent-servers-trifecta
G18 agent-server-vulnerable
G19 agent-server-look-alike agent-server-shadowed
G20 agent-disabled-server-with-credential
END
# H: permissions and settings
table settings <<'END'
H1 agent-questions-off agent-questions-off-by-flag agent-edits-unasked
H2 agent-sandbox-off agent-questions-off
H3 agent-shows-credentials agent-sandbox-off agent-edits-unasked agent-trust-off agent-approves-shell agent-questions-off-by-flag agent-in-pipeline-trusts-workspace
H4 agent-grants-everything agent-grants-cloud-identity agent-grants-interpreter agent-grants-network agent-grants-write-anywhere
H5 agent-deny-goes-around
H6 agent-credentials-unguarded agent-reads-credentials
H7 agent-endpoint-override agent-project-helper
H8 agent-hook-downloads agent-hook-sends agent-hook-any-address
H9 agent-literal-credential agent-literal-default
H10 agent-told-to-reveal
H11 agent-hidden-text
H12 agent-local-settings-tracked
H13 agent-marketplace-moves
H14 agent-sandbox-weakened
H15 agent-definition-all-tools agent-reader-may-write agent-questions-off
H16 agent-file-links-out
END
# I: agents in pipelines
table pipelines <<'END'
I1 agent-in-pipeline-open
I2 agent-in-pipeline-reach
I3 agent-prompt-holds-stranger-text
I4 agent-in-pipeline-reach agent-setup-job-has-more
I5 agent-in-pipeline-static-key agent-in-pipeline-personal-key
I6 agent-in-pipeline-stored-token
I7 agent-in-pipeline-unrestrained agent-in-pipeline-prints-variables
I8 agent-output-executed agent-before-secrets
I9 agent-in-pipeline-reads-stranger-code
I10 agent-in-pipeline-may-merge
I11 agent-in-pipeline-full-output
I12 agent-in-pipeline-moves
END
# J: frameworks, platforms, workload identity
table platforms <<'END'
J1 agent-runs-code-unsafely agent-delegates-with-code agent-literal-credential
J2 agent-framework-open agent-framework-shared-memory agent-literal-credential agent-environment-file-tracked
J3 agent-literal-credential agent-runs-code-unsafely
J4 agent-literal-credential agent-unpinned-server agent-auto-approves-everything agent-local-shell
J5 bedrock-agent-unconfirmed bedrock-agent-without-guardrail agent-framework-open bedrock-agent-role-broad bedrock-agent-role-for-anyone
J6 agent-literal-credential
J7 copilot-studio-open copilot-studio-author-credentials
J8 agent-card-plain-http agent-card-unauthenticated
J9 spire-long-lived-identity spire-long-lived-jwt spire-long-lived-authority spire-join-token-only spire-forgets-nothing spire-keys-on-disk spire-unverified-certificate spire-many-administrators
J10 spire-insecure-bootstrap spire-open-verifiers spire-unverified-certificate spire-delegates spire-shared-socket
J11 spire-entry-for-everything spire-entry-admin spire-long-lived-identity spire-entry-federates-widely
J12 spire-plain-listener
END
# signals for practices: 3.1 to 3.11 of the standards
table signals <<'END'
3.1 kubernetes-endless-token kubernetes-long-lived-projected-token vault-long-lived-tokens spire-long-lived-identity agent-in-pipeline-static-key
3.2 kubernetes-default-service-account kubernetes-shared-service-account kubernetes-cloud-key-file agent-personal-credential agent-shared-credential
3.3 admission-fails-open agent-questions-off agent-auto-approves-everything vault-policy-everything
3.4 agent-in-pipeline-full-output agent-transcript-kept
3.5 agent-grants-cloud-identity
3.6 spire-insecure-bootstrap spire-join-token-only spire-entry-for-everything spire-entry-admin
3.7 agent-transcript-kept agent-transcript-holds-credential vault-long-lived-tokens
3.8 agent-in-pipeline-reach agent-in-pipeline-open agent-in-pipeline-unrestrained agent-in-pipeline-reads-stranger-code
3.9 agent-literal-credential agent-starts-every-server agent-unpinned-server agent-server-plain-http agent-card-unauthenticated
3.10 agent-disabled-server-with-credential spire-forgets-nothing
3.11 agent-shared-memory agent-framework-shared-memory agent-shared-credential
END

for id in $(seq -f 'G%g' 20) $(seq -f 'H%g' 16) $(seq -f 'I%g' 12) $(seq -f 'J%g' 12) $(seq -f '3.%g' 11); do
	grep -qx "$id" seen || not_ok "no check is left out: $id" 'not in the table'
done
ok 'no check is left out'
"$NHISCAN" practices --format json . 2>/dev/null | python3 -c '
import json, sys
ids = {p["id"] for p in json.load(sys.stdin)["practices"]}
want = {"short-lived-credentials", "workload-identity", "runtime-policy", "logged-tool-calls", "just-in-time", "federation", "renewed-authority",
        "contained-agents-in-pipelines", "ownership", "retirement"}
assert ids == want, ids ^ want' && ok 'each section has its practice' || not_ok 'each section has its practice' ''

# Where what is joined stands: a role of a Bedrock agent in Terraform, beside readers that take the same file; a file of variables that is tracked, and not
# one that is only there; a tool of an exported solution.
git init -q places && mkdir -p places/app places/bot/botcomponents/cr1.action.Send
printf 'STRIPE_SECRET_KEY=%s%s\n' q7Zk2Lw9Xt 4Vb6Rn5Jp1 >places/app/.env
printf '{"dependencies": ["."], "graphs": {"a": "./a.py:graph"},\n "env": ".env"}\n' >places/app/langgraph.json
printf 'kind: TaskDialog\naction:\n  connectionProperties:\n    mode: Maker\n  operationId: SendEmailV2\n' >places/bot/botcomponents/cr1.action.Send/data
cat >places/main.tf <<'END'
resource "aws_iam_role" "agent" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { Service = "bedrock.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy" "agent" {
  role   = aws_iam_role.agent.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = "*" }] })
}
resource "aws_bedrockagent_agent" "helper" {
  agent_resource_role_arn = aws_iam_role.agent.arn
}
END
echo .env >places/.gitignore
places() {
	"$NHISCAN" scan --no-config --no-history --exit-zero --format oneline --only 'bedrock-*' --only 'copilot-*' --only agent-environment-file-tracked places |
		sed 's/ .*\(bedrock\|copilot\|agent-env\)/ \1/; s/  .*//' | sort | tr '\n' ';'
}
git -C places add -A && git -C places -c user.name=a -c user.email=a@b.c commit -qm x
want='bot/botcomponents/cr1.action.Send/data:4:11: copilot-studio-author-credentials;main.tf:3:18: bedrock-agent-role-for-anyone;main.tf:8:67: bedrock-agent-role-broad;'
came=$(places)
if [ "$came" = "$want" ]; then ok 'a file of variables that git ignores is not told'; else not_ok 'a file of variables that git ignores is not told' "$came"; fi
git -C places add -f app/.env && git -C places -c user.name=a -c user.email=a@b.c commit -qm y
came=$(places)
if [ "$came" = "app/langgraph.json:2:9: agent-environment-file-tracked;$want" ]; then ok 'and one that is tracked is'; else not_ok 'and one that is tracked is' "$came"; fi
finish
