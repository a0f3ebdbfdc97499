#!/usr/bin/env bash
# Every source, query, command, unit test and public header of the tree is named in
# meson.build's tables: a file that nobody builds is a test that nobody runs.
set -euo pipefail
cd "$(dirname "$0")/../.."
built=${BUILD:-build}/compile_commands.json
status=0

missing() {
    echo "meson.build does not name $1"
    status=1
}

for file in src/*/*.c tests/unit/test_*.c; do
    [ ! -e "$file" ] || grep -q "\"file\": \"[./]*$file\"" "$built" || missing "$file"
done
for file in sql/*.sql; do
    [ ! -e "$file" ] || grep -q "'$(basename "$file" .sql)'" meson.build || missing "$file"
done
for file in include/hindcast/*.h; do
    grep -q "'$file'" meson.build || missing "$file"
done
[ "$status" = 0 ] || echo 'tools/relist brings the tables up to date'
exit "$status"
