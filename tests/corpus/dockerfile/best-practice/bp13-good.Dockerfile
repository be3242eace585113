FROM alpine:3.22 AS a
FROM alpine:3.22
COPY --from=A /x /y
COPY --from=0 /x /z
COPY --from=nginx:1.28 /etc/nginx /n
COPY --from=ghcr.io/x/y /a /b
