FROM alpine:3.22
ARG NPM_TOKEN
RUN echo build
