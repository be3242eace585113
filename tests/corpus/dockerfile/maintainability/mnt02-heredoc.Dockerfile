# syntax=docker/dockerfile:1
FROM alpine:3.22
RUN <<EOF
echo a

echo b
EOF
