FROM alpine:3.22
# hadolint ignore=DL3020
ADD x /x
