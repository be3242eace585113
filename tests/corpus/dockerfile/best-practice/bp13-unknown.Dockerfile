FROM alpine:3.22
COPY --from=biulder /x /y
