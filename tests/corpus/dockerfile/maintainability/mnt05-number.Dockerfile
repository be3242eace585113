FROM alpine:3.22 AS a
FROM alpine:3.22
COPY --from=0 /x /x
