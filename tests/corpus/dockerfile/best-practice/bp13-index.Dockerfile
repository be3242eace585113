FROM alpine:3.22
COPY --from=3 /x /y
