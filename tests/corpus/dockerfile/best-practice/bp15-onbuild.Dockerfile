FROM alpine:3.22
ONBUILD FROM debian
