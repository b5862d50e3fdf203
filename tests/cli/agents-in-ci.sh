#!/bin/sh
# Agents that pipelines run: one record for each job, whatever the system: who can start it, what it inherits, what restrains it.
. "$(dirname "$0")/lib.sh"

mkdir -p r/.circleci r/.buildkite r/.github/workflows
cat >r/.gitlab-ci.yml <<'END'
review:
  rules: [{if: $CI_PIPELINE_SOURCE == "merge_request_event"}]
  variables: {KEY: $ANTHROPIC_API_KEY}
  script:
    - npm install -g @anthropic-ai/claude-code
    - claude -p "Review $CI_MERGE_REQUEST_TITLE" --allowedTools "Read,Bash(git diff:*)"
    - claude -p "And again" --dangerously-skip-permissions
fix:
  rules: [{if: $CI_COMMIT_BRANCH == "main"}]
  environment: production
  variables: {KEY: $OPENAI_API_KEY}
  script: [codex exec --sandbox workspace-write "Fix it"]
END
cat >r/azure-pipelines.yml <<'END'
trigger: none
pr: [main]
steps:
  - script: gemini --yolo -p "Review"
    env: {GEMINI_API_KEY: $(GEMINI_API_KEY), DEPLOY_KEY: $(DEPLOY_KEY)}
END
cat >r/.circleci/config.yml <<'END'
version: 2.1
jobs:
  review:
    docker: [{image: cimg/node:22.1}]
    steps:
      - run: cursor-agent -p "Review" --force
workflows:
  w: {jobs: [{review: {context: [models, deploy]}}]}
END
cat >r/.buildkite/pipeline.yml <<'END'
steps:
  - label: review
    agents: {queue: own}
    command: aider --yes-always --message "$BUILDKITE_MESSAGE"
END
cat >r/Jenkinsfile <<'END'
pipeline {
  agent any
  stages { stage('review') { steps { withCredentials([string(credentialsId: 'openai', variable: 'OPENAI_API_KEY')]) {
    sh 'codex exec --dangerously-bypass-approvals-and-sandbox "Review"'
  } } } }
}
END
cat >r/.github/workflows/a.yml <<'END'
on: [issue_comment]
permissions: {contents: write}
jobs:
  answer:
    runs-on: self-hosted
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: {role-to-assume: r, aws-region: x}
      - id: ask
        uses: anthropics/claude-code-action@main
        with: {anthropic_api_key: "${{ secrets.ANTHROPIC_API_KEY }}", claude_args: "--max-turns 5"}
      - run: echo ${{ steps.ask.outputs.structured_output }}
        env: {NPM_TOKEN: "${{ secrets.NPM_TOKEN }}"}
END
cat >r/.github/workflows/two.yml <<'END'
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - run: claude -p "One" --allowedTools Read
      - run: claude -p "Two" --allowedTools Grep
  second:
    runs-on: ubuntu-latest
    steps:
      - run: claude -p "Three" --allowedTools Write
END

run ci r
exits 'records are told' 0
says 'GitHub: a job before another has its agents, too' 'runs agent +claude, held by --allowedTools Grep'
says 'GitLab: tools hold it' 'runs agent +claude, held by --allowedTools Read,Bash\(git diff:\*\)'
says 'GitLab: an environment and a sandbox' 'runs agent +codex, held by --sandbox workspace-write, environment production'
says 'Azure' 'runs agent +gemini, without questions: --yolo, held by nothing'
says 'CircleCI' 'runs agent +cursor-agent, without questions: --force, held by nothing'
says 'Buildkite' 'runs agent +aider, without questions: --yes-always, held by nothing'
says 'Jenkins' 'runs agent +codex, without questions: --dangerously-bypass-approvals-and-sandbox'
says 'GitHub' 'runs agent +anthropics/claude-code-action, held by --max-turns 5, asks whether who started it may write'

run ci --format json r
cp .out records.json
holds 'each record in JSON' python3 - <<'END'
import json
jobs = {(j["system"], j["job"]): j["agents"] for j in json.load(open("records.json"))["jobs"]}
review, gh = jobs["gitlab", "review"], jobs["github", "answer"]
assert len(review) == 2 and review[0]["inherits"] == ["secret ANTHROPIC_API_KEY"], review
assert (review[0]["line"], review[0]["column"]) == (6, 7), review
assert review[0]["strangers_text_in_prompt"] == "CI_MERGE_REQUEST_TITLE"
assert gh[0]["checks_who_started_it"] and "a machine of the owner's" in gh[0]["inherits"], gh
assert "the cloud that an earlier step entered" in gh[0]["inherits"] and "write contents" in gh[0]["inherits"], gh
assert [a["held_by"] for a in jobs["github", "first"]] == [["--allowedTools Read"], ["--allowedTools Grep"]], jobs
assert [a["held_by"] for a in jobs["github", "second"]] == [["--allowedTools Write"]], jobs
assert sum(len(a) for a in jobs.values()) == 11, jobs
assert review[1]["bypass"] == "--dangerously-skip-permissions"
END

run scan --format jsonl r
grep -o '"rule":"agent[^"]*"' .out | sort | uniq -c >rules
cp rules .out
says 'one finding about its reach for each job with something to lose' '2 "rule":"agent-in-pipeline-reach"'
says 'what it says becomes a command' '1 "rule":"agent-output-executed"'
says 'newest versions: an action on a branch, a package' '2 "rule":"agent-in-pipeline-moves"'
says 'no questions' '5 "rule":"agent-in-pipeline-unrestrained"'
finish
