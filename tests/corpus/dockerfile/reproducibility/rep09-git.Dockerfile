FROM alpine:3.22
RUN make VERSION="$(git describe --tags)"
