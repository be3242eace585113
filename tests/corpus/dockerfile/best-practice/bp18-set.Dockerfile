FROM debian:12-slim
RUN <<EOF bash
set -euo pipefail
cat /etc/passwd | wc -l > /n
EOF
