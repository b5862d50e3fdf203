#!/bin/sh
# Practices: each with the four answers, from files as they are found in repositories. Where a practice's opposite or presence shows only in an export, an
# export is read.
. "$(dirname "$0")/lib.sh"

# case PRACTICE ANSWER: the tree is $work/t, which is emptied afterwards
tree() {
	rm -rf t
	mkdir -p t
}
case_of() { # practice, answer expected
	run practices --format json t
	if python3 - "$1" "$2" <<'END'
import json, sys
p = [p for p in json.load(open(".out"))["practices"] if p["id"] == sys.argv[1]]
assert len(p) == 1 and p[0]["answer"] == sys.argv[2], (p and p[0]["answer"], sys.argv[2])
if sys.argv[2] in ("present", "contradicted"):
    places = [x for x in p[0]["places"] if x["says"] == sys.argv[2]]
    assert places and all(x["line"] > 0 and x["column"] > 0 for x in places), p
END
	then ok "$1: $2"; else not_ok "$1: $2" "$(cat .out | tr -d '\n ' | grep -o "{\"id\":\"$1\"[^]]*" | cut -c1-300)"; fi
	tree
}
put() { # path; content on stdin
	mkdir -p "t/$(dirname "$1")"
	cat >"t/$1"
}
key=k4Jq92mZ
key=${key}xw81LpQ7
tree
workflow() { # permissions, steps on stdin
	mkdir -p t/.github/workflows
	{
		printf 'on: [push]\npermissions: %s\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n' "$1"
		cat
	} >t/.github/workflows/a.yml
}

# nothing of the kind is there: none is assessed
for p in short-lived-credentials workload-identity runtime-policy logged-tool-calls just-in-time federation renewed-authority \
	contained-agents-in-pipelines ownership retirement; do
	echo '# A project' | put README.md
	case_of $p not-assessed
done

# short-lived credentials
workflow '{id-token: write}' <<'END'
      - uses: aws-actions/configure-aws-credentials@v4
        with: {role-to-assume: "arn:aws:iam::111122223333:role/deploy", aws-region: eu-west-1}
END
case_of short-lived-credentials present
workflow '{}' <<'END'
      - uses: aws-actions/configure-aws-credentials@v4
        with: {aws-access-key-id: "${{ secrets.AWS_ACCESS_KEY_ID }}", aws-secret-access-key: "${{ secrets.AWS_SECRET_ACCESS_KEY }}", aws-region: eu-west-1}
END
case_of short-lived-credentials contradicted
workflow '{}' <<'END'
      - run: make test
END
case_of short-lived-credentials not-evidenced

# an identity for each workload
deployment() { # name, service account or nothing
	printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: shop}\nspec:\n  template:\n    spec:\n' "$1"
	[ -z "$2" ] || printf '      serviceAccountName: %s\n' "$2"
	printf '      containers: [{name: c, image: "registry.internal/c:1.0.0"}]\n'
}
deployment api api-account | put k8s/api.yaml
case_of workload-identity present
deployment api shop-account | put k8s/api.yaml
deployment web shop-account | put k8s/web.yaml
case_of workload-identity contradicted
put .mcp.json <<'END'
{"mcpServers": {"a": {"command": "node", "args": ["s.js"], "env": {"API_KEY": "${API_KEY}"}}}}
END
case_of workload-identity not-evidenced

# policy at run time
put .claude/settings.json <<'END'
{"permissions": {"deny": ["Read(./.env)"]}, "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./check.sh"}]}]}}
END
case_of runtime-policy present
put .claude/settings.json <<'END'
{"permissions": {"defaultMode": "bypassPermissions", "deny": ["Read(./.env)"]}}
END
case_of runtime-policy contradicted
put .mcp.json <<'END'
{"mcpServers": {"a": {"command": "node", "args": ["s.js"]}}}
END
case_of runtime-policy not-evidenced

# logged tool calls
put .claude/settings.json <<'END'
{"env": {"CLAUDE_CODE_ENABLE_TELEMETRY": "1"}}
END
case_of logged-tool-calls present
put .claude/settings.json <<'END'
{"disableAllHooks": true}
END
case_of logged-tool-calls contradicted
put .claude/settings.json <<'END'
{"permissions": {"allow": ["Bash(npm test)"]}}
END
case_of logged-tool-calls not-evidenced

# just in time
put .github/workflows/a.yml <<'END'
on: {push: {branches: [main]}}
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps: [{run: terraform apply -auto-approve}]
END
case_of just-in-time present
account() { # tags and policies of a user
	put authorization-details.json <<END
{"UserDetailList": [{"Path": "/", "UserName": "deployer", "UserId": "AIDAEXAMPLE", "Arn": "arn:aws:iam::111122223333:user/deployer",
"CreateDate": "2020-01-01T00:00:00+00:00", "GroupList": [], "Tags": [], "AttachedManagedPolicies": [$1]}],
"GroupDetailList": [], "RoleDetailList": [], "Policies": []}
END
}
account '{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}'
case_of just-in-time contradicted
workflow '{}' <<'END'
      - run: make test
END
case_of just-in-time not-evidenced

# federation
put conf/server.conf <<'END'
server {
  trust_domain = "example.org"
}
plugins {
  NodeAttestor "aws_iid" { plugin_data {} }
}
END
case_of federation present
put conf/agent.conf <<'END'
agent {
  trust_domain = "example.org"
  insecure_bootstrap = true
}
END
case_of federation contradicted
workflow '{}' <<'END'
      - run: make test
END
case_of federation not-evidenced

# renewed authority
put .claude/settings.json <<'END'
{"apiKeyHelper": "./bin/key"}
END
case_of renewed-authority present
echo '# aider chat started at 2026-01-01' | put .aider.chat.history.md
case_of renewed-authority contradicted
put .claude/settings.json <<'END'
{"permissions": {"allow": ["Bash(npm test)"]}}
END
case_of renewed-authority not-evidenced

# contained agents in pipelines
workflow '{contents: read}' <<'END'
      - uses: anthropics/claude-code-action@v1
        with: {anthropic_api_key: "${{ secrets.ANTHROPIC_API_KEY }}", claude_args: "--allowedTools Read"}
END
case_of contained-agents-in-pipelines present
put .gitlab-ci.yml <<'END'
review:
  script: [claude -p "Review" --dangerously-skip-permissions]
END
case_of contained-agents-in-pipelines contradicted
workflow '{contents: write}' <<'END'
      - uses: anthropics/claude-code-action@v1
        with: {anthropic_api_key: "${{ secrets.ANTHROPIC_API_KEY }}", claude_args: "--allowedTools Read"}
END
case_of contained-agents-in-pipelines not-evidenced

# ownership
echo '* @org/platform' | put CODEOWNERS
case_of ownership present
put authorization-details.json <<END
{"UserDetailList": [{"Path": "/", "UserName": "deployer", "UserId": "AIDAEXAMPLE", "Arn": "arn:aws:iam::111122223333:user/deployer",
"CreateDate": "2020-01-01T00:00:00+00:00", "GroupList": [], "Tags": [{"Key": "Stage", "Value": "prod"}], "AttachedManagedPolicies": []}],
"GroupDetailList": [], "RoleDetailList": [], "Policies": []}
END
printf 'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\ndeployer,arn:aws:iam::111122223333:user/deployer,2020-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,true,2020-01-01T00:00:00+00:00,2020-02-01T00:00:00+00:00,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n' | put credential-report.csv
case_of ownership contradicted
echo 'package a' | put policy/a.rego
case_of ownership not-evidenced

# retirement
put conf/server.conf <<'END'
server {
  trust_domain = "example.org"
  prune_attested_nodes_expired_for = "72h"
}
END
case_of retirement present
put .mcp.json <<END
{"mcpServers": {"a": {"command": "node", "args": ["s.js"], "disabled": true, "env": {"API_KEY": "$key"}}}}
END
case_of retirement contradicted
put .mcp.json <<'END'
{"mcpServers": {"a": {"command": "node", "args": ["s.js"], "env": {"API_KEY": "${API_KEY}"}}}}
END
case_of retirement not-evidenced
finish
