FROM alpine:3.22
ARG FLAVOUR=x
RUN true
