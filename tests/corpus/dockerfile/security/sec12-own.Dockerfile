FROM alpine:3.22
VOLUME ["/var/lib/app", "/etc/app"]
WORKDIR /usr/src/app
