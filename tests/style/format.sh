#!/usr/bin/env bash
# Every C file is as clang-format 14 would write it (`make format` does).
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v clang-format >/dev/null || { echo 'no clang-format here'; exit 77; }
case "$(clang-format --version)" in
*' 14.'*) ;;
*) echo 'clang-format is not version 14'; exit 77 ;;
esac
mapfile -t files < <(find src include tests bench fuzz -name '*.[ch]' 2>/dev/null | sort)
clang-format --dry-run --Werror --ferror-limit=1 "${files[@]}"
