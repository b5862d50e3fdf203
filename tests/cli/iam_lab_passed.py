"""Every way that passes a role, with what may stand in it. The rows are the actions that go with iam:PassRole in public catalogues."""

from iam_lab import *  # noqa: F403

EXISTING = {
    "batch:SubmitJob",
    "bedrock-agentcore:StartBrowserSession",
    "bedrock-agentcore:InvokeAgentRuntimeCommand",
    "bedrock-agentcore:StartCodeInterpreterSession",
    "codebuild:StartBuild",
    "codebuild:StartBuildBatch",
}
PASSED = [
    "apprunner:CreateService",
    "autoscaling:CreateAutoScalingGroup autoscaling:CreateLaunchConfiguration",
    "autoscaling:CreateLaunchConfiguration autoscaling:UpdateAutoScalingGroup",
    "batch:RegisterJobDefinition batch:SubmitJob",
    "bedrock-agentcore:ConnectBrowserAutomationStream bedrock-agentcore:CreateBrowser bedrock-agentcore:StartBrowserSession",
    "bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateHarness bedrock-agentcore:CreateWorkloadIdentity bedrock-agentcore:GetAgentRuntime bedrock-agentcore:InvokeAgentRuntimeCommand",
    "bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity bedrock-agentcore:InvokeAgentRuntimeCommand",
    "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:InvokeCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession",
    "braket:CreateJob",
    "cloudformation:CreateStack",
    "cloudformation:CreateStackInstances cloudformation:CreateStackSet",
    "cloudformation:UpdateStackSet",
    "codebuild:CreateProject codebuild:StartBuild",
    "codebuild:CreateProject codebuild:StartBuildBatch",
    "codestar:CreateProject",
    "cognito-identity:SetIdentityPoolRoles",
    "datapipeline:ActivatePipeline datapipeline:CreatePipeline datapipeline:PutPipelineDefinition",
    "datapipeline:CreatePipeline",
    "dynamodb:CreateTable dynamodb:PutItem lambda:CreateEventSourceMapping lambda:CreateFunction",
    "ec2:RequestSpotInstances",
    "ec2:RunInstances",
    "ecs:CreateCluster ecs:CreateService ecs:RegisterTaskDefinition",
    "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask",
    "ecs:CreateService ecs:RegisterTaskDefinition",
    "ecs:DeregisterContainerInstance ecs:RegisterContainerInstance ecs:StartTask",
    "ecs:RegisterTaskDefinition ecs:RunTask",
    "ecs:RegisterTaskDefinition ecs:StartTask",
    "ecs:RunTask",
    "ecs:StartTask",
    "elasticmapreduce:RunJobFlow",
    "emr-serverless:CreateApplication emr-serverless:StartJobRun",
    "gamelift:CreateBuild gamelift:CreateFleet gamelift:RequestUploadCredentials",
    "glue:CreateDevEndpoint",
    "glue:CreateJob glue:CreateTrigger",
    "glue:CreateJob glue:StartJobRun",
    "glue:CreateSession glue:RunStatement",
    "glue:CreateTrigger glue:UpdateJob",
    "glue:StartJobRun glue:UpdateJob",
    "imagebuilder:CreateComponent imagebuilder:CreateImage imagebuilder:CreateImageRecipe imagebuilder:CreateInfrastructureConfiguration",
    "kinesisanalytics:CreateApplication kinesisanalytics:StartApplication",
    "lambda:AddPermission lambda:CreateFunction",
    "lambda:CreateEventSourceMapping lambda:CreateFunction",
    "lambda:CreateFunction lambda:InvokeFunction",
    "omics:CreateWorkflow omics:StartRun s3:GetObject",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
    "scheduler:CreateSchedule",
    "ssm:CreateDocument ssm:StartAutomationExecution",
    "states:CreateStateMachine states:StartExecution",
]
SVC = {
    "apprunner": "tasks.apprunner",
    "autoscaling": "ec2",
    "batch": "ecs-tasks",
    "bedrock-agentcore": "bedrock-agentcore",
    "braket": "braket",
    "cloudformation": "cloudformation",
    "codebuild": "codebuild",
    "codestar": "codestar",
    "cognito-identity": None,
    "datapipeline": "datapipeline",
    "dynamodb": "lambda",
    "lambda": "lambda",
    "ec2": "ec2",
    "ecs": "ecs-tasks",
    "elasticmapreduce": "ec2",
    "emr-serverless": "emr-serverless",
    "gamelift": "gamelift",
    "glue": "glue",
    "imagebuilder": "ec2",
    "kinesisanalytics": "kinesisanalytics",
    "omics": "omics",
    "sagemaker": "sagemaker",
    "scheduler": "scheduler",
    "ssm": "ssm",
    "states": "states",
    "ec2-instance-connect": "ec2",
    "codedeploy": "codedeploy",
}


def service_of(acts):
    r = [x for x in acts if not x.startswith("s3:")]
    s = {SVC.get(x.split(":")[0]) for x in r}
    s.discard(None)
    if any(x.startswith("dynamodb") for x in r):
        s = {"lambda"}
    return s


i = 0
for row in PASSED:
    i += 1
    acts = row.split()
    name = f"{i}-" + acts[-1].split(":")[1]
    # What takes over a thing that is there already stays possible without passing a role.
    left = "NM" if set(acts) & EXISTING else "N"
    if acts:
        S = service_of(acts)
        if any(x == "cognito-identity:SetIdentityPoolRoles" for x in acts):
            trust = T({"Federated": "cognito-identity.amazonaws.com"}, act="sts:AssumeRoleWithWebIdentity")
            ps = "cognito-identity.amazonaws.com"
        else:
            sname = sorted(S)[0]
            trust = svc(sname)
            ps = sname + ".amazonaws.com"

        def mk(kind="user", tm=[ADM], tr=None, passres=None, cond=None, extra=(), drop=None, tb=None, sb=None, up=False, tinl=()):
            l = Lab()
            a = l.role("target", tr or trust, managed=tm, inline=tinl, boundary=tb, profile=True)
            st = [al([x.upper() if up else x for x in acts if x != drop]), al("iam:PassRole", passres or a, cond)] + list(extra)
            return l, start(l, kind, "starter", inline=[P(*st)], boundary=sb)

        for k in ("user", "role"):
            l, s = mk(k)
            case(f"pos-{name}-{k}", "BM", l, s)
        l, s = mk(cond={"StringEquals": {"iam:PassedToService": ps}})
        case(f"pos-pts-{name}", "BM", l, s, ps)
        l, s = mk(cond={"StringLike": {"iam:PassedToService": ["*.amazonaws.com"]}})
        case(f"pos-ptsg-{name}", "BM", l, s, ps)
        l, s = mk(up=True)
        case(f"pos-up-{name}", "BM", l, s)
        l, s = mk(tm=[], tinl=[P(al("s3:GetObject", "arn:aws:s3:::secret/*"))])
        case(f"pos-bucket-{name}", "eN"["omics" in row], l, s, "to bucket")
        l, s = mk(cond={"StringEquals": {"iam:PassedToService": "rds.amazonaws.com"}})
        case(f"neg-pts-{name}", left, l, s)
        l, s = mk(tr=svc("rds"))
        case(f"neg-trust-{name}", "N", l, s)
        l, s = mk(tr=T({"AWS": "arn:aws:iam::999999999999:root"}))
        case(f"neg-trustx-{name}", "N", l, s)
        l, s = mk(passres=A + "role/other")
        case(f"neg-pass-{name}", left, l, s)
        l, s = mk(passres="arn:aws:iam::999999999999:role/*")
        case(f"neg-passx-{name}", left, l, s)
        l, s = mk(extra=[de("iam:PassRole")])
        case(f"neg-deny-{name}", left, l, s)
        l, s = mk(extra=[de("iam:Pass*", A + "role/tar*")])
        case(f"neg-denyr-{name}", left, l, s)
        l, s = mk(extra=[raw(Effect="Deny", NotAction=["iam:PassRole"], Resource="*")])
        case(f"neg-denyna-{name}", "N", l, s)
        l, s = mk(tb="ReadOnlyAccess")
        case(f"neg-tb-{name}", "NM", l, s, "what the boundary leaves may be more")
        l, s = mk(sb="ReadOnlyAccess")
        case(f"neg-sb-{name}", "N", l, s)
        l, s = mk(tm=[])
        case(f"neg-noperm-{name}", "N", l, s)
        # Denying one action leaves the shorter rows, if there are any.
        for less in acts:
            if not any(set(r.split()) <= set(acts) - {less} for r in PASSED):
                l, s = mk(extra=[de(less)])
                case(f"neg-denya-{less}-{name}", left, l, s, less)
