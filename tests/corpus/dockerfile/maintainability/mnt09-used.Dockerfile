ARG V=3.22
FROM alpine:$V AS tools
ARG FLAVOUR=x
RUN make "$FLAVOUR"
FROM alpine:$V
ARG DEBIAN_FRONTEND=noninteractive
COPY --from=tools /x /x
