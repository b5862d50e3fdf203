"""Container images: layers by docker save and OCI, in a tar and in a folder; what a later layer deleted or replaced, the command that made a
layer, and the configuration. Images are made here. Usage: images.py NHISCAN; prints one "ok" or "not ok" for each check."""
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile

from packed import Suite, tar

suite = Suite(__file__)
secret, write = suite.secret, suite.write


def line(name):
    return ("# comment\ntoken = %s\n" % secret(name)).encode()


LAYERS = [
    tar([("etc/kept.conf", line("kept")), ("etc/gone.conf", line("gone")), ("etc/replaced.conf", line("replaced")),
         ("opt/dir/inside.conf", line("in-folder")), ("srv/opaque/x.conf", line("opaque"))]),
    tar([("app/main.env", line("app")), ("etc/replaced.conf", b"nothing\n")]),
    tar([("etc/.wh.gone.conf", b""), ("opt/.wh.dir", b""), ("srv/opaque/.wh..wh..opq", b"")]),
]
COMMANDS = ["ADD rootfs", "COPY app # " + "x" * 3, "RUN /bin/sh -c rm -rf /etc/gone.conf"]


def sha(b):
    return hashlib.sha256(b).hexdigest()


CONFIG = json.dumps({
    "architecture": "amd64", "os": "linux",
    "config": {"Env": ["PATH=/bin", "DO_TOKEN=" + secret("env")], "Labels": {"token": secret("label")},
               "Entrypoint": ["/app", "--token", secret("entrypoint")]},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + sha(l) for l in LAYERS]},
    "history": [{"created_by": COMMANDS[0]}, {"created_by": "ENV X=1", "empty_layer": True}, {"created_by": COMMANDS[1]},
                {"created_by": "RUN |1 TOKEN=" + secret("build-argument") + " /bin/sh -c make", "empty_layer": True},
                {"created_by": COMMANDS[2]}]}).encode()


def docker_save():
    files = [(sha(CONFIG) + ".json", CONFIG)]
    for l in LAYERS:
        files.append((sha(l) + "/layer.tar", l))
    files.append(("other/layer.tar", (tarfile.SYMTYPE, "../" + sha(LAYERS[0]) + "/layer.tar")))
    files.append(("manifest.json", json.dumps([{"Config": sha(CONFIG) + ".json", "RepoTags": ["shop/app:1.0"],
                                               "Layers": [sha(l) + "/layer.tar" for l in LAYERS]}]).encode()))
    return files


def oci(packed):
    blobs = [packed(l) for l in LAYERS]
    manifest = json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:" + sha(CONFIG)},
                           "layers": [{"digest": "sha256:" + sha(b)} for b in blobs]}).encode()
    inner = json.dumps({"schemaVersion": 2, "manifests": [
        {"digest": "sha256:" + sha(manifest), "platform": {"architecture": "amd64", "os": "linux"}}]}).encode()
    index = json.dumps({"schemaVersion": 2, "manifests": [
        {"digest": "sha256:" + sha(inner), "annotations": {"io.containerd.image.name": "shop/app:1.0"}}]}).encode()
    files = [("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'), ("index.json", index)]
    return files + [("blobs/sha256/" + sha(b), b) for b in blobs + [manifest, inner, CONFIG]]


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, check=True, capture_output=True).stdout


def check(name, target, data=None):
    status, report, _, _, out = suite.scan(target, data=data)
    seen = {f["masked"][-4:]: f["sightings"] for f in report["findings"]}
    wrong = []

    def expect(what, layer, fate, path):
        s = seen.get(secret(what)[-4:])
        if not s:
            wrong.append("%s is not found" % what)
        elif layer is None:
            if len(s) != 1:
                wrong.append("%s has %d places" % (what, len(s)))
        elif len(s) != 1 or s[0].get("member") != path or (s[0]["line"], s[0]["column"]) != (2, 9):
            wrong.append("%s is at %s" % (what, [(x["path"], x["line"]) for x in s]))
        elif "layer" not in s[0] or (s[0]["layer"]["number"], s[0]["layer"]["of"], s[0]["layer"]["fate"], s[0]["layer"]["command"],
                                     s[0]["layer"]["image"]) != (layer, 3, fate, COMMANDS[layer - 1], "shop/app:1.0"):
            wrong.append("%s: %s" % (what, s[0].get("layer")))

    expect("kept", 1, "present", "etc/kept.conf")
    expect("gone", 1, "deleted", "etc/gone.conf")
    expect("replaced", 1, "replaced", "etc/replaced.conf")
    expect("in-folder", 1, "deleted", "opt/dir/inside.conf")
    expect("opaque", 1, "deleted", "srv/opaque/x.conf")
    expect("app", 2, "present", "app/main.env")
    for what in ("env", "label", "entrypoint", "build-argument"):
        expect(what, None, None, None)
    if secret("build-argument").encode() in out:
        wrong.append("a secret is in the report")
    if status != 1:
        wrong.append("exit status %d" % status)
    suite.told(name, wrong)


check("docker_save", write("save.tar", tar(docker_save())))
check("docker_save_packed", write("save.tgz", gzip.compress(tar(docker_save()))))
check("oci_in_a_tar", write("oci.tar", tar(oci(gzip.compress))))
check("image_on_standard_input", "-", tar(oci(gzip.compress)))
folder = suite.path("layout")
for name, data in oci(gzip.compress):
    os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
check("oci_in_a_folder", folder)
if shutil.which("zstd"):
    check("oci_with_zstd", write("zstd.tar", tar(oci(zstd))))
else:
    print("skip oci_with_zstd: zstd is not installed")
suite.end()
