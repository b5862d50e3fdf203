"""Accounts as training labs build them: a start user or role with one customer-managed policy that holds one way and the usual reading permissions,
and the administrator that it leads to. Then the same with one thing in the way, and administrators in odd clothes. Labels from AWS's documents."""

from iam_world import *

ADMIN, IF, PROVED, GAINS, COND, MAY, NO = "admin", "admin-if", "proved", "gains", "conditional", "may-gain", "no"
HELP = allow(["iam:List*", "iam:Get*", "sts:GetCallerIdentity", "ec2:Describe*", "lambda:List*"], Sid="Reading")
SOME = [COND, MAY]
POSSIBLE = [PROVED, COND]
NOT_PROVED = [NO, COND, MAY]
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"
IAMFULL = "arn:aws:iam::aws:policy/IAMFullAccess"
ROOT_TRUST = trusting(principal={"AWS": "arn:aws:iam::ACCT:root"})


def lab(*services, trust=None, profile=True, admin_user=True, target="target"):
    """An account with the administrators that a lab leads to."""
    a = Account()
    if admin_user:
        a.user("boss", attached=[AWS_ADMIN])
    a.role(target, trust or trusting(*(services or ("ec2.amazonaws.com",))), attached=[AWS_ADMIN], profile=profile)
    return a


def start(a, *statements, kind="user", more=(), groups=(), boundary=None, tags=None, trust=None, name="lab-policy"):
    arn = a.policy(name, document(HELP, *statements))
    if kind == "user":
        a.user("start", more, [arn], groups, boundary, tags)
    else:
        a.role("start", trust or ROOT_TRUST, more, [arn], boundary, tags=tags)
    return a


PASSED = [  # name, actions beside iam:PassRole, service, right when the target trusts the service
    ("ec2", ["ec2:RunInstances"], "ec2.amazonaws.com", PROVED),
    ("spot", ["ec2:RequestSpotInstances"], "ec2.amazonaws.com", PROVED),
    ("lambda invoke", ["lambda:CreateFunction", "lambda:InvokeFunction"], "lambda.amazonaws.com", PROVED),
    ("lambda permission", ["lambda:CreateFunction", "lambda:AddPermission"], "lambda.amazonaws.com", PROVED),
    ("lambda stream", ["lambda:CreateFunction", "lambda:CreateEventSourceMapping"], "lambda.amazonaws.com", POSSIBLE),
    ("lambda new table", ["lambda:CreateFunction", "lambda:CreateEventSourceMapping", "dynamodb:CreateTable", "dynamodb:PutItem"], "lambda.amazonaws.com", PROVED),
    ("glue endpoint", ["glue:CreateDevEndpoint", "glue:GetDevEndpoint"], "glue.amazonaws.com", PROVED),
    ("glue job", ["glue:CreateJob", "glue:StartJobRun"], "glue.amazonaws.com", PROVED),
    ("glue trigger", ["glue:CreateJob", "glue:CreateTrigger"], "glue.amazonaws.com", PROVED),
    ("glue session", ["glue:CreateSession", "glue:RunStatement"], "glue.amazonaws.com", PROVED),
    ("glue update", ["glue:UpdateJob", "glue:StartJobRun"], "glue.amazonaws.com", SOME),
    ("stack", ["cloudformation:CreateStack"], "cloudformation.amazonaws.com", PROVED),
    ("stack set", ["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"], "cloudformation.amazonaws.com", POSSIBLE),
    ("stack set update", ["cloudformation:UpdateStackSet"], "cloudformation.amazonaws.com", SOME),
    ("pipeline", ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"], "datapipeline.amazonaws.com", PROVED),
    ("build", ["codebuild:CreateProject", "codebuild:StartBuild"], "codebuild.amazonaws.com", PROVED),
    ("batch build", ["codebuild:CreateProject", "codebuild:StartBuildBatch"], "codebuild.amazonaws.com", PROVED),
    ("codestar", ["codestar:CreateProject"], "codestar.amazonaws.com", POSSIBLE),
    ("notebook", ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"], "sagemaker.amazonaws.com", PROVED),
    ("training", ["sagemaker:CreateTrainingJob"], "sagemaker.amazonaws.com", PROVED),
    ("processing", ["sagemaker:CreateProcessingJob"], "sagemaker.amazonaws.com", PROVED),
    ("task", ["ecs:RegisterTaskDefinition", "ecs:RunTask"], "ecs-tasks.amazonaws.com", POSSIBLE),
    ("task and cluster", ["ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:RunTask"], "ecs-tasks.amazonaws.com", PROVED),
    ("service and cluster", ["ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:CreateService"], "ecs-tasks.amazonaws.com", PROVED),
    ("started task", ["ecs:RegisterTaskDefinition", "ecs:StartTask"], "ecs-tasks.amazonaws.com", POSSIBLE),
    ("app runner", ["apprunner:CreateService"], "tasks.apprunner.amazonaws.com", PROVED),
    ("batch", ["batch:RegisterJobDefinition", "batch:SubmitJob"], "ecs-tasks.amazonaws.com", POSSIBLE),
    ("automation", ["ssm:CreateDocument", "ssm:StartAutomationExecution"], "ssm.amazonaws.com", PROVED),
    ("emr", ["elasticmapreduce:RunJobFlow"], "ec2.amazonaws.com", POSSIBLE),
    ("emr serverless", ["emr-serverless:CreateApplication", "emr-serverless:StartJobRun"], "emr-serverless.amazonaws.com", PROVED),
    ("interpreter", ["bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"], "bedrock-agentcore.amazonaws.com", PROVED),
    ("state machine", ["states:CreateStateMachine", "states:StartExecution"], "states.amazonaws.com", PROVED),
    ("schedule", ["scheduler:CreateSchedule"], "scheduler.amazonaws.com", PROVED),
    ("braket", ["braket:CreateJob"], "braket.amazonaws.com", PROVED),
    ("omics", ["omics:CreateWorkflow", "omics:StartRun", "s3:GetObject"], "omics.amazonaws.com", PROVED),
    ("image", ["imagebuilder:CreateComponent", "imagebuilder:CreateImage", "imagebuilder:CreateImageRecipe", "imagebuilder:CreateInfrastructureConfiguration"], "ec2.amazonaws.com", POSSIBLE),
    ("kinesis", ["kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"], "kinesisanalytics.amazonaws.com", PROVED),
    ("identity pool", ["cognito-identity:SetIdentityPoolRoles"], "cognito-identity.amazonaws.com", POSSIBLE),
]
EXISTING = [
    ("code", ["lambda:UpdateFunctionCode"], "lambda"), ("code and invoke", ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], "lambda"),
    ("layer", ["lambda:UpdateFunctionConfiguration"], "lambda"), ("command", ["ssm:SendCommand"], "ec2"), ("session", ["ssm:StartSession"], "ec2"),
    ("instance connect", ["ec2-instance-connect:SendSSHPublicKey", "ec2:DescribeInstances"], "ec2"),
    ("user data", ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"], "ec2"),
    ("template", ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"], "ec2"),
    ("dev endpoint", ["glue:UpdateDevEndpoint"], "glue"), ("stack", ["cloudformation:UpdateStack"], "cloudformation"),
    ("change set", ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"], "cloudformation"),
    ("build", ["codebuild:StartBuild"], "codebuild"), ("presigned", ["sagemaker:CreatePresignedNotebookInstanceUrl"], "sagemaker"),
    ("lifecycle", ["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"], "sagemaker"),
    ("exec", ["ecs:ExecuteCommand", "ecs:DescribeTasks"], "ecs-tasks"), ("app runner", ["apprunner:UpdateService"], "tasks.apprunner"),
    ("state machine", ["states:UpdateStateMachine", "states:StartExecution"], "states"),
    ("interpreter", ["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"], "bedrock-agentcore"),
]


def passed(cases):
    c = cases.add
    for name, actions, service, right in PASSED:
        t = "arn:aws:iam::ACCT:role/target"
        if name == "identity pool":  # its identities come with a token of the pool
            trust = trusting(principal={"Federated": service}, action="sts:AssumeRoleWithWebIdentity", condition={"StringEquals": {service + ":aud": "us-east-1:0"}})
            c("pass an identity pool's role", start(lab(trust=trust), allow("iam:PassRole", t), allow(actions)), right)
            right = NO
        for kind in ("user", "role"):
            c("pass %s (%s)" % (name, kind), start(lab(service), allow("iam:PassRole", t), allow(actions), kind=kind), right, kind + "/start")
        c("pass %s by wildcards" % name, start(lab(service), allow(["iam:Pass*"] + [x[:x.index(":") + 5] + "*" for x in actions])), many(right) + [GAINS, PROVED])
        c("pass %s to its service" % name, start(lab(service), allow("iam:PassRole", t, {"StringEquals": {"iam:PassedToService": service}}), allow(actions)), right)
        # in the way
        c("pass %s, other role" % name, start(lab(service), allow("iam:PassRole", "arn:aws:iam::ACCT:role/other"), allow(actions)), NOT_PROVED)
        c("pass %s, trust without the service" % name, start(lab("apigateway.amazonaws.com", profile=False), allow("iam:PassRole"), allow(actions)), NOT_PROVED)
        c("pass %s, passed to another" % name, start(lab(service), allow("iam:PassRole", t, {"StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}}), allow(actions)), NOT_PROVED)
        c("pass %s, denied" % name, start(lab(service), allow("iam:PassRole"), allow(actions), deny("iam:PassRole", t)), NOT_PROVED)
        c("pass %s, first action denied" % name, start(lab(service), allow("iam:PassRole"), allow(actions), deny(actions[0])), NOT_PROVED)
        c("pass %s, tag asked of the role" % name, start(lab(service), allow("iam:PassRole", t, {"StringEquals": {"iam:ResourceTag/team": "blue"}}), allow(actions)), NOT_PROVED)
        a = lab(service)
        fence = a.policy("fence", document(allow("*"), deny("iam:PassRole")))
        c("pass %s, boundary" % name, start(a, allow("iam:PassRole"), allow(actions), boundary=fence), NOT_PROVED)
        c("pass %s, no role" % name, start(Account(), allow("iam:PassRole"), allow(actions)), SOME)
    for name, actions, service in EXISTING:
        s = service + ".amazonaws.com"
        c("existing %s" % name, start(lab(s), allow(actions)), SOME)
        c("existing %s by role" % name, start(lab(s), allow(actions), kind="role"), SOME, "role/start")
        c("existing %s denied" % name, start(lab(s), allow(actions), deny(actions)), NO)
        c("existing %s, MFA" % name, start(lab(s), allow(actions, "*", MFA)), SOME)


def own(cases):
    c = cases.add
    me, mine = "arn:aws:iam::ACCT:user/start", "arn:aws:iam::ACCT:policy/lab-policy"
    for name, action, resource, right in [
            ("version of its own policy", "iam:CreatePolicyVersion", mine, PROVED),
            ("version of any policy", "iam:CreatePolicyVersion", "*", PROVED),
            ("version by wildcard path", "iam:CreatePolicyVersion", "arn:aws:iam::*:policy/*", PROVED),
            ("version of another policy", "iam:CreatePolicyVersion", "arn:aws:iam::ACCT:policy/other", [NO, COND]),
            ("version of policies of AWS", "iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/*", NO),
            ("attach to itself", "iam:AttachUserPolicy", me, PROVED), ("attach to any user", "iam:AttachUserPolicy", "*", PROVED),
            ("put on itself", "iam:PutUserPolicy", me, PROVED), ("put by variable", "iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}", PROVED),
            ("put on another account's", "iam:PutUserPolicy", "arn:aws:iam::999999999999:user/start", NO),
            ("put by another variable", "iam:PutUserPolicy", "arn:aws:iam::ACCT:user/${aws:PrincipalTag/who}", [NO, COND]),
            ("put by wildcard middle", "iam:PutUserPolicy", "arn:aws:iam::ACCT:user/st*t", PROVED),
            ("put by action wildcard", "iam:Put*Policy", "*", PROVED), ("attach by action wildcard", "iam:Attach*", "*", PROVED),
            ("put on a path", "iam:PutUserPolicy", "arn:aws:iam::ACCT:user/ops/*", NO),
            ("key of itself", "iam:CreateAccessKey", "arn:aws:iam::ACCT:user/${aws:username}", NO),
            ("key of the administrator", "iam:CreateAccessKey", "arn:aws:iam::ACCT:user/boss", PROVED),
            ("key of any", "iam:CreateAccessKey", "*", PROVED), ("key of none", "iam:CreateAccessKey", "arn:aws:iam::ACCT:user/nobody", [NO, COND]),
            ("login of the administrator", "iam:CreateLoginProfile", "arn:aws:iam::ACCT:user/boss", POSSIBLE),
            ("new password of the administrator", "iam:UpdateLoginProfile", "arn:aws:iam::ACCT:user/boss", POSSIBLE),
            ("password of itself", "iam:UpdateLoginProfile", me, NO),
            ("trust of the target", "iam:UpdateAssumeRolePolicy", "arn:aws:iam::ACCT:role/target", PROVED),
            ("trust of another", "iam:UpdateAssumeRolePolicy", "arn:aws:iam::ACCT:role/unknown", [NO, COND]),
            ("default version", "iam:SetDefaultPolicyVersion", "*", [NO, COND]),
            ("change of its password", "iam:ChangePassword", "*", NO), ("create policy only", "iam:CreatePolicy", "*", NO),
            ("create role only", "iam:CreateRole", "*", NO), ("pass role only", "iam:PassRole", "*", NO),
            ("attach to roles only", "iam:AttachRolePolicy", "*", [COND, NO]), ("put on groups without one", "iam:PutGroupPolicy", "*", [COND, NO]),
            ("delete a user policy", "iam:DeleteUserPolicy", "*", NO)]:
        c(name, start(lab(), allow(action, resource)), right)
        if right == PROVED:
            c(name + ", MFA", start(lab(), allow(action, resource, MFA)), COND)
            c(name + ", denied", start(lab(), allow(action, resource), more=[document(deny("iam:*"))]), NO)
            c(name + ", denied without MFA", start(lab(), allow(action, resource), deny(None, "*", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, NotAction=["iam:List*", "iam:Get*"])), COND)
            c(name + ", denied by a group", start_group(lab(), allow(action, resource), document(deny(action))), NO)
            c(name + ", denied by NotAction", start(lab(), allow(action, resource), deny(None, NotAction=["s3:*", "ec2:*"])), NO)
            c(name + ", of the past", start(lab(), allow(action, resource, NEVER)), NO)
            c(name + ", contradiction", start(lab(), allow(action, resource, {"StringEquals": {"aws:PrincipalAccount": "123"}, "StringNotEquals": {"aws:PrincipalAccount": "123"}})), NO)
            c(name + ", always", start(lab(), allow(action, resource, {"StringLike": {"aws:PrincipalArn": "*"}})), PROVED)
            c(name + ", by a group", start_group(lab(), allow(action, resource)), [NO, COND] if name.startswith("version") else PROVED)
            a = lab()
            fence = a.policy("fence", document(allow(["s3:*", "ec2:*", "iam:List*", "iam:Get*"])))
            c(name + ", boundary", start(a, allow(action, resource), boundary=fence), NO)
            a = lab()
            fence = a.policy("fence", document(allow("*")))
            c(name + ", boundary of all", start(a, allow(action, resource), boundary=fence), PROVED)
            a = start(lab(), allow(action, resource))
            a.scp(document(deny("iam:*", "*", {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}})))
            c(name + ", SCP", a, NO)


def start_group(a, statement_, denial=None):
    a.group("crew", [document(HELP, statement_)] + ([denial] if denial else []))
    a.user("start", groups=["crew"])
    return a


def versions_and_groups(cases):
    c = cases.add
    for docs, right in [([allow("*"), allow("s3:ListAllMyBuckets")], PROVED), ([allow("iam:*"), allow("s3:ListAllMyBuckets")], PROVED),
                        ([allow("ec2:RunInstances"), allow("s3:ListAllMyBuckets")], GAINS), ([allow("s3:ListAllMyBuckets"), allow("s3:ListAllMyBuckets")], [NO, COND])]:
        a = lab()
        back = allow("iam:SetDefaultPolicyVersion")
        arn = a.policy("versioned", document(docs[0]), document(docs[1], back), default=2)
        a.user("start", attached=[arn])
        c("older version of its policy: %s" % docs[0]["Action"], a, right)
    for groups, right in [((AWS_ADMIN,), PROVED), ((READ,), [GAINS, MAY]), ((), NO)]:
        a = lab()
        a.group("admins", attached=groups)
        start(a, allow("iam:AddUserToGroup", "arn:aws:iam::ACCT:group/*"))
        c("joins a group of %s" % (groups,), a, right)
    a = lab()
    a.group("admins", attached=[AWS_ADMIN])
    a.group("crew")
    c("joins only the poor group", start(a, allow("iam:AddUserToGroup", "arn:aws:iam::ACCT:group/crew")), NO)
    for act, right in [("iam:AttachGroupPolicy", PROVED), ("iam:PutGroupPolicy", PROVED)]:
        for mine in (True, False):
            a = lab()
            a.group("crew")
            start(a, allow(act, "arn:aws:iam::ACCT:group/crew"), groups=["crew"] if mine else [])
            c("%s of a group that it is%s in" % (act, "" if mine else " not"), a, right if mine else [COND, NO])
        a = lab()
        a.group("crew")
        start(a, allow([act, "iam:AddUserToGroup"], "arn:aws:iam::ACCT:group/crew"))
        c("%s of a group that it joins" % act, a, PROVED)
    a = lab()
    a.group("crew")
    start(a, allow("iam:AttachGroupPolicy", "*", {"ArnEquals": {"iam:PolicyARN": READ}}), groups=["crew"])
    c("attaches ReadOnlyAccess alone to its group", a, [GAINS, MAY, NO])
    c("attaches what is no administrator's", start(lab(), allow("iam:AttachUserPolicy", "*", {"ArnNotEquals": {"iam:PolicyARN": [AWS_ADMIN]}})), [PROVED, COND, GAINS])
    c("attaches AWS's alone", start(lab(), allow("iam:AttachUserPolicy", "*", {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}})), PROVED)
    c("attaches job policies alone", start(lab(), allow("iam:AttachUserPolicy", "*", {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/job-function/*"}})), [PROVED, GAINS, COND, MAY])


def chains(cases):
    c = cases.add
    to = lambda *names: allow("sts:AssumeRole", ["arn:aws:iam::ACCT:role/" + n for n in names])
    c("assume, root trusted", start(lab(trust=ROOT_TRUST), to("target")), PROVED)
    c("assume, root by number", start(lab(trust=trusting(principal={"AWS": "ACCT"})), to("target")), PROVED)
    c("assume, root trusted, not allowed", start(lab(trust=ROOT_TRUST)), NO)
    c("assume, named", start(lab(trust=trusting(principal={"AWS": ["arn:aws:iam::ACCT:user/start"]}))), PROVED)
    c("assume, named and denied", start(lab(trust=trusting(principal={"AWS": ["arn:aws:iam::ACCT:user/start"]})), deny("sts:AssumeRole")), NO)
    c("assume, somebody else named", start(lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:user/boss"})), to("*")), NO)
    c("assume, MFA in trust", start(lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}, condition=MFA)), to("target")), COND)
    c("assume, external id in trust", start(lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}, condition={"StringEquals": {"sts:ExternalId": "x1"}})), to("target")), POSSIBLE)
    c("assume, trusted by tag it has", start(lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}, condition={"StringEquals": {"aws:PrincipalTag/team": "ops"}})), to("target"), tags={"team": "ops"}), PROVED)
    c("assume, trusted by tag it lacks", start(lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}, condition={"StringEquals": {"aws:PrincipalTag/team": "ops"}})), to("target")), NO)
    c("assume, star in trust", start(lab(trust=trusting(principal="*")), to("target")), PROVED)
    c("assume, star in trust with principal condition", start(lab(trust=trusting(principal="*", condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::ACCT:user/start"}}))), PROVED)
    c("assume, star, other principal", start(lab(trust=trusting(principal="*", condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::ACCT:user/boss"}})), to("*")), NO)
    c("assume, federated alone", start(lab(trust=trusting(principal={"Federated": "arn:aws:iam::ACCT:saml-provider/idp"}, action="sts:AssumeRoleWithSAML")), to("*")), NO)
    c("assume, another account's root", start(lab(trust=trusting(principal={"AWS": "arn:aws:iam::555566667777:root"})), to("*")), NO)
    for n in (2, 3, 5):
        a = Account()
        a.user("boss", attached=[AWS_ADMIN])
        for i in range(n):
            doc = document(to("hop%d" % (i + 1)))
            if i + 1 < n:
                a.role("hop%d" % i, ROOT_TRUST if i == 0 else trusting(principal={"AWS": "arn:aws:iam::ACCT:role/hop%d" % (i - 1)}), [doc])
            else:
                a.role("hop%d" % i, trusting(principal={"AWS": "arn:aws:iam::ACCT:role/hop%d" % (i - 1)}), attached=[AWS_ADMIN])
        c("%d roles in a row" % n, start(a, to("hop0")), PROVED)
    for what, stmt_, right in [
            ("attaches to itself", allow("iam:AttachRolePolicy", "arn:aws:iam::ACCT:role/hop"), PROVED),
            ("puts on itself", allow("iam:PutRolePolicy", "arn:aws:iam::ACCT:role/hop"), PROVED),
            ("makes keys", allow("iam:CreateAccessKey", "arn:aws:iam::ACCT:user/*"), PROVED),
            ("rewrites the target's trust", allow("iam:UpdateAssumeRolePolicy", "arn:aws:iam::ACCT:role/target"), PROVED),
            ("passes to lambda", allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]), PROVED),
            ("updates functions", allow("lambda:UpdateFunctionCode"), GAINS),
            ("reads", allow("s3:Get*"), [GAINS, NO, MAY])]:
        a = lab("lambda.amazonaws.com")
        a.role("hop", ROOT_TRUST, [document(stmt_)])
        c("takes a role that " + what, start(a, to("hop")), right)
        a = lab("lambda.amazonaws.com")
        a.role("hop", trusting("ec2.amazonaws.com"), [document(stmt_)], profile=True)
        c("passes a role that " + what, start(a, allow("iam:PassRole", "arn:aws:iam::ACCT:role/hop"), allow("ec2:RunInstances")), right)
    a = lab()
    a.role("mid", ROOT_TRUST, [document(allow("s3:*"))])
    c("attaches to a role and takes it", start(a, allow("iam:AttachRolePolicy", "arn:aws:iam::ACCT:role/mid"), to("mid")), PROVED)
    a = lab()
    a.role("mid", trusting("ec2.amazonaws.com"), [document(allow("s3:*"))])
    c("attaches to a role and rewrites its trust", start(a, allow(["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"], "arn:aws:iam::ACCT:role/mid")), PROVED)
    a = lab()
    a.role("mid", trusting("ec2.amazonaws.com"), [document(allow("s3:*"))])
    c("attaches to a role that it can't take", start(a, allow("iam:AttachRolePolicy", "arn:aws:iam::ACCT:role/mid"), to("mid")), [COND, NO])
    a = lab()
    a.user("peer")
    c("puts on a user and makes its key", start(a, allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], "arn:aws:iam::ACCT:user/peer")), PROVED)
    a = lab()
    a.user("peer")
    c("attaches to a user and makes its key", start(a, allow(["iam:AttachUserPolicy", "iam:CreateAccessKey"], "arn:aws:iam::ACCT:user/peer")), PROVED)
    a = lab()
    arn = a.policy("theirs", document(allow("s3:*")))
    a.role("mid", ROOT_TRUST, attached=[arn])
    c("writes the policy of a role and takes it", start(a, allow("iam:CreatePolicyVersion", "arn:aws:iam::ACCT:policy/theirs"), to("mid")), PROVED)
    a = lab(admin_user=False)
    a.user("boss", attached=[AWS_ADMIN])
    a.two_keys("boss")
    c("key of an administrator with two", start(a, allow("iam:CreateAccessKey", "arn:aws:iam::ACCT:user/boss")), [NO, COND])
    a = lab(admin_user=False)
    a.user("boss", attached=[AWS_ADMIN])
    a.two_keys("boss")
    c("turns the key of an administrator over", start(a, allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"], "arn:aws:iam::ACCT:user/boss")), PROVED)


def administrators(cases):
    c = cases.add

    def held(name, right, *docs, attached=(), boundary=None, groups=None, scps=()):
        a = lab()
        for g, (inl, att) in (groups or {}).items():
            a.group(g, inl, att)
        if isinstance(boundary, dict):
            boundary = a.policy("fence", boundary)
        a.user("start", docs, attached, list(groups or {}), boundary)
        for s in scps:
            a.scp(s)
        c("holds " + name, a, right)

    held("all but billing", ADMIN, document(allow(None, NotAction=["aws-portal:*", "billing:*"])))
    held("all but organizations", ADMIN, document(allow(None, NotAction=["organizations:*", "account:*"])))
    held("all but iam", NOT_PROVED + [PROVED], document(allow(None, NotAction="iam:*")))
    held("all but iam, no PassRole", NOT_PROVED, document(allow(None, NotAction=["iam:*", "sts:*", "organizations:*"])))
    held("all in two statements", ADMIN, document(allow(["iam:*", "sts:*"]), allow(None, NotAction=["iam:*", "sts:*"])))
    held("all in two policies", ADMIN, document(allow(["iam:*"])), document(allow(None, NotAction=["iam:*"])))
    held("all by resource pattern", [ADMIN, PROVED], document(allow("*", "arn:aws:*:*:*:*")))
    held("all of S3 and iam read", NO, document(allow(["s3:*", "iam:Get*", "iam:List*"])))
    held("all on one bucket", NO, document(allow("*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"])))
    held("all on its account's resources alone", [ADMIN, PROVED, IF], document(allow("*", "*", {"StringEquals": {"aws:ResourceAccount": "ACCT"}})))
    held("all, region", [ADMIN, PROVED, IF], document(allow("*", "*", {"StringEquals": {"aws:RequestedRegion": "us-east-1"}})))
    held("all, MFA", IF, document(allow("*", "*", MFA)))
    held("all, tag of resource", [NO, COND, MAY, IF], document(allow("*", "*", {"StringEquals": {"aws:ResourceTag/env": "dev"}})))
    held("all, never", NO, document(allow("*", "*", NEVER)))
    held("all and a denial of iam writes", NOT_PROVED + [PROVED], document(allow("*"), deny(["iam:Create*", "iam:Put*", "iam:Attach*", "iam:Update*", "iam:Add*", "iam:Set*", "iam:Delete*", "iam:PassRole"])))
    held("all and a denial of all", NO, document(allow("*"), deny("*")))
    held("all and a denial of all in a group", NO, document(allow("*")), groups={"g": ([document(deny("*"))], [])})
    held("all and a denial by NotAction", NO, document(allow("*"), deny(None, NotAction=["s3:*", "iam:Get*"])))
    held("all and a boundary of read", NO, attached=[AWS_ADMIN], boundary=READ)
    held("all and a boundary of all", ADMIN, attached=[AWS_ADMIN], boundary=document(allow("*")))
    held("all and an own boundary of AdministratorAccess", ADMIN, attached=[AWS_ADMIN], boundary=AWS_ADMIN)
    held("all and a boundary without iam", NOT_PROVED + [PROVED], attached=[AWS_ADMIN], boundary=document(allow(None, NotAction="iam:*")))
    held("all, SCP of denial of iam", NOT_PROVED + [PROVED], attached=[AWS_ADMIN], scps=[document(deny("iam:*"))])
    held("all by a group", ADMIN, groups={"g": ([document(allow("*"))], [])})
    held("IAMFullAccess", ADMIN, attached=[IAMFULL])
    held("PowerUserAccess and nothing that trusts everybody", NOT_PROVED, document(deny("sts:*")), attached=[POWER])
    held("PowerUserAccess and iam:PassRole", PROVED, document(allow("iam:PassRole")), attached=[POWER])
    held("SystemAdministrator", [NO, COND, MAY, PROVED], attached=["arn:aws:iam::aws:policy/job-function/SystemAdministrator"])
    held("DataScientist", [NO, COND, MAY, PROVED], attached=["arn:aws:iam::aws:policy/job-function/DataScientist"])
    held("NetworkAdministrator", [NO, COND, MAY], attached=["arn:aws:iam::aws:policy/job-function/NetworkAdministrator"])
    held("DatabaseAdministrator", [NO, COND, MAY, PROVED], attached=["arn:aws:iam::aws:policy/job-function/DatabaseAdministrator"])
    held("SecurityAudit", NO, attached=["arn:aws:iam::aws:policy/SecurityAudit"])
    held("SupportUser", [NO, COND, MAY], attached=["arn:aws:iam::aws:policy/job-function/SupportUser"])
    held("Billing", NO, attached=["arn:aws:iam::aws:policy/job-function/Billing"])
    held("AmazonS3FullAccess", NO, attached=["arn:aws:iam::aws:policy/AmazonS3FullAccess"])
    held("AmazonEC2FullAccess", [NO, COND, MAY], attached=["arn:aws:iam::aws:policy/AmazonEC2FullAccess"])
    held("AWSLambda_FullAccess", [NO, COND, MAY, PROVED], attached=["arn:aws:iam::aws:policy/AWSLambda_FullAccess"])
    held("AmazonSSMFullAccess", [COND, MAY], attached=["arn:aws:iam::aws:policy/AmazonSSMFullAccess"])
    held("IAMUserChangePassword", NO, attached=["arn:aws:iam::aws:policy/IAMUserChangePassword"])
    held("IAMReadOnlyAccess", NO, attached=["arn:aws:iam::aws:policy/IAMReadOnlyAccess"])
    held("iam:* but on its own", [PROVED, NO, ADMIN], document(allow("iam:*", "arn:aws:iam::*:user/${aws:username}")))
    held("self-service of keys and MFA", NO, document(allow(["iam:*AccessKey*", "iam:*LoginProfile", "iam:*MFADevice*", "iam:*SSHPublicKey*", "iam:ChangePassword"], ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:mfa/*"])))


BUCKET = [document(allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::flags", "arn:aws:s3:::flags/*"]))]


def bucket_lab(*services, trust=None, profile=True):
    a = Account()
    a.role("target", trust or trusting(*services), BUCKET, profile=profile)
    return a

def buckets(cases):
    """Labs that lead to a bucket: who takes on somebody that reads what the start cannot gains something, and no more."""
    c = cases.add
    t = "arn:aws:iam::ACCT:role/target"
    for name, actions, service, right in PASSED:
        if name == "identity pool":
            continue
        r = SOME if right == SOME else [GAINS] if right == PROVED else [GAINS, MAY, COND]
        c("bucket by pass %s" % name, start(bucket_lab(service), allow("iam:PassRole", t), allow(actions)), r)
        c("bucket by pass %s, role passed to another" % name, start(bucket_lab(service), allow("iam:PassRole", t, {"StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}}), allow(actions)), [NO, MAY])
    for name, actions, service in EXISTING:
        c("bucket by existing %s" % name, start(bucket_lab(service + ".amazonaws.com"), allow(actions)), SOME)
    c("bucket by assume", start(bucket_lab(trust=ROOT_TRUST), allow("sts:AssumeRole", t)), GAINS)
    c("bucket by assume, named", start(bucket_lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:user/start"}))), GAINS)
    c("bucket by assume, MFA", start(bucket_lab(trust=trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}, condition=MFA)), allow("sts:AssumeRole", t)), MAY)
    c("bucket by trust", start(bucket_lab("ec2.amazonaws.com"), allow("iam:UpdateAssumeRolePolicy", t)), GAINS)
    c("bucket by trust and assume", start(bucket_lab("ec2.amazonaws.com"), allow(["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"], t)), GAINS)
    for act, r in [("iam:CreateAccessKey", [GAINS]), ("iam:CreateLoginProfile", [GAINS, MAY]), ("iam:UpdateLoginProfile", [GAINS, MAY])]:
        a = Account()
        a.user("reader", BUCKET)
        c("bucket by " + act, start(a, allow(act, "arn:aws:iam::ACCT:user/reader")), r)
    a = Account()
    a.group("readers", BUCKET)
    c("bucket by group", start(a, allow("iam:AddUserToGroup", "arn:aws:iam::ACCT:group/readers")), GAINS)
    a = Account()
    arn = a.policy("v", document(allow("s3:GetObject", "arn:aws:s3:::flags/*")), document(allow("iam:SetDefaultPolicyVersion")), default=2)
    a.user("start", attached=[arn])
    c("bucket by an older version", a, [GAINS, COND])
    a = Account()
    a.role("hop", ROOT_TRUST, [document(allow("sts:AssumeRole", "arn:aws:iam::ACCT:role/target"))])
    a.role("target", trusting(principal={"AWS": "arn:aws:iam::ACCT:role/hop"}), BUCKET)
    c("bucket by two roles", start(a, allow("sts:AssumeRole", "arn:aws:iam::ACCT:role/hop")), GAINS)
    c("bucket, assume denied", start(bucket_lab(trust=ROOT_TRUST), allow("sts:AssumeRole", t), deny("sts:AssumeRole")), NO)
    c("bucket that it reads already", start(bucket_lab(trust=ROOT_TRUST), allow("sts:AssumeRole", t), allow(["s3:GetObject", "s3:ListBucket"])), [NO])


def conditions(cases):
    """Conditions, Not… and denials on the way, that hold, do not hold, or cannot be told."""
    c = cases.add
    t = "arn:aws:iam::ACCT:role/target"
    lam = ["lambda:CreateFunction", "lambda:InvokeFunction"]
    for name, cond, right in [
        ("StringLike", {"StringLike": {"iam:PassedToService": "lambda*"}}, PROVED),
        ("list", {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}}, PROVED),
        ("IfExists", {"StringEqualsIfExists": {"iam:PassedToService": "lambda.amazonaws.com"}}, PROVED),
        ("IfExists other", {"StringEqualsIfExists": {"iam:PassedToService": "ec2.amazonaws.com"}}, NOT_PROVED),
        ("NotEquals other", {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, PROVED),
        ("NotEquals it", {"StringNotEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}, NOT_PROVED),
        ("NotLike it", {"StringNotLike": {"iam:PassedToService": "*lambda*"}}, NOT_PROVED),
        ("ForAnyValue", {"ForAnyValue:StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com"]}}, PROVED),
        ("ForAllValues", {"ForAllValues:StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com"]}}, PROVED),
        ("ignore case", {"StringEqualsIgnoreCase": {"IAM:passedtoservice": "Lambda.amazonaws.com"}}, PROVED),
        ("case", {"StringEquals": {"iam:PassedToService": "Lambda.amazonaws.com"}}, NOT_PROVED),
        ("two keys", {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com", "aws:PrincipalAccount": "ACCT"}}, PROVED),
        ("two keys one false", {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com", "aws:PrincipalAccount": "999999999999"}}, NOT_PROVED),
        ("null false", {"Null": {"iam:PassedToService": "false"}}, POSSIBLE),
        ("null true", {"Null": {"iam:PassedToService": "true"}}, NOT_PROVED),
        ("associated", {"ArnLike": {"iam:AssociatedResourceArn": "arn:aws:lambda:*:ACCT:function:*"}}, POSSIBLE)]:
        c("cond pass " + name, start(lab("lambda.amazonaws.com"), allow("iam:PassRole", t, cond), allow(lam)), right)
    for name, st, right in [
        ("NotResource other", statement("Allow", "iam:PassRole", None, NotResource=["arn:aws:iam::ACCT:role/other"]), PROVED),
        ("NotResource it", statement("Allow", "iam:PassRole", None, NotResource=[t]), NOT_PROVED),
        ("NotAction", statement("Allow", None, t, NotAction=["iam:CreateUser"]), PROVED),
        ("NotAction it", statement("Allow", None, t, NotAction=["iam:*"]), NOT_PROVED),
        ("path wildcard", allow("iam:PassRole", "arn:aws:iam::ACCT:role/*get"), PROVED),
        ("question", allow("iam:PassRole", "arn:aws:iam::ACCT:role/t?rget"), PROVED),
        ("no account", allow("iam:PassRole", "arn:aws:iam:::role/target"), NOT_PROVED),
        ("star account", allow("iam:PassRole", "arn:aws:iam::*:role/target"), PROVED),
        ("role name case", allow("iam:PassRole", "arn:aws:iam::ACCT:role/Target"), NOT_PROVED),
        ("action case", allow("IAM:passROLE", t), PROVED)]:
        c("cond " + name, start(lab("lambda.amazonaws.com"), st, allow(lam)), right)
    for name, st, right in [
        ("deny with MFA missing", deny("iam:PassRole", "*", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}), COND),
        ("deny with PassedToService other", deny("iam:PassRole", "*", {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}), NOT_PROVED),
        ("deny NotResource", statement("Deny", "iam:PassRole", None, NotResource=["arn:aws:iam::ACCT:role/small"]), NOT_PROVED),
        ("deny NotAction small", statement("Deny", None, "*", NotAction=["s3:*"]), NO),
        ("deny other region", deny("lambda:*", "*", {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}), PROVED),
        ("deny one function", deny("lambda:*", "arn:aws:lambda:*:*:function:prod-*"), PROVED),
        ("deny all functions", deny("lambda:CreateFunction", "arn:aws:lambda:*:*:function:*"), NOT_PROVED),
        ("deny from outside", deny("*", "*", {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), [COND, PROVED, IF])]:
        c("cond " + name, start(lab("lambda.amazonaws.com"), allow("iam:PassRole"), allow(lam), st), right)
    me = "arn:aws:iam::ACCT:user/start"
    for name, cond, right in [
        ("boundary asked", {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::ACCT:policy/fence"}}, [NO, COND]),
        ("tag of itself right", {"StringEquals": {"iam:ResourceTag/team": "ops"}}, PROVED),
        ("tag of itself wrong", {"StringEquals": {"iam:ResourceTag/team": "dev"}}, NO),
        ("aws tag of itself right", {"StringEquals": {"aws:ResourceTag/team": "ops"}}, PROVED),
        ("same tag", {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}, PROVED),
        ("username", {"StringEquals": {"aws:username": "start"}}, PROVED),
        ("username other", {"StringEquals": {"aws:username": "boss"}}, NO),
        ("userid", {"StringLike": {"aws:userid": "AIDA*"}}, PROVED),
        ("principal type", {"StringEquals": {"aws:PrincipalType": "User"}}, PROVED),
        ("principal type other", {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, NO),
        ("via service", {"Bool": {"aws:ViaAWSService": "true"}}, [NO, COND]),
        ("not via service", {"Bool": {"aws:ViaAWSService": "false"}}, PROVED),
        ("tls", {"Bool": {"aws:SecureTransport": "true"}}, PROVED),
        ("after", {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, PROVED),
        ("mfa age", {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}, COND),
        ("mfa if exists", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, [PROVED, COND])]:
        c("cond put " + name, start(lab(), allow("iam:PutUserPolicy", me, cond), tags={"team": "ops"}), right)


def add_all(cases):
    passed(cases)
    own(cases)
    versions_and_groups(cases)
    chains(cases)
    administrators(cases)
    buckets(cases)
    conditions(cases)
