#!/bin/sh
# Prints the path of a directory with what the wheels for musl bring along: x86_64/ and aarch64/ with libstdc++, libgcc_s
# and auditwheel.cdx.json, which says what they are; LICENCE, that of both.
# Usage: fetch-libraries.sh [--cached]    --cached: only what was fetched before; nothing and status 1 without
set -eu
cd "$(dirname "$0")"
. ../keep.sh
keep musl-libraries "${1:-}" fetch-libraries.sh libraries.txt licence.txt
# Out of any Python: the wheels are for another.
fetch() {
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --python-version 3.13 --platform "musllinux_1_2_$1" --dest "$work/wheels/$1" -r "$2" >&2
}
fetch x86_64 libraries.txt
fetch aarch64 libraries.txt
fetch x86_64 licence.txt
python3 - "$work" <<'PYTHON'
import glob, os, re, sys, zipfile
work = sys.argv[1]
for machine in ('x86_64', 'aarch64'):
    os.makedirs(f'{work}/libraries/{machine}')
    with zipfile.ZipFile(glob.glob(f'{work}/wheels/{machine}/ujson-*.whl')[0]) as wheel:
        for name in wheel.namelist():
            if re.search(r'\.libs/lib(stdc\+\+|gcc_s)-.*\.so|/auditwheel\.cdx\.json$', name):
                with open(f'{work}/libraries/{machine}/{os.path.basename(name)}', 'wb') as file:
                    file.write(wheel.read(name))
with zipfile.ZipFile(glob.glob(f'{work}/wheels/x86_64/numpy-*.whl')[0]) as wheel:
    (name,) = [each for each in wheel.namelist() if each.endswith('.dist-info/licenses/LICENSE.txt')]
    text = wheel.read(name).decode()
    (licence,) = re.findall(r'^GCC RUNTIME LIBRARY EXCEPTION\n.*?END OF TERMS AND CONDITIONS\n', text, re.M | re.S)
    with open(f'{work}/libraries/LICENCE', 'w', encoding='utf-8') as file:
        file.write(licence)
PYTHON
keep_as_is "$work/libraries"
