#!/bin/sh
# nhiscan iam, inventory, commands, diff on exports of a made-up account. Key ids are put together here: no file of the repository holds one.
. "$(dirname "$0")/lib.sh"
shop=$root/testdata/iam/shop
keep() { cp .out kept; cp .err kept.err; } # checks leave their own output in .out
key() { printf 'AKIA%s' "$1"; } # 16 letters and digits

cp -r "$shop" exports
printf '{"AccessKeyMetadata": [{"UserName": "deploy", "AccessKeyId": "%s", "Status": "Active", "CreateDate": "2023-01-10T08:00:10+00:00"}]}\n' \
	"$(key 3EXAMPLEDEPLOY23)" >exports/keys.json

run iam --account 111122223333 --as-of 2026-01-01 exports
keep
says 'the accounts and the moment are told' '^AWS: .*111122223333.*as of 2026-01-01'
says 'a role that nothing carries is safe to remove' 'role/old-batch'
says 'and that functions were not exported is said' 'they do not tell of functions and instances'
says 'the arithmetic is shown' '[0-9]+ x [0-9]+ x [0-9]+ = [0-9]+'
says 'what was not exported is named' '^  - service last accessed details: '
says 'with the command that fetches it' 'aws iam generate-service-last-accessed-details'
says 'the owner and how it is known' 'owner +finance \(tag Owner\)'

run iam --as-of 2026-01-01 --format jsonl exports
keep
exits 'findings fail the gate' 1
finding() { # name, rule, part of its line: a finding of the rule that says so
	holds "$1" sh -c "grep '\"rule\":\"$2\"' kept | grep -q '$3'"
}
finding 'the root key' aws-root-access-key 'credential-report.csv'
finding 'a key never used' aws-access-key-never-used 'report-bot'
finding 'a key not rotated, with its id' aws-access-key-unrotated "$(key 3EXAMPLEDEPLOY23)"
finding 'a secret that is not rotated' aws-secret-not-rotated 'shop/db'
finding 'a rotation that broke' aws-secret-rotation-late 'shop/late'
finding 'a role not used' aws-role-unused 'old-batch'
finding 'an administrator by its own policy' aws-administrator 'user/ci/deploy'
finding 'a vendor without an external id' aws-trust-without-external-id '444455556666'
finding 'NotAction' aws-allow-not-action 'ship'
holds 'no finding on a password whose last use is unknown' sh -c '! grep -E "aws-user-(dual-use|orphan-keys)" kept | grep -q report-bot'
holds 'findings point at line and column' python3 -c 'import json; f=[json.loads(l) for l in open("kept")]; r=[x for x in f if x.get("rule")=="aws-allow-not-action"][0]["sightings"][0]; assert r["path"].endswith("authorization-details.json") and (r["line"],r["column"])==(52,21), r'
for format in sarif csv junit gitlab oneline; do
	run iam --as-of 2026-01-01 --format $format exports
	exits "findings as $format" 1
done

run iam --as-of 2026-01-01 --emit-script revoke.sh exports
keep
holds 'the script is written for its owner alone' sh -c 'ls -l revoke.sh | grep -q "^-rw-------"'
holds 'the script is a valid shell script' sh -n revoke.sh
holds 'the script quarantines the role' grep -q "put-role-policy --role-name 'old-batch'" revoke.sh
run iam --as-of 2026-01-01 --emit-script revoke.sh exports
keep
complains 'a script is never written over' 'is there already'

# Names come from whoever can name things in the account.
mkdir evil
printf '{"RoleDetailList": [{"RoleName": "x", "RoleId": "AROAX", "Path": "/", "CreateDate": "2020-01-01T00:00:00Z", "RoleLastUsed": {}, "Arn": "arn:aws:iam::111122223333:role/x; touch pwned\\n\\u001b[31m"}]}' >evil/e.json
run iam --as-of 2026-01-01 --emit-script evil.sh evil
keep
holds 'a name that IAM does not allow gets into no command' sh -c '! grep -v "^#" evil.sh | grep -q pwned'
holds 'the script with it is valid' sh -n evil.sh
holds 'no escape character reaches the terminal' sh -c '! grep -q "$(printf "\033")" kept'

run inventory --as-of 2026-01-01 exports
keep
exits 'an inventory is no finding' 0
says 'the table names owners' 'finance'
run inventory --format json --as-of 2026-01-01 exports
keep
holds 'the JSON inventory is JSON' python3 -c 'import json,sys; d=json.load(open("kept")); assert d["schema"]=="nhiscan-inventory/1"; r=[i for i in d["items"] if i["type"]=="identity" and i["name"].endswith("user/report-bot")]; assert len(r)==1 and r[0]["owner"]=="finance", r'
run inventory --format cyclonedx --as-of 2026-01-01 exports
keep
holds 'the bill of materials is CycloneDX 1.6' python3 -c 'import json; d=json.load(open("kept")); assert d["bomFormat"]=="CycloneDX" and d["specVersion"]=="1.6"; refs={c["bom-ref"] for c in d["components"]+d["services"]}; assert all(x in refs for y in d["dependencies"] for x in y["dependsOn"])'
run inventory --format csv --as-of 2026-01-01 exports
keep
cp kept inventory.csv
holds 'the CSV inventory has one row each' python3 -c 'import csv; r=list(csv.DictReader(open("kept",newline=""))); assert len([x for x in r if x["kind"]=="access-key" and x["identity"].endswith("/deploy")])==2, r'
holds 'a key of two exports is one row with its id' grep -q "$(key 3EXAMPLEDEPLOY23)" inventory.csv

gzip -k exports/authorization-details.json && rm exports/authorization-details.json
run inventory --format csv --as-of 2026-01-01 exports
keep
says 'a gzip export is read as it is' 'role/old-batch'

# A key that the same scan finds written down is joined with its user.
mkdir leak && cp "$shop"/* leak/
python3 - <<'P'
import base64, random
random.seed(7)
key = 'AK' + 'IA' + base64.b32encode(((111122223333 << 7).to_bytes(6, 'big') + bytes([90, 17, 34, 51])))[:16].decode()
letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+'
secret = ''.join(random.choice(letters) for _ in range(40))
open('leak/app.env', 'w').write(f'AWS_ACCESS_KEY_ID={key}\nAWS_SECRET_ACCESS_KEY={secret}\n')
open('leak/keys.json', 'w').write('{"AccessKeyMetadata": [{"UserName": "deploy", "AccessKeyId": "%s", "Status": "Active", "CreateDate": "2023-01-10T08:00:10+00:00"}]}' % key)
P
run scan --format jsonl leak
keep
holds 'a leaked key is joined with its user' python3 -c 'import json; f=[json.loads(l) for l in open("kept")]; r=[x for x in f if x.get("rule")=="aws-access-key-leaked"]; assert len(r)==1 and r[0]["severity"]=="critical" and "user/ci/deploy" in r[0]["reasons"][0]["text"], r; assert {s["path"] for s in r[0]["sightings"]}=={"keys.json","app.env"}, r'
rm leak/keys.json
run scan --format jsonl leak
keep
holds 'without the list of keys its account and the candidates are told' python3 -c 'import json; f=[json.loads(l) for l in open("kept")]; r=[x for x in f if x.get("rule")=="aws-leaked-key-of-account"]; assert len(r)==1 and "first access-key of arn:aws:iam::111122223333:user/ci/deploy" in r[0]["reasons"][0]["text"], r'
printf '{"AccessKeyMetadata": [{"UserName": "deploy", "AccessKeyId": "%s", "Status": "Active", "CreateDate": "2023-01-10T08:00:10+00:00"}]}' "$(sed -n 's/AWS_ACCESS_KEY_ID=//p' leak/app.env)" >leak/keys.json
rm leak/app.env
run scan --format jsonl leak
keep
holds 'a list of keys is no leak' sh -c '! grep -q \"rule\":\"aws-access-key-leaked kept'

run commands aws
keep
says 'commands print the policy' 'iam:GetAccountAuthorizationDetails'
holds 'commands are a valid shell script' sh -n kept
holds 'and only read' sh -c '! grep -Eq "aws [a-z-]+ (create|delete|put|update|attach|detach|remove|set)-" kept'

# A month later: the key that was off is on again, one is older than 90 days now.
mkdir old new
cp "$shop/credential-report.csv" old/
sed 's/false,2024-03-02T00:00:00/true,2024-03-02T00:00:00/' "$shop/credential-report.csv" >new/credential-report.csv
run diff --as-of 2026-01-01 old old
keep
exits 'no difference is clean' 0
run diff --as-of 2026-01-01 old new
keep
exits 'a key that came back fails the gate' 1
says 'and is named' 'was inactive, is active again'

cp "$shop/authorization-details.json" old/
python3 - <<'P'
import json
d = json.load(open('old/authorization-details.json'))
d['UserDetailList'][1]['AttachedManagedPolicies'] = [{'PolicyName': 'AdministratorAccess', 'PolicyArn': 'arn:aws:iam::aws:policy/AdministratorAccess'}]
d['RoleDetailList'][0]['AssumeRolePolicyDocument']['Statement'][0]['Principal']['AWS'] = ['arn:aws:iam::444455556666:root', 'arn:aws:iam::777788889999:root']
json.dump(d, open('new/authorization-details.json', 'w'))
P
run diff --as-of 2026-01-01 old new
exits 'new power fails the gate' 1
says 'a new administrator is named' 'user/report-bot: is administrator now'
says 'new trust is named' 'role/vendor-audit: trusts now 777788889999'
holds 'what was there before is not' sh -c '! grep -E "alice|444455556666" .out'
run diff --as-of 2026-01-01 new old
exits 'less than before is clean' 0
run diff old nowhere
exits 'a side that is not there' 3

# Two accounts, one of which has no authorization details.
mkdir two && cp "$shop"/* two/ && sed 's/111122223333/222233334444/g' "$shop/credential-report.csv" >two/other.csv
run iam --as-of 2026-01-01 two
says 'what is missing of one account alone is told' 'account authorization details of account 222233334444'
holds 'and nothing of the other' sh -c '! grep -q "details of account 111122223333" .out'

# Hostile exports: place and reason, and the rest is read.
mkdir hostile
python3 - <<'P'
ok = '{"UserName": "%s", "UserId": "AIDAX", "Arn": "arn:aws:iam::111122223333:user/%s"}'
open('hostile/deep.json', 'w').write('{"a":' * 100000 + '1' + '}' * 100000 + '\n' + ok % ('after-deep', 'after-deep'))
open('hostile/types.json', 'w').write('{"UserDetailList": [7, null, [], {"UserName": {}, "UserId": [], "Arn": 7}, ' + ok % ('after-types', 'after-types') + ']}')
open('hostile/doubles.json', 'w').write('{"UserDetailList": [' + ok % ('first', 'first') + '], "UserDetailList": [' + ok % ('second', 'second') + ']}')
open('hostile/utf8.json', 'wb').write(b'[{"UserName": "\xff\xfe", "UserId": "AIDAX", "Arn": "arn:aws:iam::111122223333:user/\xff"},\n' + (ok % ('after-utf8', 'after-utf8')).encode() + b']')
open('hostile/report.csv', 'w').write('user,arn,user_creation_time\nx\n,,,,\n"unclosed')
P
run inventory --format csv hostile
keep
exits 'hostile exports are incomplete' 3
for user in after-deep after-types first second after-utf8; do
	holds "the rest is read: $user" grep -q "user/$user" kept
done
holds 'depth is told with its place' grep -q 'deep.json:1: nested deeper' kept.err

# Trouble.
printf '{"UserDetailList": [{"UserName": "a", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/a"}, {"UserNa' >cut.json
run inventory --format csv cut.json
keep
exits 'a cut export is incomplete' 3
says 'what was whole in it is there' 'user/a'
holds 'and the place of the cut is told' grep -q 'cut.json:1' kept.err
printf '{"UserDetailList": [{"UserName": "a", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/a"}], "NextToken": "x"}' >page.json
run inventory page.json
keep
exits 'a page of an export is incomplete' 3
holds 'and said to be partial' grep -q 'pagination' kept.err
run iam --account 12 exports
keep
complains 'an account is 12 digits' '12 digits'
run iam nowhere
keep
exits 'a path that is not there' 3
printf 'hello\n' >note.txt
run inventory note.txt
keep
exits 'a file that is no export' 3
finish
